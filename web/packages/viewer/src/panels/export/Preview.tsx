/// What is ordered as it will be, drawn as large as its place lets it be, and drawn anew while it changes.

import { createEffect, createSignal, type JSX, onCleanup } from "solid-js";
import { paint, type Sheet } from "../../figure/making";
import type { Engine } from "../../points/engine";
import { sentence } from "../../words/sentence";

export interface PreviewProps {
  readonly label: string;
  readonly engine: Engine;
  /// Undefined: what was drawn stays.
  readonly sheet: Sheet | undefined;
  /// CSS pixels that it is high at most.
  readonly most: number;
  /// Nothing lies behind it.
  readonly clear: boolean;
  readonly onTrouble: (sentence: string) => void;
  readonly children?: JSX.Element;
}

/// CSS pixels that it has before anybody measured, and in the narrowest of places.
const ROOM = { first: 360, least: 120 } as const;

export function Preview(props: PreviewProps): JSX.Element {
  const [room, setRoom] = createSignal<number>(ROOM.first);
  let canvas: HTMLCanvasElement | undefined;
  let frame = 0;
  let painting = false;
  let stale = false;

  createEffect(() => {
    room();
    cancelAnimationFrame(frame);
    if (props.sheet !== undefined) frame = requestAnimationFrame(() => void draw());
  });
  onCleanup(() => cancelAnimationFrame(frame));

  /// One at a time: what changes meanwhile is drawn when it is through.
  async function draw(): Promise<void> {
    const { sheet, most } = props;
    stale = painting;
    if (!canvas || !sheet || painting) return;
    const { width, height } = sheet.figure;
    const shown = Math.min(room() / width, most / height);
    canvas.style.setProperty("width", `${Math.floor(width * shown)}px`);
    canvas.style.setProperty("height", `${Math.floor(height * shown)}px`);
    painting = true;
    try {
      await paint(canvas, props.engine, sheet, shown * Math.min(2, devicePixelRatio));
    } catch (failed) {
      props.onTrouble(sentence(failed));
    }
    painting = false;
    if (stale) void draw();
  }

  return (
    <div
      class="export-preview"
      classList={{ "export-clear": props.clear }}
      ref={(element) => {
        const watch = new ResizeObserver(([entry]) =>
          setRoom(Math.max(ROOM.least, (entry?.contentRect.width ?? ROOM.first) - 2)),
        );
        watch.observe(element);
        onCleanup(() => watch.disconnect());
      }}
    >
      <canvas
        ref={(element) => {
          canvas = element;
        }}
        role="img"
        aria-label={props.label}
      />
      {props.children}
    </div>
  );
}
