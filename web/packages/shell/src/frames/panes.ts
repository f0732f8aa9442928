/// A pane of the page's own above each sealed frame, while the person has just pressed something in the page. What a hand
/// does there is the page's to see: moved to the frame, it takes the pane away before it can press, so that a click and
/// all behind it is the frame's. A press without a move (a finger, a pointer that rested) chooses the frame.
///
/// Only a move counts. A frame that comes under a pointer that rests, by growing or because the page scrolls, is told to
/// the page by the browser as if the pointer had come.

import { Hand } from "./hand.js";

const COVERED = "guest-covered";

const panes = new Map<HTMLIFrameElement, HTMLElement>();
const frames = new WeakMap<EventTarget, HTMLIFrameElement>();
const hand = new Hand();
/// Until when the panes stay; `null` while there are none.
let until: number | null = null;
let free: HTMLIFrameElement | null = null;

/// `press` is called for a press on it. Returns how to end it.
export function pane(frame: HTMLIFrameElement, press: () => void): () => void {
  const element = document.createElement("div");
  element.className = "guest-pane";
  element.classList.toggle(COVERED, until !== null);
  element.addEventListener("click", () => {
    liberate(frame);
    press();
  });
  frame.after(element);
  panes.set(frame, element);
  frames.set(element, frame);
  frames.set(frame, frame);
  return () => {
    if (free === frame) free = null;
    panes.delete(frame);
    element.remove();
  };
}

/// Whether a hand brought the pointer to the frame since the person last pressed something in the page, a while ago at most.
export const pointed = (frame: HTMLIFrameElement): boolean => free === frame;

/// The person pressed something in the page: for so long there is no click in a frame that the page would know from that.
export function cover(ms: number): void {
  hand.pressed();
  const begins = until === null;
  until = performance.now() + ms;
  liberate(null);
  if (!begins) return;
  for (const element of panes.values()) element.classList.add(COVERED);
  setTimeout(uncover, ms);
}

function uncover(): void {
  const left = (until ?? 0) - performance.now();
  if (left > 0) {
    setTimeout(uncover, left);
    return;
  }
  until = null;
  free = null;
  for (const element of panes.values()) element.classList.remove(COVERED);
}

function liberate(frame: HTMLIFrameElement | null): void {
  if (frame === free) return;
  if (free !== null && until !== null) panes.get(free)?.classList.add(COVERED);
  free = frame;
  if (frame !== null) panes.get(frame)?.classList.remove(COVERED);
}

export function watchPointer(): void {
  document.addEventListener(
    "pointermove",
    (event) => {
      const frame = (event.target && frames.get(event.target)) ?? null;
      const moved = hand.moved(event.screenX, event.screenY);
      // Whoever drags something over a frame does not mean it.
      if (frame !== free) liberate(frame !== event.target && moved && event.buttons === 0 ? frame : null);
    },
    { capture: true, passive: true },
  );
}
