/// Decoded pictures, with the size and the background that the kernel asked for.

import type { Content } from "../content.js";

/// What the blob server knows by its first bytes; every other kind comes without a type and needs one.
const SNIFFED = /^image\/(?:png|jpeg|gif|webp)$/;

export async function renderImage(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("image", "jp-RenderedImage");
  const image = new Image();
  const { width, height, alt, needs_background: background } = content.options;
  if (typeof width === "number" && width > 0) image.width = width;
  if (typeof height === "number" && height > 0) image.height = height;
  if (background === "light" || background === "dark") image.dataset.background = background;
  image.alt = typeof alt === "string" ? alt : "";
  const direct = SNIFFED.test(content.mime) ? content.url : null;
  image.src = direct ?? (await objectUrl(content, signal));
  host.append(image);
  try {
    await image.decode();
  } catch {
    if (!signal.aborted) throw new Error("The picture cannot be read.");
  }
}

/// An address for the bytes in this page; it goes with the output.
export async function objectUrl(content: Content, signal: AbortSignal): Promise<string> {
  const url = URL.createObjectURL(await content.file());
  signal.addEventListener("abort", () => URL.revokeObjectURL(url), { once: true });
  return url;
}
