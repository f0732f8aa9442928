/// Session bundles, format 1, as `docs/guide/sessions.md` describes them and Python reads them: the groups as highlights
/// that any reader understands, and the whole document as a part of our own. What is read is a stranger's: every length
/// is held against what there is, every part unpacks into what was agreed, and nothing is done before all of it is known.

import { categorical } from "../colour/palettes";
import { bytesToCells, cellBytes } from "../state/cells";
import type { Document, Group, Page } from "../state/document";
import { saved } from "../state/saved";
import { count } from "../words/numbers";
import { packed, TooLarge, unpacked } from "./packing";

/// Of the dataset: what a session says that it was drawn on.
export interface Fingerprint {
  readonly id: string;
  readonly kind: string;
  readonly cells: number;
  readonly genes: number;
  /// SHA-256 of the names in their order, where they are known.
  readonly orders?: { readonly cells: string; readonly genes: string } | undefined;
}

export interface Session {
  /// What `state/saved.ts` reads, or an older page's few words; null in another program's session.
  readonly state: unknown;
  readonly pages: readonly Page[];
}

export class SessionRefused extends Error {}

const MAGIC = "CELLUCID_SESSION\n";
const MOST = {
  file: 512 << 20,
  manifest: 16 << 20,
  json: 32 << 20,
  chunks: 20_000,
  pages: 100,
  groups: 1000,
  /// Bytes of the cells of all groups together, unpacked: a cell takes one at least, and four in this page.
  cells: 64 << 20,
  text: 2000,
};
const META = "highlights/meta";
const CELLS = "highlights/cells/";
const VIEWER = "fumehood/viewer";

type Json = Readonly<Record<string, unknown>>;

// -- out

export async function bundle(document: Document, of: Fingerprint, now: Date): Promise<Uint8Array<ArrayBuffer>> {
  const coder = new TextEncoder();
  const entries: Json[] = [];
  const bodies: Uint8Array[] = [];
  const put = async (
    id: string,
    contributorId: string,
    kind: "json" | "binary",
    content: Uint8Array<ArrayBuffer>,
    priority: "eager" | "lazy",
  ) => {
    const body = await packed(content);
    entries.push({
      ...{ id, contributorId, priority, kind, codec: "gzip", label: id, datasetDependent: true },
      ...{ storedBytes: body.length, uncompressedBytes: content.length },
    });
    bodies.push(body);
  };
  const json = (value: unknown) => coder.encode(JSON.stringify(value));
  let number = 0;
  const cells: { readonly id: string; readonly group: Group }[] = [];
  const pages = document.pages.map((page, at) => ({
    id: `page_${at + 1}`,
    name: page.name,
    color: categorical(8)[at % 8],
    highlightedGroups: page.groups.map((group) => {
      const id = `highlight_${++number}`;
      cells.push({ id, group });
      return { id, type: "annotation", label: group.name, enabled: group.shown, cellCount: group.cells.length };
    }),
  }));
  const active = Math.max(
    0,
    document.pages.findIndex((page) => page.id === document.page),
  );
  await put(
    META,
    "highlights-meta",
    "json",
    json({ pages, activePageId: pages[active]?.id ?? null, activePageName: pages[active]?.name ?? null }),
    "eager",
  );
  for (const { id, group } of cells)
    await put(CELLS + id, "highlights-cells", "binary", cellBytes(group.cells), "lazy");
  await put(VIEWER, "fumehood", "json", json(saved(document)), "eager");
  const manifest = json({
    createdAt: now.toISOString(),
    dataSource: { sourceType: of.kind },
    datasetFingerprint: {
      ...{ sourceType: of.kind, datasetId: of.id, cellCount: of.cells, varCount: of.genes },
      ...(of.orders === undefined ? {} : { fumehood: of.orders }),
    },
    chunks: entries,
  });
  const parts = [manifest, ...bodies];
  const whole = new Uint8Array(parts.reduce((size, part) => size + 4 + part.length, MAGIC.length));
  const view = new DataView(whole.buffer);
  whole.set(coder.encode(MAGIC));
  let at = MAGIC.length;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    whole.set(part, at + 4);
    at += 4 + part.length;
  }
  return whole;
}

// -- in

/// Throws SessionRefused. `room`: bytes of the cells of all groups together.
export async function opened(file: Blob, of: Fingerprint, room = MOST.cells): Promise<Session> {
  if (file.size > MOST.file) throw new SessionRefused("The session is larger than a session may be.");
  const data = new Uint8Array(await file.arrayBuffer());
  const { chunks, fingerprint } = laidOut(data);
  check(fingerprint, of);
  const viewer = chunks.get(VIEWER);
  const state = viewer === undefined ? null : await jsonOf(viewer);
  // A document of ours holds its groups itself.
  if (object(state).version !== undefined) return { state, pages: [] };
  return { state, pages: await pagesOf(chunks, of.cells, room) };
}

interface Chunk {
  readonly id: string;
  readonly packed: boolean;
  readonly body: Uint8Array<ArrayBuffer>;
}

function laidOut(data: Uint8Array<ArrayBuffer>): { chunks: ReadonlyMap<string, Chunk>; fingerprint: Json } {
  const head = new TextDecoder("latin1").decode(data.subarray(0, MAGIC.length + 8));
  if (/^CELLUCID_SESSION\//.test(head))
    throw new SessionRefused("This session is of a later format; this viewer reads format 1.");
  if (!head.startsWith(MAGIC)) throw new SessionRefused("This file is no session.");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = MAGIC.length;
  const take = (most: number): Uint8Array<ArrayBuffer> => {
    if (at + 4 > data.length) throw cutShort();
    const length = view.getUint32(at, true);
    at += 4;
    if (length > most) throw new SessionRefused("A part of this session is larger than it may be.");
    if (length > data.length - at) throw cutShort();
    at += length;
    return data.subarray(at - length, at);
  };
  const manifest = object(parsed(take(MOST.manifest)));
  const entries = Array.isArray(manifest.chunks) ? manifest.chunks : [];
  if (entries.length > MOST.chunks) throw new SessionRefused("This session has too many parts.");
  const chunks = new Map<string, Chunk>();
  for (const entry of entries) {
    const { id, codec } = object(entry);
    const body = take(MOST.file);
    if (typeof id !== "string" || chunks.has(id)) throw damaged();
    chunks.set(id, { id, packed: codec === "gzip", body });
  }
  if (at !== data.length) throw damaged();
  return { chunks, fingerprint: object(manifest.datasetFingerprint) };
}

function check(said: Json, of: Fingerprint): void {
  const cells = said.cellCount;
  if (typeof cells !== "number") throw new SessionRefused("This session does not say on which cells it was drawn.");
  if (cells !== of.cells) {
    throw new SessionRefused(
      `This session was drawn on ${count(cells)} cells; this dataset has ${count(of.cells)}. ${ELSEWHERE}`,
    );
  }
  const order = object(said.fumehood).cells;
  if (of.orders !== undefined && typeof order === "string" && order !== of.orders.cells)
    throw new SessionRefused(
      `This session was drawn on other cells, or on the same ones in another order. ${ELSEWHERE}`,
    );
}

const ELSEWHERE = "In Python, `Session.apply_to_anndata` finds cells by their names.";

async function pagesOf(chunks: ReadonlyMap<string, Chunk>, count: number, most: number): Promise<Page[]> {
  const meta = chunks.get(META);
  if (meta === undefined) return [];
  const found = object(await jsonOf(meta)).pages;
  const pages: Page[] = [];
  let number = 0;
  let room = most;
  for (const one of Array.isArray(found) ? found.slice(0, MOST.pages) : []) {
    const page = object(one);
    const groups: Group[] = [];
    for (const each of Array.isArray(page.highlightedGroups) ? page.highlightedGroups : []) {
      const group = object(each);
      const part = chunks.get(`${CELLS}${String(group.id)}`);
      if (part === undefined) continue;
      if (++number > MOST.groups) throw new SessionRefused(`This session has more than ${MOST.groups} groups.`);
      const bytes = await cellBytesOf(part, count, room);
      room -= bytes.length;
      groups.push({
        id: `session-${number}`,
        name: text(group.label) || `Group ${number}`,
        colour: categorical(8)[(number - 1) % 8] ?? "#d55e00",
        note: "",
        shown: group.enabled !== false,
        cells: cellsOf(bytes, count),
        made: [],
      });
    }
    pages.push({ id: `session-page-${pages.length + 1}`, name: text(page.name) || `Page ${pages.length + 1}`, groups });
  }
  return pages;
}

/// Of what is left for all groups, no more than a set of cells can take.
async function cellBytesOf(part: Chunk, count: number, room: number): Promise<Uint8Array<ArrayBuffer>> {
  const most = 5 * (count + 1);
  return room < most ? await content(part, room, TOO_MANY_CELLS) : await content(part, most);
}

function cellsOf(bytes: Uint8Array, count: number): Uint32Array {
  try {
    return bytesToCells(bytes, count);
  } catch (error) {
    if (error instanceof RangeError) throw new SessionRefused(error.message);
    throw error;
  }
}

async function jsonOf(part: Chunk): Promise<unknown> {
  return parsed(await content(part, MOST.json));
}

async function content(part: Chunk, most: number, otherwise = TOO_LARGE): Promise<Uint8Array<ArrayBuffer>> {
  if (!part.packed) {
    if (part.body.length > most) throw new SessionRefused(otherwise);
    return part.body;
  }
  try {
    return await unpacked(part.body, most);
  } catch (error) {
    if (error instanceof TooLarge) throw new SessionRefused(otherwise);
    throw damaged();
  }
}

const TOO_LARGE = "A part of this session is larger than it may be.";
const TOO_MANY_CELLS = "The groups of this session hold more cells together than a session may.";

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw damaged();
  }
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value.slice(0, MOST.text) : "";
}

const damaged = () => new SessionRefused("This session is damaged: its parts are not what it says.");
const cutShort = () => new SessionRefused("This session ends before what it says it holds: it was not copied whole.");
