/// What an exported folder has besides columns and points: the graph of neighbours and fields of directions, as its
/// manifests declare them. What is declared in a way that is not known here is not offered; the rest of the folder is.

type Json = Readonly<Record<string, unknown>>;

export interface Ends {
  readonly sources: string;
  readonly targets: string;
  readonly count: number;
  readonly type: "uint16" | "uint32";
}

export interface Directions {
  readonly id: string;
  readonly label: string;
  /// Paths of files, by the number of dimensions.
  readonly files: ReadonlyMap<number, string>;
}

/// More than a page has room for: 2 GB for each end.
const MOST_EDGES = 500_000_000;
const MOST_FIELDS = 200;

/// Of `connectivity_manifest.json`; `null` where there is no graph of these cells.
export function endsOf(manifest: Json | null, cells: number): Ends | null {
  if (manifest === null || manifest.format !== "edge_pairs") return null;
  const { n_cells, n_edges: count, index_dtype: type, sourcesPath: sources, destinationsPath: targets } = manifest;
  if (n_cells !== undefined && n_cells !== cells) return null;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > MOST_EDGES) return null;
  if (type !== "uint16" && type !== "uint32") return null;
  return typeof sources === "string" && typeof targets === "string" ? { sources, targets, count, type } : null;
}

/// Of `dataset_identity.json`: those of embeddings that are there, the default one first.
export function directionsOf(fields: Json, dimensions: ReadonlySet<number>): readonly Directions[] {
  const said = Object.entries(object(fields.fields)).slice(0, MOST_FIELDS);
  const found = said.flatMap(([id, one]): Directions[] => {
    const { label, files } = object(one);
    const paths = Object.entries(object(files)).flatMap(([name, path]) => {
      const number = /^([1-3])d$/.exec(name)?.[1];
      return number !== undefined && dimensions.has(Number(number)) && typeof path === "string"
        ? [[Number(number), path] as const]
        : [];
    });
    return paths.length > 0 ? [{ id, label: typeof label === "string" ? label : id, files: new Map(paths) }] : [];
  });
  const first = (one: Directions) => (one.id === fields.default_field ? 0 : 1);
  return found.sort((one, other) => first(one) - first(other));
}

/// As the graph is read: 32 bits an end.
export function widened(data: Uint8Array<ArrayBuffer>, type: Ends["type"]): Uint8Array<ArrayBuffer> {
  if (type === "uint32") return data;
  const narrow = data.byteOffset % 2 === 0 ? data : data.slice();
  const ends = Uint32Array.from(new Uint16Array(narrow.buffer, narrow.byteOffset, narrow.byteLength >> 1));
  return new Uint8Array(ends.buffer);
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
