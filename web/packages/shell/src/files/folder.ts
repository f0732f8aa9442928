/// Which folder is shown, and what is in it. The newest request wins: an answer that comes late changes nothing.

import type { Listing } from "@fumehood/protocol";
import { type Accessor, batch, createSignal } from "solid-js";
import type { Wire } from "../wire/index.js";

export interface Folder {
  readonly listing: Accessor<Listing | undefined>;
  /// Why `wanted` is not shown.
  readonly failed: Accessor<unknown>;
  readonly wanted: Accessor<string | null>;
  /// The one that was granted last comes first.
  readonly granted: Accessor<readonly string[]>;
  /// The daemon has answered once.
  readonly settled: Accessor<boolean>;
  go(folder: string): Promise<void>;
  refresh(): Promise<void>;
  grant(folder: string): Promise<void>;
  /// Takes back the grant that the shown folder lies in.
  revoke(): Promise<void>;
}

/// `first`: where to begin; otherwise with the folder that was granted last.
export function createFolder(wire: Pick<Wire, "call">, first: string | null): Folder {
  const [listing, setListing] = createSignal<Listing>();
  const [failed, setFailed] = createSignal<unknown>();
  const [wanted, setWanted] = createSignal<string | null>(first);
  const [granted, setGranted] = createSignal<readonly string[]>([]);
  const [settled, setSettled] = createSignal(false);
  let newest = 0;

  const attempt = async (find: () => Promise<Listing | undefined>) => {
    const mine = ++newest;
    try {
      const found = await find();
      if (mine !== newest) return;
      batch(() => {
        setListing(() => found);
        setFailed(undefined);
        if (found) setWanted(found.folder);
      });
    } catch (error) {
      if (mine === newest) setFailed(() => error);
    } finally {
      setSettled(true);
    }
  };
  const go = (folder: string) => {
    setWanted(folder);
    return attempt(() => wire.call("files.list", { folder }));
  };
  const refresh = () =>
    attempt(async () => {
      const { folders } = await wire.call("files.grants", {});
      setGranted(folders);
      const folder = wanted() ?? folders[0];
      return folder === undefined ? undefined : wire.call("files.list", { folder });
    });
  void refresh();
  return {
    listing,
    failed,
    wanted,
    granted,
    settled,
    go,
    refresh,
    grant: async (path) => {
      const { folder } = await wire.call("files.grant", { folder: path });
      setWanted(folder);
      await refresh();
    },
    revoke: async () => {
      const now = wanted();
      const root = granted().find((one) => now === one || now?.startsWith(one === "/" ? one : `${one}/`));
      if (root === undefined) return;
      await wire.call("files.revoke", { folder: root });
      setWanted(null);
      await refresh();
    },
  };
}
