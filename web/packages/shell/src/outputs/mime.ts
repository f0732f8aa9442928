/// Which of an output's representations is shown, and where. The page itself shows what can only ever become text nodes
/// or decoded rasters; whatever could be a program, or is not known, goes into a sealed frame. MIME types are hostile
/// text: they are compared, never used as code or as part of a name. The order of types is the bridge's.

import { isDrawn, preferred } from "@fumehood/bridge";
import type { Content, Output } from "@fumehood/protocol";

export type Choice =
  | { readonly place: "page"; readonly kind: "stream" | "error" | "raw" | "empty" }
  | { readonly place: "page"; readonly kind: "text" | "image" | "json"; readonly mime: string }
  | { readonly place: "frame"; readonly mime: string };

export const RASTERS: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

const chosen = new WeakMap<Output, Choice>();

export function choose(output: Output): Choice {
  let choice = chosen.get(output);
  if (choice === undefined) {
    choice = chooseNow(output);
    chosen.set(output, choice);
  }
  return choice;
}

function chooseNow(output: Output): Choice {
  switch (output.type) {
    case "stream":
      return { place: "page", kind: "stream" };
    case "error":
      return { place: "page", kind: "error" };
    case "raw":
      return { place: "page", kind: "raw" };
    default:
      return chooseMime(output.data);
  }
}

function chooseMime(data: Record<string, Content>): Choice {
  const best = preferred(Object.keys(data))[0];
  if (best === undefined) return { place: "page", kind: "empty" };
  if (best === "text/plain") return { place: "page", kind: "text", mime: best };
  if (isJson(best)) return { place: "page", kind: "json", mime: best };
  if (!RASTERS.includes(best)) return { place: "frame", mime: best };
  // The daemon keeps binary types as blobs. Text under a raster's name is what a broken file says.
  return { place: "page", kind: typeof data[best] === "string" ? "text" : "image", mime: best };
}

/// A type without a renderer of its own, too, when its bundle has nothing else: its data can be looked at.
function isJson(mime: string): boolean {
  return !isDrawn(mime) && (mime === "application/json" || /^application\/[^;]*\+json$/.test(mime));
}
