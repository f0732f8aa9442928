/// Keeps the keyboard where the place says, and the place where the keyboard is. It never takes the keyboard from
/// something outside of the notebook, unless a command asked for that.

import { createEffect, on, untrack } from "solid-js";
import { go } from "../commands/place.js";
import type { Bench } from "../commands/types.js";

/// Called under an owner of Solid's; returns how to stop listening.
export function keepFocus(bench: Bench, root: HTMLElement): () => void {
  let following = false;
  /// While the pointer is down nothing may move under it: a press that ends elsewhere is no click.
  let pressed = false;

  const put = (force: boolean) => {
    const { active, mode } = bench.place();
    const holder = document.activeElement;
    const ours = holder === null || holder === document.body || root.contains(holder);
    if (active === null || !(ours || force)) return;
    // The find bar and dialogs keep the keyboard while they work on cells.
    if (!force && holder !== null && holder.closest(".find-bar, dialog") !== null) return;
    bench.ensure(active);
    const handle = bench.cells.get(active);
    if (handle === undefined) return;
    following = true;
    try {
      if (mode === "edit") {
        if (holder?.closest(".cm-content") == null || !handle.element.contains(holder)) handle.editor()?.focus();
      } else if (holder !== handle.element && !isWithin(holder, handle.element)) {
        handle.element.focus({ preventScroll: true });
        if (!pressed) handle.element.scrollIntoView({ block: "nearest" });
      }
    } finally {
      following = false;
    }
  };

  createEffect(on(bench.place, () => queueMicrotask(() => untrack(() => put(false))), { defer: true }));
  createEffect(on(bench.focusAsked, () => queueMicrotask(() => untrack(() => put(true))), { defer: true }));

  const onFocus = (event: FocusEvent) => {
    const target = event.target;
    if (following || !(target instanceof Element)) return;
    const id = target.closest<HTMLElement>("[data-cell]")?.dataset.cell;
    if (id === undefined) return;
    const mode = target.closest(".cm-content") === null ? "command" : "edit";
    bench.move((place) =>
      place.active === id ? (place.mode === mode ? place : { ...place, mode }) : go(place, id, mode),
    );
  };
  /// A tool that was clicked gives the keyboard back to its cell: the next Enter is meant for the cell, not for the tool.
  /// One that was pressed by a key keeps it.
  const onClick = (event: MouseEvent) => {
    const target = event.target;
    const tool = event.detail > 0 && target instanceof Element ? target.closest("button") : null;
    const cell = tool?.closest<HTMLElement>("[data-cell]");
    if (tool == null || cell == null || !(root.contains(cell) || !cell.isConnected)) return;
    // The tool may have sent the keyboard elsewhere itself.
    queueMicrotask(() => {
      const holder = document.activeElement;
      if (holder !== tool && holder !== document.body) return;
      if (cell.isConnected && bench.place().mode === "command" && bench.isActive(cell.dataset.cell ?? ""))
        cell.focus({ preventScroll: true });
      else bench.refocus();
    });
  };
  /// From a tool to its cell.
  const onEscape = (event: KeyboardEvent) => {
    const target = event.target;
    if (event.key !== "Escape" || event.defaultPrevented || !(target instanceof Element)) return;
    const cell = target.closest<HTMLElement>("[data-cell]");
    if (cell === null || cell === target || target.closest(".cm-content, input") !== null) return;
    event.preventDefault();
    cell.focus({ preventScroll: true });
  };
  root.addEventListener("focusin", onFocus);
  const onPress = () => {
    pressed = true;
  };
  const onRelease = () => {
    pressed = false;
  };
  root.addEventListener("pointerdown", onPress, true);
  window.addEventListener("pointerup", onRelease, true);
  window.addEventListener("pointercancel", onRelease, true);
  // On the document, where the tools' own handlers are called before.
  document.addEventListener("click", onClick);
  root.addEventListener("keydown", onEscape);
  return () => {
    root.removeEventListener("focusin", onFocus);
    root.removeEventListener("pointerdown", onPress, true);
    window.removeEventListener("pointerup", onRelease, true);
    window.removeEventListener("pointercancel", onRelease, true);
    document.removeEventListener("click", onClick);
    root.removeEventListener("keydown", onEscape);
  };
}

/// A control inside of the cell that may keep the keyboard in command mode; its editor may not.
function isWithin(holder: Element | null, cell: HTMLElement): boolean {
  return holder !== null && cell.contains(holder) && holder.closest(".cm-content") === null;
}
