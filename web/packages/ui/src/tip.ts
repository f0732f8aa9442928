/// One tooltip for the whole page, shown beside what the pointer rests on or the keyboard reaches. It repeats the
/// accessible name and adds the shortcut, so screen readers need not hear it.

import { keyCaps } from "./keys.js";
import { placeElement } from "./place.js";
import "./tip.css";

export interface TipText {
  readonly text: string;
  readonly shortcut?: string | undefined;
}

const DELAY_MS = 500;
/// After one tip was shown, the next one comes at once for this long.
const WARM_MS = 600;

let box: HTMLElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let hiddenAt = Number.NEGATIVE_INFINITY;
let shownFor: HTMLElement | undefined;

/// Gives the element a tooltip. What it says is read when it is shown.
export function tip(element: HTMLElement, text: () => TipText): void {
  element.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "touch") return;
    const warm = performance.now() - hiddenAt < WARM_MS;
    clearTimeout(timer);
    timer = setTimeout(() => show(element, text()), warm ? 0 : DELAY_MS);
  });
  element.addEventListener("focus", () => {
    if (element.matches(":focus-visible")) show(element, text());
  });
  for (const end of ["pointerleave", "pointerdown", "blur"]) element.addEventListener(end, hide);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shownFor === element) hide();
  });
}

function show(element: HTMLElement, { text, shortcut }: TipText): void {
  clearTimeout(timer);
  if (!element.isConnected || text === "") return;
  box ??= create();
  const keys = document.createElement("span");
  keys.className = "tip-keys";
  for (const stroke of shortcut ? keyCaps(shortcut) : []) {
    const kbd = document.createElement("kbd");
    kbd.textContent = stroke.join(" ");
    keys.append(kbd);
  }
  const name = document.createElement("span");
  name.dir = "auto";
  name.textContent = text;
  box.replaceChildren(name, ...(shortcut ? [keys] : []));
  // Beside what it explains: styles do not cross a shadow root.
  const root = element.getRootNode();
  const place = root instanceof ShadowRoot ? root : document.body;
  if (box.parentNode !== place) place.append(box);
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
  placeElement(element, box, "below", "centre");
  shownFor = element;
}

function hide(): void {
  clearTimeout(timer);
  if (box?.matches(":popover-open")) {
    box.hidePopover();
    hiddenAt = performance.now();
  }
  shownFor = undefined;
}

function create(): HTMLElement {
  const element = document.createElement("div");
  element.className = "tip";
  element.popover = "manual";
  element.setAttribute("aria-hidden", "true");
  return element;
}
