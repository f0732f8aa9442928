/// Marks matches in the outputs that the page shows itself: highlights over ranges, so that no output's elements are
/// touched and a flood costs nothing until it is looked at. Only rows on the screen are marked; browsers without the
/// Custom Highlight API (older than 2025's Firefox) still go to the output.

import { createEffect, onCleanup } from "solid-js";
import type { Finding } from "./finding.js";
import type { Span } from "./search.js";

const ALL = "find-output";
const CURRENT = "find-output-current";
/// Rows looked at and ranges made, at most, in one look.
const ROWS = 5_000;
const RANGES = 2_000;

/// Called under an owner of Solid's.
export function markOutputs(finding: Finding, list: HTMLElement, scroller: HTMLElement): void {
  if (typeof Highlight !== "function" || CSS.highlights === undefined) return;
  const clear = () => {
    CSS.highlights.delete(ALL);
    CSS.highlights.delete(CURRENT);
  };
  let shown: object | null = null;
  createEffect(() => {
    const find = finding.finder();
    const current = finding.current();
    const nth = finding.inOutput();
    if (find === null) {
      clear();
      return;
    }
    let frame = 0;
    const look = () => {
      frame = 0;
      clear();
      const found = rangesOf(list, find);
      const here = current?.where === "output" ? (found.get(current.cell) ?? []) : [];
      // Only where all is shown is it known which of them it is.
      const one = nth !== null && here.length === nth.of ? here[nth.at] : undefined;
      CSS.highlights.set(ALL, new Highlight(...[...found.values()].flat()));
      if (one === undefined) return;
      const mark = new Highlight(one);
      mark.priority = 1;
      CSS.highlights.set(CURRENT, mark);
      if (shown !== current) center(one, scroller);
      shown = current;
    };
    const again = () => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    again();
    const watch = new MutationObserver(again);
    watch.observe(list, { childList: true, characterData: true, subtree: true });
    list.addEventListener("contentvisibilityautostatechange", again);
    onCleanup(() => {
      cancelAnimationFrame(frame);
      watch.disconnect();
      list.removeEventListener("contentvisibilityautostatechange", again);
    });
  });
  onCleanup(clear);
}

/// By cell, in the order of the text.
function rangesOf(list: HTMLElement, find: (text: string) => readonly Span[]): Map<string, Range[]> {
  const found = new Map<string, Range[]>();
  let [rows, ranges] = [0, 0];
  for (const block of list.children) {
    if (!block.checkVisibility({ contentVisibilityAuto: true })) continue;
    for (const row of block.querySelectorAll(".outputs .out-row")) {
      if (++rows > ROWS || ranges >= RANGES) return found;
      const spans = find(row.textContent);
      const cell = spans.length === 0 ? undefined : row.closest<HTMLElement>("[data-cell]")?.dataset.cell;
      if (cell === undefined) continue;
      const made = spans.slice(0, RANGES - ranges).map((span) => rangeIn(row, span));
      ranges += made.length;
      found.set(cell, [...(found.get(cell) ?? []), ...made]);
    }
  }
  return found;
}

function rangeIn(row: Element, span: Span): Range {
  const range = document.createRange();
  const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  let at = 0;
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const end = at + (node.nodeValue?.length ?? 0);
    if (span.from >= at && span.from < end) range.setStart(node, span.from - at);
    if (span.to > at && span.to <= end) {
      range.setEnd(node, span.to - at);
      break;
    }
    at = end;
  }
  return range;
}

/// Into the middle, where it is not in sight.
function center(range: Range, scroller: HTMLElement): void {
  const box = range.getBoundingClientRect();
  const view = scroller.getBoundingClientRect();
  if (box.top < view.top || box.bottom > view.bottom)
    scroller.scrollBy({ top: (box.top + box.bottom - view.top - view.bottom) / 2 });
}
