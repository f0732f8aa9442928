/// From something that was kept to a document of this dataset: a session, a link, what Python or this tab had. Throws what
/// `state/saved.ts` throws; what the dataset does not have is left out and named.

import { type ColourBy, type Document, fresh, type Page } from "../state/document";
import { type Known, type Read, read, StateRefused } from "../state/saved";
import type { Session } from "./bundle";

/// What an older page kept: `{embedding, dimensions, field, gene}`.
function ofOlder(state: Readonly<Record<string, unknown>>, now: Document, known: Known): Read {
  const left: string[] = [];
  const view = now.views[0];
  const key = typeof state.embedding === "string" ? state.embedding : "";
  const most = known.embeddings.get(key);
  if (most === undefined && key !== "") left.push(key);
  const wanted = Number(state.dimensions ?? 2);
  const dimensions = Math.max(1, Math.min(most ?? 1, Number.isInteger(wanted) ? wanted : 2, 3)) as 1 | 2 | 3;
  const embedding = most === undefined ? view?.embedding : { key, dimensions };
  if (embedding === undefined) throw new StateRefused("This state has no view.");
  let colour: ColourBy = { by: "nothing" };
  const { field, gene } = state;
  if (typeof gene === "string" && gene !== "") {
    if (known.hasGene(gene)) colour = { by: "gene", name: gene };
    else left.push(gene);
  } else if (typeof field === "string" && field !== "") {
    if (known.columns.has(field)) colour = { by: "column", key: field };
    else left.push(field);
  }
  const begun = fresh(embedding, colour);
  return { document: { ...begun, pages: now.pages, page: now.page }, left };
}

/// A state of ours, of any age.
export function restored(state: unknown, now: Document, known: Known): Read {
  const older = typeof state === "object" && state !== null && !Array.isArray(state) && !("version" in state);
  return older ? ofOlder(state as Record<string, unknown>, now, known) : read(state, known);
}

/// Groups of a session without a document of ours come beside those that are there. `mark` makes their ids new.
export function ofSession(session: Session, now: Document, known: Known, mark: string): Read {
  const found = session.state === null ? { document: now, left: [] } : restored(session.state, now, known);
  if (session.pages.length === 0) return found;
  const fresh: Page[] = session.pages.map((page) => ({
    ...page,
    id: `${page.id}-${mark}`,
    groups: page.groups.map((group) => ({ ...group, id: `${group.id}-${mark}` })),
  }));
  const there = found.document.pages.filter((page) => page.groups.length > 0);
  const pages = [...there, ...fresh];
  return { ...found, document: { ...found.document, pages, page: fresh[0]?.id ?? found.document.page } };
}
