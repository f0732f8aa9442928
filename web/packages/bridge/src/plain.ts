/// What a structured clone may be before anybody looks into it: JSON's values and nothing else, within a budget.
///
/// A clone can hold what JSON cannot: cycles, one object many times over, maps, buffers, ports, sparse arrays of four
/// thousand million places, keys named `__proto__`. All of that is refused here, in one walk whose cost the budget
/// bounds, so that the schemas may be simple. A clone holds no getters and no prototypes of its sender.

export interface Budget {
  /// Levels of arrays and objects.
  readonly depth: number;
  /// Values in all; something that appears twice counts twice.
  readonly nodes: number;
  /// Two for each character of keys and texts, eight for each value.
  readonly bytes: number;
  /// Files, whose bytes count nothing here: they stay where they are until somebody reads them. None where it is missing.
  readonly files?: number;
}

/// Names through which a careless merge reaches a prototype.
export const POISON: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/// `budget`: too much of something that may be sent; `kind`: something that may not be.
export type NotPlain = "budget" | "kind";

/// Null for a value that is plain.
export function notPlain(value: unknown, budget: Budget): NotPlain | null {
  let nodes = budget.nodes;
  let bytes = budget.bytes;
  let files = budget.files ?? 0;

  const visit = (one: unknown, depth: number): NotPlain | null => {
    nodes -= 1;
    bytes -= 8;
    if (typeof one === "string") bytes -= 2 * one.length;
    if (nodes < 0 || bytes < 0) return "budget";
    if (one === null || typeof one === "string" || typeof one === "boolean") return null;
    if (typeof one === "number") return Number.isFinite(one) ? null : "kind";
    if (typeof one !== "object") return "kind";
    if (budget.files !== undefined && one instanceof Blob) {
      files -= 1;
      return files < 0 ? "budget" : null;
    }
    return Array.isArray(one) ? items(one, depth) : fields(one, depth);
  };

  const items = (list: readonly unknown[], depth: number): NotPlain | null => {
    if (depth <= 0 || list.length > nodes) return "budget";
    // Fewer keys than places: sparse; more: an array with names.
    if (Object.keys(list).length !== list.length) return "kind";
    for (const item of list) {
      const wrong = visit(item, depth - 1);
      if (wrong) return wrong;
    }
    return null;
  };

  const fields = (record: object, depth: number): NotPlain | null => {
    const above: unknown = Object.getPrototypeOf(record);
    // Only `Object.prototype` (of any realm) has nothing above it.
    if (above !== null && Object.getPrototypeOf(above) !== null) return "kind";
    if (depth <= 0) return "budget";
    const keys = Object.keys(record);
    if (keys.length > nodes) return "budget";
    for (const key of keys) {
      bytes -= 2 * key.length;
      if (bytes < 0) return "budget";
      if (POISON.has(key)) return "kind";
      const wrong = visit((record as Readonly<Record<string, unknown>>)[key], depth - 1);
      if (wrong) return wrong;
    }
    return null;
  };

  return visit(value, budget.depth);
}
