/// Brings the cells of a list into an order without taking any of them out: a node that moves in the document reloads
/// the frames inside. New nodes go to their place at once. Where the order of those that stay changes, browsers with
/// `moveBefore` move them alive; elsewhere CSS `order` shows them in order and the document keeps the old one.
///
/// Cells stand in blocks, which the browser leaves out of layout and paint while they are far away
/// (`content-visibility`): with two thousand cells that cost 20 ms of every frame for each of them, and 2 ms by block.

/// Cells in a block.
export const BLOCK = 24;

/// The places of `order` (distinct numbers) that can stay while the others move: a longest ascending run.
export function staying(order: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [];
  const before = new Array<number>(order.length).fill(-1);
  for (let i = 0; i < order.length; i++) {
    const value = order[i] ?? 0;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((order[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[i] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = i;
  }
  const kept = new Set<number>();
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i] ?? -1) kept.add(i);
  return kept;
}

interface Movable {
  moveBefore?(node: Node, before: Node | null): void;
}

/// `guess`: a cell's height before the browser has seen it.
export function arrange(list: HTMLElement, wanted: readonly HTMLElement[], guess: (cell: HTMLElement) => number): void {
  const keep = new Set<Element>(wanted);
  const position = new Map<Element, number>();
  for (const block of [...list.children]) {
    for (const cell of [...block.children]) {
      if (keep.has(cell)) position.set(cell, position.size);
      else cell.remove();
    }
    if (block.childElementCount === 0) block.remove();
  }
  const old = wanted.filter((cell) => position.has(cell));
  const kept = staying(old.map((cell) => position.get(cell) ?? 0));
  const stays = new Set(old.filter((_, at) => kept.has(at)));
  const alive = typeof (list as Movable).moveBefore === "function";
  const changed = new Set<Element>();
  let last: HTMLElement | null = null;
  for (const cell of wanted) {
    if (!position.has(cell) || (alive && !stays.has(cell))) changed.add(put(list, last, cell, position.has(cell)));
    last = cell;
  }
  for (const block of [...list.children]) if (block.childElementCount === 0) block.remove();
  for (const block of changed) size(block as HTMLElement, guess);
  // Without `moveBefore`: `order` on all, as soon as one is out of place.
  if (alive || (stays.size === old.length && list.dataset.ordered === undefined)) return;
  list.dataset.ordered = "";
  wanted.forEach((cell, at) => {
    if (cell.style.order !== String(at)) cell.style.order = String(at);
  });
}

/// Behind `last`, or at the top. Returns the block.
function put(list: HTMLElement, last: HTMLElement | null, cell: HTMLElement, move: boolean): Element {
  let block = last === null ? list.firstElementChild : last.parentElement;
  let before = last === null ? (block?.firstElementChild ?? null) : last.nextElementSibling;
  if (block === null || (block.childElementCount >= BLOCK && (before === null || last === null))) {
    const made = document.createElement("div");
    made.className = "cells-block";
    list.insertBefore(made, last === null ? list.firstElementChild : (block?.nextElementSibling ?? null));
    block = made;
    before = null;
  }
  if (move) (block as Movable).moveBefore?.(cell, before);
  else block.insertBefore(cell, before);
  return block;
}

function size(block: HTMLElement, guess: (cell: HTMLElement) => number): void {
  let height = 0;
  for (const cell of block.children) height += guess(cell as HTMLElement);
  block.style.setProperty("contain-intrinsic-block-size", `auto ${height}px`);
}
