/// Keeps the keyboard with the person: a frame can focus itself at any time, and would then receive what is typed. One
/// that takes the focus without having been pointed at or reached with Tab gives it back.

import { count } from "./diagnostics.js";

/// How long after Tab was pressed a frame may receive the focus.
const TAB_MS = 1000;

const frames = new Set<HTMLIFrameElement>();
let pointed: Element | null = null;
let tabbed = Number.NEGATIVE_INFINITY;
let last: HTMLElement | null = null;
let started = false;

export function guardFocus(frame: HTMLIFrameElement): () => void {
  start();
  frames.add(frame);
  const enter = () => {
    pointed = frame;
  };
  const leave = () => {
    if (pointed === frame) pointed = null;
  };
  frame.addEventListener("pointerenter", enter);
  frame.addEventListener("pointerleave", leave);
  return () => {
    frames.delete(frame);
    leave();
  };
}

function start(): void {
  if (started) return;
  started = true;
  document.addEventListener(
    "focusin",
    (event) => {
      const target = event.target;
      if (target instanceof HTMLElement && !(target instanceof HTMLIFrameElement)) last = target;
    },
    true,
  );
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Tab" || event.key === "F6") tabbed = performance.now();
    },
    true,
  );
  // The window loses the focus to a frame; `activeElement` says to which one, once the event is over.
  window.addEventListener("blur", () => queueMicrotask(check));
}

function check(): void {
  const frame = document.activeElement;
  if (!(frame instanceof HTMLIFrameElement) || !frames.has(frame)) return;
  if (pointed === frame || performance.now() - tabbed < TAB_MS) return;
  count("focused");
  frame.blur();
  window.focus();
  if (last?.isConnected) last.focus({ preventScroll: true });
}
