/// Sets of cells as ascending indices, and how a new one meets the one that is there. Pure: every function gives a new
/// array.

export type Cells = Uint32Array;
export type Joining = "replace" | "add" | "subtract" | "intersect";

export function joined(old: Cells, fresh: Cells, how: Joining): Cells {
  if (how === "replace") return fresh;
  if (how === "add") return union(old, fresh);
  return how === "subtract" ? kept(old, fresh, false) : kept(old, fresh, true);
}

function union(one: Cells, other: Cells): Cells {
  const all = new Uint32Array(one.length + other.length);
  let size = 0;
  let left = 0;
  let right = 0;
  while (left < one.length || right < other.length) {
    const a = left < one.length ? (one[left] as number) : Infinity;
    const b = right < other.length ? (other[right] as number) : Infinity;
    all[size++] = Math.min(a, b);
    if (a <= b) left++;
    if (b <= a) right++;
  }
  return all.slice(0, size);
}

/// Those of `one` that are, or are not, in the other.
function kept(one: Cells, other: Cells, shared: boolean): Cells {
  const found = new Uint32Array(one.length);
  let size = 0;
  let at = 0;
  for (const cell of one) {
    while (at < other.length && (other[at] as number) < cell) at++;
    if ((other[at] === cell) === shared) found[size++] = cell;
  }
  return found.slice(0, size);
}

/// Of numbers in any order, with repetitions, from anybody: ascending, each once, none beyond the last cell.
export function tidy(numbers: Iterable<number>, count: number): Cells {
  const valid: number[] = [];
  for (const number of numbers) if (Number.isInteger(number) && number >= 0 && number < count) valid.push(number);
  const sorted = Uint32Array.from(valid).sort();
  return sorted.filter((cell, at) => at === 0 || cell !== sorted[at - 1]);
}

/// The cells whose place in the mask has this value.
export function where(mask: Uint8Array, value: number): Cells {
  let count = 0;
  for (const one of mask) if (one === value) count++;
  const cells = new Uint32Array(count);
  let at = 0;
  for (let cell = 0; cell < mask.length; cell++) if (mask[cell] === value) cells[at++] = cell;
  return cells;
}

/// Sets a bit of the marks of these cells.
export function add(marks: Uint8Array, bit: number, cells: Cells): void {
  for (const cell of cells) marks[cell] = (marks[cell] as number) | bit;
}
