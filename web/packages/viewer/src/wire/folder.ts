/// A page that lies beside an exported folder on a static web host: no server of ours, no Python. What the page asks for
/// by the names of the table is made of the folder's own files, whoever exported it in this layout (`compact_v1`): files
/// are named in the manifests and are plain or gzipped. A host that undoes gzip by itself is noticed by the length.

import type { viewer } from "@fumehood/protocol";
import { answerHere } from "../ask/local";
import { directionsOf, endsOf, widened } from "./drawn";
import {
  type AskOptions,
  FetchFailed,
  type FetchOptions,
  type Hearer,
  inflate,
  newPage,
  type Transport,
} from "./transport";

type Json = Readonly<Record<string, unknown>>;
type Data = Uint8Array<ArrayBuffer>;
type Make = (options: FetchOptions) => Promise<Data>;

interface Numbers {
  readonly path: string;
  readonly type: string;
  /// Of quantised values.
  readonly range: readonly [number, number] | null;
}

const WIDTHS: Readonly<Record<string, number>> = { uint8: 1, uint16: 2, uint32: 4, float32: 4 };
const SAFE = /[^A-Za-z0-9._-]+/g;

export class FolderTransport implements Transport {
  readonly kind = "http";
  readonly viewer = "";
  readonly page = newPage();
  readonly #abort = new AbortController();
  readonly #table = new Map<string, Make>();
  /// The file with the names of all cells, and what was read of it.
  #listed: string | null = null;
  #cells: Promise<readonly string[]> | null = null;

  private constructor(readonly base: string) {}

  /// `null` where the page does not lie beside an export.
  static async open(location: Location): Promise<FolderTransport | null> {
    const made = new FolderTransport(new URL("./", location.href.split("#")[0] ?? location.href).href);
    const identity = await made.#json("dataset_identity.json");
    const obs = await made.#json("obs_manifest.json");
    if (identity === null || obs === null) return null;
    const has = object(identity.stats).has_connectivity !== false;
    const [genes, graph] = await Promise.all([
      made.#json("var_manifest.json"),
      has ? made.#json("connectivity_manifest.json") : null,
    ]);
    made.#declare(identity, obs, genes, graph);
    return made;
  }

  /// Nobody listens.
  send(_event: viewer.ViewerEvent, _buffers: readonly Uint8Array[]): Promise<void> {
    return Promise.resolve();
  }

  listen(_hearer: Hearer): void {}

  fetch(path: string, options: FetchOptions = {}): Promise<Data> {
    const make = this.#table.get(path) ?? this.#names(path);
    if (make === null) return Promise.reject(new FetchFailed("missing", `The export has no ${path}.`));
    return make(options);
  }

  /// There is nobody to ask: the page computes it itself.
  ask(question: viewer.Question, buffers: readonly Uint8Array[], options?: AskOptions): Promise<viewer.Answer> {
    return answerHere(this, question, buffers, options);
  }

  close(): void {
    this.#abort.abort();
  }

  #declare(identity: Json, obs: Json, genes: Json | null, neighbours: Json | null): void {
    const cells = Number(obs.n_points);
    const fields = columns(obs);
    const points = Object.entries(object(object(identity.embeddings).files)).map(
      ([name, path]) => [Number(name[0]), String(path)] as const,
    );
    for (const [number, path] of points)
      for (let drawn = 1; drawn <= number; drawn++)
        this.#table.set(`embeddings/${number}/${drawn}`, async (options) =>
          first(await this.#bytes(path, 4 * number * cells, options), number, drawn),
        );
    fields.forEach(({ numbers, kind }, index) => {
      this.#table.set(`columns/${index}/${kind === "category" ? "codes" : "values"}`, async (options) => {
        const data = await this.#bytes(numbers.path, cells * (WIDTHS[numbers.type] ?? 1), options);
        return kind === "category" ? data : restored(data, numbers);
      });
    });
    const names = genes === null ? [] : geneNumbers(genes);
    names.forEach(([, numbers], index) => {
      this.#table.set(`gene/${index}`, async (options) =>
        asGene(await this.#bytes(numbers.path, cells * (WIDTHS[numbers.type] ?? 1), options), numbers, cells),
      );
    });
    const overview = {
      version: 1,
      id: identity.id,
      name: identity.name,
      kind: "exported",
      n_cells: cells,
      n_genes: names.length,
      columns: fields.map(({ key, kind, categories, numbers }, index) => ({
        key,
        kind,
        categories,
        type: kind === "category" ? numbers.type : "float32",
        path: `columns/${index}/${kind === "category" ? "codes" : "values"}`,
      })),
      embeddings: points.reverse().map(([number]) => ({
        key: `X_umap_${number}d`,
        dimensions: number,
        paths: Object.fromEntries(
          Array.from({ length: number }, (_, at) => [at + 1, `embeddings/${number}/${at + 1}`] as const),
        ),
      })),
      ...this.#declareDrawn(identity, neighbours, cells, new Set(points.map(([number]) => number))),
      genes: { names: "genes/names", path: "gene/{index}", state: "genes/state" },
      cells: { names: "cells/names/{from}-{to}" },
      notes: [],
    };
    this.#table.set("overview.json", async () => encoded(overview));
    this.#table.set("genes/names", async () => encoded(names.map(([name]) => name)));
    this.#table.set("genes/state", async () => encoded({ how: "straight", done: 0, reason: "" }));
    const listed = object(identity._fumehood).cells;
    this.#listed = typeof listed === "string" ? listed : null;
  }

  /// What is drawn besides points, as the overview tells it.
  #declareDrawn(identity: Json, neighbours: Json | null, cells: number, dimensions: ReadonlySet<number>) {
    const ends = endsOf(neighbours, cells);
    for (const end of ["sources", "targets"] as const) {
      if (ends === null) break;
      this.#table.set(`graph/${end}`, async (options) =>
        widened(await this.#bytes(ends[end], ends.count * (WIDTHS[ends.type] ?? 4), options), ends.type),
      );
    }
    const vectors = directionsOf(object(identity.vector_fields), dimensions).map(({ id, label, files }, index) => {
      for (const [number, path] of files)
        this.#table.set(`vectors/${index}/${number}`, (options) => this.#bytes(path, 4 * number * cells, options));
      const paths = Object.fromEntries([...files.keys()].map((number) => [number, `vectors/${index}/${number}`]));
      // The layout has no other embedding than the UMAP.
      return { id, label, basis: "umap", paths };
    });
    return { vectors, graph: ends && { sources: "graph/sources", targets: "graph/targets" } };
  }

  /// Names of some cells; of an export without them their numbers.
  #names(path: string): Make | null {
    const asked = /^cells\/names\/(\d+)-(\d+)$/.exec(path);
    if (asked === null) return null;
    const [from, to] = [Number(asked[1]), Number(asked[2])];
    const file = this.#listed;
    if (file === null) return async () => encoded(Array.from({ length: to - from }, (_, at) => String(from + at)));
    return async (options) => {
      this.#cells ??= this.#bytes(file, 0, options).then(
        (data) => JSON.parse(new TextDecoder().decode(data)) as string[],
      );
      return encoded((await this.#cells).slice(from, to));
    };
  }

  /// `size` is of the content, where it is known.
  async #bytes(path: string, size: number, options: FetchOptions): Promise<Data> {
    const answer = await this.#get(path, options);
    if (!answer.ok) throw new FetchFailed(String(answer.status), `The host answered ${answer.status} for ${path}.`);
    const data = new Uint8Array(await answer.arrayBuffer());
    options.progress?.(data.length, data.length);
    const packed = data[0] === 0x1f && data[1] === 0x8b && (size === 0 || data.length !== size);
    const found = packed ? await inflate(data, "gzip") : data;
    if (size !== 0 && found.length !== size) throw new FetchFailed("broken", `${path} is not as long as it should be.`);
    return found;
  }

  async #json(path: string): Promise<Json | null> {
    try {
      const answer = await this.#get(path, {});
      const found: unknown = answer.ok ? await answer.json() : null;
      return typeof found === "object" && found !== null ? (found as Json) : null;
    } catch {
      return null;
    }
  }

  /// Only below the page: a manifest is a stranger's.
  #get(path: string, { signal }: FetchOptions): Promise<Response> {
    const url = new URL(path.split("/").map(encodeURIComponent).join("/"), this.base);
    if (!url.href.startsWith(this.base)) return Promise.reject(new FetchFailed("outside", "A file lies outside."));
    return fetch(url, { signal: signal ?? this.#abort.signal, credentials: "same-origin" });
  }
}

interface Field {
  readonly key: string;
  readonly kind: "category" | "continuous";
  readonly categories: readonly string[];
  readonly numbers: Numbers;
}

/// Columns, those of categories first: pages colour by the first one.
function columns(obs: Json): readonly Field[] {
  const schemas = object(obs._obsSchemas);
  const names = object(object(obs._fumehood).names);
  const found: Field[] = [];
  for (const raw of list(obs._categoricalFields)) {
    const [index, key, categories, type] = numbered(list(raw));
    const pattern = String(object(schemas.categorical).codesPathPattern).replace(
      "{ext}",
      String(type).replace("uint", "u"),
    );
    const numbers = { path: place(pattern, String(key), index), type: String(type), range: null };
    const shown = String(names[String(key)] ?? key);
    found.push({ key: shown, kind: "category", categories: list(categories).map(String), numbers });
  }
  const schema = object(schemas.continuous);
  for (const raw of list(obs._continuousFields)) {
    const [index, key, low, high] = numbered(list(raw));
    const shown = String(names[String(key)] ?? key);
    found.push({
      key: shown,
      kind: "continuous",
      categories: [],
      numbers: numbersOf(schema, String(key), index, low, high),
    });
  }
  return found;
}

function geneNumbers(genes: Json): readonly (readonly [string, Numbers])[] {
  const schema = object(genes._varSchema);
  const names = object(object(genes._fumehood).names);
  return list(genes.fields).map((raw) => {
    const [index, key, low, high] = numbered(list(raw));
    return [String(names[String(key)] ?? key), numbersOf(schema, String(key), index, low, high)] as const;
  });
}

function numbersOf(schema: Json, key: string, index: number, low: unknown, high: unknown): Numbers {
  const range = schema.quantized === true ? ([Number(low), Number(high)] as const) : null;
  return { path: place(String(schema.pathPattern), key, index), type: String(schema.dtype), range };
}

/// A field begins with its number in exports of cellucid 0.9.1 and later; in others the number is not asked for.
function numbered(field: readonly unknown[]): readonly [number, ...unknown[]] {
  return typeof field[0] === "number" ? [field[0], ...field.slice(1)] : [-1, ...field];
}

function place(pattern: string, key: string, index: number): string {
  const safe = key.replace(SAFE, "_").replace(/^[._]+|[._]+$/g, "") || "field";
  return pattern.replace("{key}", () => safe).replace("{index}", String(index));
}

/// The first `kept` of `width` columns.
function first(data: Data, width: number, kept: number): Data {
  if (kept === width) return data;
  const all = new Float32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  const some = new Float32Array((all.length / width) * kept);
  for (let at = 0; at < some.length; at++) some[at] = all[Math.floor(at / kept) * width + (at % kept)] ?? Number.NaN;
  return new Uint8Array(some.buffer);
}

function restored(data: Data, { type, range }: Numbers): Data {
  if (range === null) return data;
  const codes = type === "uint8" ? data : new Uint16Array(data.buffer, data.byteOffset, data.byteLength >> 1);
  const top = type === "uint8" ? 254 : 65_534;
  const step = (range[1] - range[0]) / top;
  const values = new Float32Array(codes.length);
  codes.forEach((code, at) => {
    values[at] = code > top ? Number.NaN : range[0] + code * step;
  });
  return new Uint8Array(values.buffer);
}

/// As `data/gene.ts` reads it.
function asGene(data: Data, { type, range }: Numbers, cells: number): Data {
  const whole = new Uint8Array(32 + data.length);
  const head = new DataView(whole.buffer);
  head.setUint32(0, 0x31474846, true);
  head.setUint8(4, 1);
  head.setUint8(5, 8 * (WIDTHS[type] ?? 1));
  head.setUint32(8, cells, true);
  head.setUint32(12, cells, true);
  head.setFloat32(16, range?.[0] ?? 0, true);
  head.setFloat32(20, range?.[1] ?? 1, true);
  whole.set(data, 32);
  return whole;
}

function encoded(value: unknown): Data {
  return new TextEncoder().encode(JSON.stringify(value));
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
