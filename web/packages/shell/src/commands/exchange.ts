/// Cells to and from the system's clipboard, by the browser's own copy, cut and paste events: these need no permission.
/// They are the notebook's in command mode only; in text fields and where text is selected they stay the browser's.

import { CELLS_TYPE, fromJson, toJson, toText } from "./clipboard.js";
import { remove, withSection } from "./editing.js";
import type { Bench } from "./types.js";

/// Returns how to stop.
export function exchange(bench: Bench, root: HTMLElement): () => void {
  const ours = (event: Event): boolean => {
    const target = event.target;
    if (bench.place().mode !== "command" || !(target instanceof Element) || event.defaultPrevented) return false;
    if (target.closest("input, textarea, select, [contenteditable=true], dialog") !== null) return false;
    return target === document.body || root.contains(target);
  };
  const onCopy = (event: ClipboardEvent) => {
    const selection = document.getSelection();
    const text = selection !== null && !selection.isCollapsed;
    const ids = withSection(bench, bench.selected());
    if (!ours(event) || text || ids.length === 0 || event.clipboardData === null) return;
    const cells = bench.notebook.edits.copy(ids);
    event.clipboardData.setData("text/plain", toText(cells));
    event.clipboardData.setData(CELLS_TYPE, toJson(cells));
    event.preventDefault();
    bench.setClipboard(cells);
    if (event.type === "cut") remove(bench);
  };
  const onPaste = (event: ClipboardEvent) => {
    if (!ours(event) || event.clipboardData === null) return;
    const source = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
    const cells = fromJson(event.clipboardData.getData(CELLS_TYPE));
    if (cells === null && source === "") return;
    event.preventDefault();
    bench.setClipboard(cells ?? [{ type: "code", source, metadata: {}, attachments: {} }]);
    bench.execute("paste-below");
  };
  document.addEventListener("copy", onCopy);
  document.addEventListener("cut", onCopy);
  document.addEventListener("paste", onPaste);
  return () => {
    document.removeEventListener("copy", onCopy);
    document.removeEventListener("cut", onCopy);
    document.removeEventListener("paste", onPaste);
  };
}
