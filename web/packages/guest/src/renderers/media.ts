/// Sound and film. The blob server gives no type, which players insist on, so the bytes become an object of this page.

import type { Content } from "../content.js";
import { objectUrl } from "./image.js";

export async function renderMedia(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  const kind = content.mime.startsWith("audio/") ? "audio" : "video";
  host.classList.add(kind);
  const player = document.createElement(kind);
  player.controls = true;
  player.preload = "metadata";
  if (player.canPlayType(content.mime) === "") throw new Error("This browser cannot play it.");
  player.src = await objectUrl(content, signal);
  host.append(player);
  await new Promise<void>((resolve, reject) => {
    player.addEventListener("loadedmetadata", () => resolve(), { once: true });
    player.addEventListener("error", () => reject(new Error("This browser cannot play it.")), { once: true });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
