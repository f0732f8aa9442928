/// Where the page was scrolled to before a frame took the focus: a browser scrolls to what is focused through all pages
/// around it, before or after the page learns of it. Only what scrolls around the frame is put back, and only against
/// scrolling that the person did not do meanwhile.

import { BEFORE_MS, type Place, Track } from "./track.js";

/// So long after the page learned of the focus, its scrolling may still come.
const AFTER_MS = 250;

interface Around {
  readonly track: Track;
  held: { readonly place: Place; readonly since: number } | null;
}

const known = new WeakMap<Element, Around>();
/// When the person last scrolled by hand. Keys are left out: it is while the person types that frames take the focus.
let moved = Number.NEGATIVE_INFINITY;
let started = false;

export function trackScrolling(): void {
  if (started) return;
  started = true;
  document.addEventListener("scroll", (event) => event.target instanceof Element && scrolled(event.target), true);
  for (const kind of ["wheel", "touchmove", "pointerdown"] as const)
    document.addEventListener(
      kind,
      () => {
        moved = performance.now();
      },
      { capture: true, passive: true },
    );
}

function aroundOf(element: Element): Around {
  let around = known.get(element);
  if (around === undefined) {
    around = { track: new Track(), held: null };
    known.set(element, around);
  }
  return around;
}

function scrolled(element: Element): void {
  const now = performance.now();
  const around = aroundOf(element);
  const { held } = around;
  if (held !== null && now < held.since + AFTER_MS && moved < held.since) {
    element.scrollTo({ ...held.place, behavior: "instant" });
    return;
  }
  around.held = null;
  around.track.scrolled(now, { top: element.scrollTop, left: element.scrollLeft });
}

/// Puts everything that scrolls around a frame, from `host` on, to where it was before the frame took the focus.
export function scrollBack(host: Element | null): void {
  const now = performance.now();
  if (moved > now - BEFORE_MS) return;
  for (let element = host; element !== null; element = element.parentElement) {
    if (!known.has(element) && element.scrollTop === 0 && element.scrollLeft === 0) continue;
    const around = aroundOf(element);
    const place = around.track.back(now);
    around.held = { place, since: now };
    element.scrollTo({ ...place, behavior: "instant" });
  }
}
