/// The edge of a panel, to be dragged or moved by the arrow keys. It knows a width and tells a new one.

import type { JSX } from "solid-js";
import "./splitter.css";

export interface SplitterProps {
  readonly label: string;
  readonly width: number;
  readonly min: number;
  readonly max: number;
  /// On which side of the edge the panel lies.
  readonly panel: "left" | "right";
  readonly controls?: string;
  readonly onResize: (width: number) => void;
  /// Double click: the width that it has at first.
  readonly onReset?: () => void;
}

const STEP = 16;

export function Splitter(props: SplitterProps): JSX.Element {
  const sign = () => (props.panel === "left" ? 1 : -1);
  const set = (width: number) => props.onResize(Math.round(Math.max(props.min, Math.min(props.max, width))));
  const onPointerDown = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    if (event.button !== 0) return;
    const handle = event.currentTarget;
    const from = { x: event.clientX, width: props.width };
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent) => set(from.width + (moved.clientX - from.x) * sign());
    const end = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("lostpointercapture", end);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: props.width - STEP * sign(),
      ArrowRight: props.width + STEP * sign(),
      Home: props.min,
      End: props.max,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(to);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable separator is a widget; <hr> is not.
    <div
      class="splitter"
      role="separator"
      tabindex="0"
      aria-orientation="vertical"
      aria-label={props.label}
      aria-controls={props.controls}
      aria-valuenow={props.width}
      aria-valuemin={props.min}
      aria-valuemax={props.max}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDblClick={() => props.onReset?.()}
    />
  );
}
