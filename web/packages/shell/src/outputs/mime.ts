/// Which of an output's representations is shown, and where. The page itself shows what can only ever become text nodes
/// or decoded rasters; whatever could be a program, or is not known, goes into a sealed frame. MIME types are hostile
/// text: they are compared, never used as code or as part of a name.

import type { Content, Output } from "@fumehood/protocol";

export type Choice =
  | { readonly place: "page"; readonly kind: "stream" | "error" | "raw" | "empty" }
  | { readonly place: "page"; readonly kind: "text" | "image" | "json"; readonly mime: string }
  | { readonly place: "frame"; readonly mime: string };

export const RASTERS: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Jupyter's order, richest first. Widgets, Vega and Plotly stand before all of these once there is a renderer for them;
/// until then what comes along with them is shown.
const ORDER: readonly string[] = [
  "text/html",
  "application/pdf",
  "text/markdown",
  "text/latex",
  "application/javascript",
  "text/javascript",
  "application/x-javascript",
  "image/svg+xml",
  ...RASTERS,
];

/// For language models; a person is shown what stands beside it.
const NOT_FOR_PEOPLE: readonly string[] = ["text/llm+plain"];

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
  const mimes = Object.keys(data).filter((mime) => !NOT_FOR_PEOPLE.includes(mime));
  const best =
    ORDER.find((mime) => mimes.includes(mime)) ??
    mimes.find((mime) => /^(audio|video)\//i.test(mime)) ??
    (mimes.includes("application/json") ? "application/json" : undefined) ??
    (mimes.includes("text/plain") ? "text/plain" : undefined) ??
    mimes.find(isJson) ??
    mimes.find((mime) => mime.startsWith("text/")) ??
    mimes[0];
  if (best === undefined) return { place: "page", kind: "empty" };
  if (best === "text/plain") return { place: "page", kind: "text", mime: best };
  if (isJson(best)) return { place: "page", kind: "json", mime: best };
  if (!RASTERS.includes(best)) return { place: "frame", mime: best };
  // The daemon keeps binary types as blobs. Text under a raster's name is what a broken file says.
  return { place: "page", kind: typeof data[best] === "string" ? "text" : "image", mime: best };
}

export function isJson(mime: string): boolean {
  return mime === "application/json" || /^application\/[^;]*\+json$/.test(mime);
}
