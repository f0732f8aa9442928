/// A click in a frame, as far as a browser lends it to the page. WebKit lets a page open a window only while it handles
/// what the person did; it carries that along with a window's message and the timers begun there, not with a port's. So a
/// frame says beside a link, to the window, that something was clicked, and what waits for that frame is done then.
///
/// The word is no order and carries nothing: any code in the frame can say it. What is done was asked for through the
/// port, and whoever does it looks for the click itself.

import { isClicked } from "@fumehood/bridge";

/// The link comes by another way than the word: it may be here a little later.
const LINK_MS = 30;
/// And the page may learn later still that the click gave the focus to the frame.
export const LATE_MS = 150;

type Due = (late: boolean) => void;

const frames = new Map<HTMLIFrameElement, { readonly due: Due; heard: number }>();
let started = false;

/// `due` is called twice behind a click in the frame: soon, and after `LATE_MS`. Returns how to end it.
export function watchClicks(frame: HTMLIFrameElement, due: Due): () => void {
  if (!started) window.addEventListener("message", hear);
  started = true;
  frames.set(frame, { due, heard: Number.NEGATIVE_INFINITY });
  return () => frames.delete(frame);
}

function hear({ source, data }: MessageEvent): void {
  if (source === null || !isClicked(data)) return;
  for (const [frame, place] of frames) {
    const now = performance.now();
    if (frame.contentWindow !== source || now - place.heard < LINK_MS) continue;
    place.heard = now;
    // Both from here: what a timer's timer does is the person's no longer.
    setTimeout(place.due, LINK_MS, false);
    setTimeout(place.due, LATE_MS, true);
  }
}
