/// Brings the children of an element into an order without taking any of them out: a node that moves in the document
/// reloads the frames inside. New nodes go to their place at once. Where the order of those that stay changes, browsers
/// with `moveBefore` move them alive; elsewhere CSS `order` shows them in order and the document keeps the old one.

/// The places of `order` (indices, distinct) that can stay while the others move: a longest ascending run.
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

export function arrange(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const keep = new Set<Element>(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  const position = new Map([...parent.children].map((child, at) => [child, at]));
  const old = wanted.filter((node) => position.has(node));
  const kept = staying(old.map((node) => position.get(node) ?? 0));
  const stays = new Set(old.filter((_, at) => kept.has(at)));
  const movable = parent as Movable;
  const alive = typeof movable.moveBefore === "function";
  let before: Node | null = null;
  for (const node of wanted.toReversed()) {
    if (!position.has(node)) parent.insertBefore(node, before);
    else if (alive && !stays.has(node)) movable.moveBefore?.(node, before);
    before = node;
  }
  // Without `moveBefore`: `order` on all, as soon as one is out of place.
  const askew = !alive && stays.size < old.length;
  if (!askew && parent.dataset["ordered"] === undefined) return;
  parent.dataset["ordered"] = "";
  wanted.forEach((node, at) => {
    if (node.style.order !== String(at)) node.style.order = String(at);
  });
}
