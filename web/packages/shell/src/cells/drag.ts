/// Moving cells by dragging them at their margin. Pointer capture, because frames between would swallow a native drag.
/// The keyboard does the same with Ctrl+Shift+↑ and ↓.

import { type Accessor, createSignal } from "solid-js";
import { withSection } from "../commands/editing.js";
import { go } from "../commands/place.js";
import type { Bench } from "../commands/types.js";

export interface Drop {
  /// Null: at the top.
  readonly after: string | null;
  /// From the top of the list, in pixels.
  readonly top: number;
}

export interface Drag {
  begin(event: PointerEvent): void;
  /// Where the cells would go now; null while nothing is dragged.
  readonly drop: Accessor<Drop | null>;
}

/// A press that moves less is a click.
const SLACK = 5;
/// Near the edges of the view the list scrolls along.
const EDGE = 48;
const SPEED = 14;

export function createDrag(bench: Bench): Drag {
  const [drop, setDrop] = createSignal<Drop | null>(null);

  const begin = (event: PointerEvent) => {
    const target = event.target;
    if (!(target instanceof Element) || event.button !== 0) return;
    const handle = target.closest<HTMLElement>(".gutter");
    const id = target.closest<HTMLElement>("[data-cell]")?.dataset.cell;
    if (handle === null || id === undefined || target.closest("button") !== null) return;
    const list = handle.closest<HTMLElement>(".cells");
    const scroller = bench.scroller();
    if (list === null || scroller === undefined) return;
    const from = { x: event.clientX, y: event.clientY };
    let y = from.y;
    let frame = 0;
    let moving = false;

    const follow = () => {
      const box = scroller.getBoundingClientRect();
      const over = y < box.top + EDGE ? -1 : y > box.bottom - EDGE ? 1 : 0;
      if (over !== 0) scroller.scrollBy(0, over * SPEED);
      setDrop(dropAt(bench, list, y));
      frame = requestAnimationFrame(follow);
    };
    const onMove = (move: PointerEvent) => {
      y = move.clientY;
      if (moving || Math.hypot(move.clientX - from.x, move.clientY - from.y) < SLACK) return;
      moving = true;
      handle.setPointerCapture(event.pointerId);
      if (!bench.isSelected(id)) bench.move((place) => go(place, id));
      follow();
    };
    const end = (commit: boolean) => {
      cancelAnimationFrame(frame);
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onUp);
      window.removeEventListener("pointercancel", onCancel);
      window.removeEventListener("keydown", onKey, true);
      const at = drop();
      setDrop(null);
      const ids = withSection(bench, bench.selected());
      if (!moving) bench.move((place) => go(place, id));
      else if (commit && at !== null && !(at.after !== null && ids.includes(at.after)))
        bench.notebook.edits.move(ids, at.after);
    };
    const onUp = () => end(true);
    const onCancel = () => end(false);
    const onKey = (key: KeyboardEvent) => {
      if (key.key !== "Escape") return;
      key.preventDefault();
      key.stopPropagation();
      end(false);
    };
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp);
    window.addEventListener("pointercancel", onCancel);
    window.addEventListener("keydown", onKey, true);
  };

  return { begin, drop };
}

/// The gap nearest to `y`, asked of what is there on the screen: cells far away have no layout to be asked about.
export function dropAt(bench: Bench, list: HTMLElement, y: number): Drop {
  const order = bench.notebook.order();
  const box = list.getBoundingClientRect();
  const view = bench.scroller()?.getBoundingClientRect() ?? box;
  const at = Math.max(view.top + 1, Math.min(view.bottom - 1, y));
  const under = document
    .elementsFromPoint(box.left + box.width / 2, at)
    .map((element) => element.closest<HTMLElement>("[data-cell]"))
    .find((cell) => cell !== null);
  const id = under?.dataset.cell;
  if (under == null || id === undefined) {
    const above = at < box.top + box.height / 2;
    return above ? { after: null, top: 0 } : { after: order.at(-1) ?? null, top: box.height };
  }
  const cell = under.getBoundingClientRect();
  const before = at < (cell.top + cell.bottom) / 2;
  return {
    // Behind a folded heading is behind what it hides.
    after: before ? (order[order.indexOf(id) - 1] ?? null) : (bench.folding.below(id).at(-1) ?? id),
    top: (before ? cell.top : cell.bottom) - box.top,
  };
}
