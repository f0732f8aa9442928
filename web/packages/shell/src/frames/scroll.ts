/// Where the page was scrolled to before a frame took the focus: a browser scrolls to what is focused through all pages
/// around it, before or after the page learns of it. Only what scrolls around the frame is put back, and only against
/// scrolling that the person did not do meanwhile.

/// So long before the page learns of the focus, its scrolling may have begun.
const BEFORE_MS = 150;
/// So long after that it may still come.
const AFTER_MS = 250;

interface Sample {
  readonly at: number;
  readonly top: number;
  readonly left: number;
}

interface Track {
  /// In order of time; the first is the newest that is older than `BEFORE_MS`, as of the last scroll.
  samples: Sample[];
  held: { readonly place: Sample; readonly until: number } | null;
}

const tracks = new WeakMap<Element, Track>();
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

function trackOf(element: Element): Track {
  let track = tracks.get(element);
  if (track === undefined) {
    track = { samples: [{ at: Number.NEGATIVE_INFINITY, top: 0, left: 0 }], held: null };
    tracks.set(element, track);
  }
  return track;
}

function scrolled(element: Element): void {
  const now = performance.now();
  const track = trackOf(element);
  const { held } = track;
  if (held !== null && now < held.until && moved < held.place.at) {
    element.scrollTo({ top: held.place.top, left: held.place.left, behavior: "instant" });
    return;
  }
  track.held = null;
  track.samples.push({ at: now, top: element.scrollTop, left: element.scrollLeft });
  const old = track.samples.findLastIndex(({ at }) => at < now - BEFORE_MS);
  if (old > 0) track.samples.splice(0, old);
}

/// Puts everything that scrolls around a frame, from `host` on, to where it was before the frame took the focus.
export function scrollBack(host: Element | null): void {
  const now = performance.now();
  for (let around = host; around !== null; around = around.parentElement) {
    const track = tracks.get(around);
    if (track === undefined && around.scrollTop === 0 && around.scrollLeft === 0) continue;
    const { samples } = trackOf(around);
    const before = samples.findLast(({ at }) => at < now - BEFORE_MS) ?? samples[0];
    if (before === undefined || moved > now - BEFORE_MS) continue;
    trackOf(around).held = { place: { ...before, at: now }, until: now + AFTER_MS };
    around.scrollTo({ top: before.top, left: before.left, behavior: "instant" });
  }
}
