/// Images that a Markdown cell carries itself: decoded here, and shown only when their bytes are one of the four rasters.

import type { Values } from "../notebook/types.js";
import { readRaster, tooLarge } from "../outputs/rasters.js";
import type { ImageSource } from "./tree.js";

/// Base64 characters of one image.
const LONGEST = 64 * 1024 * 1024;
const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export interface Decoded {
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/// A `blob:` URL that who asked must revoke, or why there is none.
export function decodeImage(source: ImageSource, attachments: Values): Decoded | string {
  if (source.kind === "elsewhere") return source.why;
  const base64 =
    source.kind === "data" ? source.url.slice(source.url.indexOf(",") + 1) : attached(source.name, attachments);
  if (base64 === null) return "the cell has no such attachment, or it is no PNG, JPEG, GIF or WebP";
  if (base64.length > LONGEST) return "it is too large";
  const bytes = decode(base64);
  const raster = bytes && readRaster(bytes);
  if (!bytes || !raster) return "its data is no image that is shown in the page";
  const large = tooLarge(raster);
  if (large !== "") return large;
  const url = URL.createObjectURL(new Blob([bytes], { type: raster.type }));
  return { url, width: raster.width, height: raster.height };
}

function attached(name: string, attachments: Values): string | null {
  const bundle = Object.hasOwn(attachments, name) ? attachments[name] : undefined;
  if (typeof bundle !== "object" || bundle === null) return null;
  for (const type of TYPES) {
    const value = Object.hasOwn(bundle, type) ? (bundle as Values)[type] : undefined;
    if (typeof value === "string") return value;
    if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
  }
  return null;
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
    return bytes;
  } catch {
    return null;
  }
}

/// The source with its attachments written into it, for a sealed frame, which has only what it is given.
export function withAttachments(source: string, attachments: Values): string {
  if (!source.includes("attachment:")) return source;
  let result = source;
  for (const name of Object.keys(attachments)) {
    const base64 = attached(name, attachments);
    const bundle = attachments[name] as Values;
    const type = TYPES.find((one) => Object.hasOwn(bundle, one));
    if (base64 === null || type === undefined) continue;
    const data = `data:${type};base64,${base64.replace(/\s+/g, "")}`;
    for (const spelt of new Set([name, encodeURI(name), encodeURIComponent(name)]))
      result = result.replaceAll(`attachment:${spelt}`, data);
  }
  return result;
}
