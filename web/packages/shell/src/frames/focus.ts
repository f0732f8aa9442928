/// Keeps the keyboard with the person: a frame can focus itself at any time, and would then receive what is typed. One
/// that takes the focus without having been clicked or reached with Tab gives it back; one that goes on is stopped.
///
/// The page does not see a click in a frame. The browser says that somebody clicked somewhere, and remembers what was
/// pressed in the page itself just as long; until it has forgotten that, the page needs another sign. So for that long a
/// pane of the page's own lies above each frame (`panes.ts`). A hand that brings the pointer there takes it away: that
/// frame may have the keyboard, until the next key is pressed. A pointer that rests says nothing, wherever it rests. Where
/// there is no mouse, the panes stay, and the first tap chooses a frame.
///
/// And keeps the person's keys from the page, where they were meant for a frame: a frame that was clicked can give the
/// keyboard back whenever it likes, and Shift+Enter in its text field would then run a cell. So after a frame had the
/// keyboard, keys do nothing in the page until the person pressed Escape or Tab in it, or pointed at it.

import { toast } from "@fumehood/ui";
import { cover, pane, pointed, watchPointer } from "./panes.js";
import { scrollBack, trackScrolling } from "./scroll.js";

/// How long after Tab was pressed a frame may receive the focus.
const TAB_MS = 1000;
/// For so long a browser remembers what a person did; the longest of the three.
export const ACTIVE_MS = 5000;
/// So often a frame may take the focus, a while apart: a page that focuses its first field does it once.
const TIMES = 3;
const FORGET_MS = 10_000;
/// After the window lost the focus: the browser may say only a moment later who has it, and says nothing when it does.
const LOOKS_MS = [0, 60, 300];
/// By these the person says that the page is meant.
const WAKING: ReadonlySet<string> = new Set(["Escape", "Tab", "F6"]);
const MODIFIERS: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta"]);

interface Guarded {
  readonly stop: () => void;
  readonly took: () => void;
  times: number;
  last: number;
}

const frames = new Map<HTMLIFrameElement, Guarded>();
let tabbed = Number.NEGATIVE_INFINITY;
/// When the person last pressed something in the page itself.
let own = Number.NEGATIVE_INFINITY;
let last: HTMLElement | null = null;
/// The frame that the person chose, until the person did something in the page again.
let chosen: HTMLIFrameElement | null = null;
let started = false;
const fingers = matchMedia("(hover: none)");

/// `took` is called each time that the frame took the focus unasked, `stop` for one that goes on. Returns how to end it.
export function guardFocus(frame: HTMLIFrameElement, took: () => void, stop: () => void): () => void {
  start();
  frames.set(frame, { stop, took, times: 0, last: Number.NEGATIVE_INFINITY });
  const end = pane(frame, () => {
    choose(frame);
    frame.focus({ preventScroll: true });
  });
  return () => {
    frames.delete(frame);
    end();
  };
}

function choose(frame: HTMLIFrameElement | null): void {
  chosen?.classList.remove("guest-chosen");
  chosen = frame;
  chosen?.classList.add("guest-chosen");
}

function start(): void {
  if (started) return;
  started = true;
  trackScrolling();
  watchPointer();
  document.addEventListener(
    "focusin",
    (event) => {
      const target = event.target;
      if (target instanceof HTMLElement && !(target instanceof HTMLIFrameElement)) last = target;
    },
    true,
  );
  // Before everybody else's listeners, who are on the document.
  window.addEventListener("keydown", withhold, true);
  window.addEventListener("keyup", withhold, true);
  document.addEventListener(
    "keydown",
    (event) => {
      press();
      if (event.key === "Tab" || event.key === "F6") tabbed = own;
    },
    true,
  );
  document.addEventListener(
    "pointerdown",
    () => {
      press();
      choose(null);
    },
    true,
  );
  // The window loses the focus to a frame; while the event lasts, the focus cannot be moved.
  window.addEventListener("blur", () => {
    for (const after of LOOKS_MS) setTimeout(check, after);
  });
}

function press(): void {
  own = performance.now();
  cover(ACTIVE_MS);
}

function withhold(event: KeyboardEvent): void {
  if (chosen === null || MODIFIERS.has(event.key)) return;
  press();
  // Who presses Escape in a frame lets go of it in the page. Tab may have been meant for the frame's next field.
  if (event.type === "keydown" ? WAKING.has(event.key) : event.key === "Escape") {
    choose(null);
    return;
  }
  event.stopImmediatePropagation();
  // The browser's own combinations stay the browser's.
  if (!event.ctrlKey && !event.metaKey) event.preventDefault();
  if (event.type === "keydown")
    toast({ key: "frame-keys", text: "The keyboard was in an output. Press Escape or click to use it in the page." });
}

function check(): void {
  const frame = document.activeElement;
  const guarded = frame instanceof HTMLIFrameElement ? frames.get(frame) : undefined;
  if (!(frame instanceof HTMLIFrameElement) || !guarded) return;
  const now = performance.now();
  if (now - tabbed < TAB_MS || isChosen(frame, now)) {
    choose(frame);
    return;
  }
  guarded.took();
  const host = frame.parentElement;
  guarded.times = now - guarded.last > FORGET_MS ? 1 : guarded.times + 1;
  guarded.last = now;
  if (guarded.times > TIMES) guarded.stop();
  else frame.blur();
  window.focus();
  if (last?.isConnected) last.focus({ preventScroll: true });
  scrollBack(host);
}

/// Whether the person clicked in `frame` a moment ago, or pressed Enter in it after having reached it with Tab. A frame
/// can take the focus, and what the person did in the page or in another frame is no click in this one.
export function clickedIn(frame: HTMLIFrameElement): boolean {
  if (document.activeElement !== frame || navigator.userActivation?.isActive !== true) return false;
  if (performance.now() - own <= ACTIVE_MS) return false;
  return frame.matches(":hover") || chosen === frame;
}

function isChosen(frame: HTMLIFrameElement, now: number): boolean {
  // What it has, it may take again, as when the window comes back: until then no key is the page's.
  if (chosen === frame) return true;
  if (fingers.matches) return false;
  return pointed(frame) || (now - own > ACTIVE_MS && isClicked(frame));
}

const isClicked = (frame: HTMLIFrameElement): boolean => navigator.userActivation?.isActive ?? frame.matches(":hover");
