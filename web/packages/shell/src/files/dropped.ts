/// Notebook files that were dropped on the page or chosen: each is read and sent to the daemon on its own, so that one
/// that cannot be taken does not keep the others. Their names and content are as hostile as anything else.

import { limits } from "@fumehood/protocol";
import { type Accessor, createSignal } from "solid-js";
import { told } from "../app/told.js";
import type { Wire } from "../wire/index.js";

export interface Arrival {
  readonly name: string;
  readonly state: "waiting" | "reading" | "done" | "failed";
  /// Why it was not taken.
  readonly reason?: string;
  /// Where it lies now.
  readonly path?: string;
}

/// What the page needs of a `File`.
export interface Dropped {
  readonly name: string;
  readonly size: number;
  text(): Promise<string>;
}

/// More at once is a mistake of the hand.
export const MOST_FILES = 50;
/// A message over the daemon's limit would end the connection. The rest of the message is short.
const MOST_BYTES = limits.RPC_MESSAGE - 16_384;
const TOO_LARGE = "It is too large to be sent through the page. Copy it into the folder.";

export interface Arrivals {
  readonly all: Accessor<readonly Arrival[]>;
  readonly busy: Accessor<boolean>;
  take(files: readonly Dropped[], folder: string): Promise<readonly string[]>;
  clear(): void;
}

export function createArrivals(wire: Pick<Wire, "call">): Arrivals {
  const [all, setAll] = createSignal<readonly Arrival[]>([]);
  const [busy, setBusy] = createSignal(false);
  const put = (index: number, arrival: Arrival) => setAll((old) => old.with(index, arrival));

  const one = async (file: Dropped, index: number, folder: string): Promise<string | null> => {
    const { name } = file;
    const refuse = (reason: string) => {
      put(index, { name, state: "failed", reason });
      return null;
    };
    if (!name.toLowerCase().endsWith(".ipynb")) return refuse("It is not a notebook (.ipynb).");
    if (file.size > MOST_BYTES) return refuse(TOO_LARGE);
    put(index, { name, state: "reading" });
    try {
      const text = await file.text();
      // As it travels: escapes and UTF-8 make it longer.
      if (new TextEncoder().encode(JSON.stringify(text)).length > MOST_BYTES) return refuse(TOO_LARGE);
      const { path } = await wire.call("files.import", { folder, name, text });
      put(index, { name, state: "done", path });
      return path;
    } catch (error) {
      return refuse(told(error).text);
    }
  };

  return {
    all,
    busy,
    clear: () => setAll([]),
    take: async (files, folder) => {
      if (busy() || files.length === 0) return [];
      setBusy(true);
      const taken = files.slice(0, MOST_FILES);
      setAll(taken.map(({ name }) => ({ name, state: "waiting" })));
      const paths: string[] = [];
      for (const [index, file] of taken.entries()) {
        const path = await one(file, index, folder);
        if (path !== null) paths.push(path);
      }
      setBusy(false);
      return paths;
    },
  };
}
