/// Where a floating box goes: beside its anchor, on the side that was asked for where there is room, else on the other,
/// and always inside the window.

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Side = "below" | "above";
export type Align = "start" | "centre" | "end";

const GAP = 4;
const MARGIN = 4;

export function place(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  view: { readonly width: number; readonly height: number },
  side: Side = "below",
  align: Align = "start",
): { left: number; top: number; side: Side } {
  const below = anchor.top + anchor.height + GAP;
  const above = anchor.top - GAP - size.height;
  const fits = { below: below + size.height + MARGIN <= view.height, above: above >= MARGIN };
  const other = side === "below" ? "above" : "below";
  const chosen = fits[side] || !fits[other] ? side : other;
  const free =
    align === "start"
      ? anchor.left
      : align === "end"
        ? anchor.left + anchor.width - size.width
        : anchor.left + (anchor.width - size.width) / 2;
  return {
    left: clamp(free, MARGIN, view.width - size.width - MARGIN),
    top: clamp(chosen === "below" ? below : above, MARGIN, view.height - size.height - MARGIN),
    side: chosen,
  };
}

/// Where the box is larger than the window, its start counts.
function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/// Moves an element of the top layer (`position: fixed`) to its anchor.
export function placeElement(anchor: Element | Box, floating: HTMLElement, side?: Side, align?: Align): void {
  const from = anchor instanceof Element ? anchor.getBoundingClientRect() : anchor;
  const { width, height } = floating.getBoundingClientRect();
  const view = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight };
  const { left, top } = place(from, { width, height }, view, side, align);
  floating.style.left = `${Math.round(left)}px`;
  floating.style.top = `${Math.round(top)}px`;
}
