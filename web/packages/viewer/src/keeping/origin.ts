/// Of what a figure or a session was made: the dataset as it names itself, and what made it. The digests are asked for
/// once, when they are first wanted; a folder of files on a web server has none.

import type { Overview } from "../data/overview";
import type { Document } from "../state/document";
import { NO_CELLS } from "../state/document";
import { saved } from "../state/saved";
import type { Transport } from "../wire/transport";
import type { Fingerprint } from "./bundle";

export interface Origin {
  readonly about: Overview;
  readonly fingerprint: () => Promise<Fingerprint>;
  /// What stands in the metadata of a figure.
  readonly provenance: (document: Document, now: Date) => Promise<Readonly<Record<string, unknown>>>;
}

/// Letters of a state in a picture; without its cells beyond.
const LONGEST = 64_000;

export function originOf(transport: Pick<Transport, "fetch">, about: Overview): Origin {
  let asked: Promise<Readonly<Record<string, unknown>>> | undefined;
  const digests = () => {
    asked ??= transport
      .fetch("fingerprint.json")
      .then((data) => JSON.parse(new TextDecoder().decode(data)) as Record<string, unknown>)
      .catch(() => ({}));
    return asked;
  };
  const fingerprint = async () => {
    const { cells, genes } = await digests();
    const { id, kind } = about;
    const known = typeof cells === "string" && typeof genes === "string";
    return { id, kind, cells: about.cells, genes: about.genes, ...(known ? { orders: { cells, genes } } : {}) };
  };
  return {
    about,
    fingerprint,
    provenance: async (document, now) => {
      const { program } = await digests();
      return {
        program: typeof program === "string" ? program : "fumehood",
        dataset: about.name,
        fingerprint: await fingerprint(),
        date: now.toISOString(),
        state: within(document, LONGEST),
      };
    },
  };
}

/// The state of a document; without its cells where it would have more letters than that.
export function within(document: Document, most: number): Readonly<Record<string, unknown>> {
  const whole = saved(document);
  return JSON.stringify(whole).length > most ? saved(withoutCells(document)) : whole;
}

function withoutCells(document: Document): Document {
  const pages = document.pages.map((page) => ({ ...page, groups: [] }));
  return { ...document, pages, selection: NO_CELLS, made: [], hidden: NO_CELLS, highlight: null };
}
