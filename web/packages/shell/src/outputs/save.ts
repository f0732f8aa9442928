/// Out of the page on the person's wish: to a file with a harmless name, and to the clipboard. Names are hostile text.

import type { Content } from "@fumehood/protocol";
import { byteSize } from "@fumehood/ui/sizes";
import { sizeOf } from "./blobs.js";
import { strip } from "./sgr.js";
import { wholeText } from "./whole.js";

const NAME_CHARS = 80;
/// More than this on the clipboard stops other programs.
const CLIPBOARD_BYTES = 64 * 1000 * 1000;
/// Until the browser has certainly begun to read.
const KEEP_MS = 60_000;

/// A file name of plain characters: no path, no leading dot, no device's name, no second extension that hides the first;
/// of the long ones that of a session alone.
export function safeName(name: string): string {
  const match = /^(.*?)(\.(?:[a-z0-9]{1,5}|cellucid-session))?$/s.exec(name);
  const stem = (match?.[1] ?? "")
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, NAME_CHARS);
  return `${/^(con|prn|aux|nul|com\d|lpt\d)?$/i.test(stem) ? "output" : stem}${match?.[2] ?? ""}`;
}

export function saveAs(data: Blob, name: string): void {
  const url = URL.createObjectURL(data);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = safeName(name);
  anchor.rel = "noopener";
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}

/// Returns what to say about it.
export async function copyText(base: string, pieces: readonly Content[]): Promise<string> {
  const size = pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
  if (size > CLIPBOARD_BYTES) return `${byteSize(size)} are too much for the clipboard: save it.`;
  const text = await (await wholeText(base, pieces)).text();
  await navigator.clipboard.writeText(strip(text));
  return "Copied.";
}
