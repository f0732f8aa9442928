/// A film before it is made: it plays, and its second can be chosen.

import { Button } from "@fumehood/ui";
import { createEffect, createMemo, createSignal, type JSX, onCleanup, untrack } from "solid-js";
import { cameraAt, lengthOf, type Path } from "../../film/path";
import { looking, type Reel } from "../../film/reel";
import type { Engine } from "../../points/engine";
import { Preview } from "./Preview";

export interface PlayerProps {
  readonly engine: Engine;
  readonly reel: Reel | undefined;
  readonly path: Path | undefined;
  /// The engine is wanted elsewhere.
  readonly rests: boolean;
  readonly clear: boolean;
  readonly onTrouble: (sentence: string) => void;
}

/// CSS pixels.
const MOST = 320;
/// Seconds that a frame counts for at most: after a long one it goes on where it was, not where it would be.
const LONGEST = 0.1;

export function Player(props: PlayerProps): JSX.Element {
  const [at, setAt] = createSignal(0);
  const [playing, setPlaying] = createSignal(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  const length = createMemo(() => (props.path === undefined ? 0 : lengthOf(props.path)));
  const second = () => Math.min(at(), length());
  const sheet = createMemo(() => {
    const { reel, path } = props;
    if (props.rests || reel === undefined || path === undefined) return undefined;
    const camera = cameraAt(path, second(), reel.box);
    return camera && looking(reel, camera);
  });
  createEffect(() => {
    if (!playing() || length() === 0 || props.rests) return;
    let before = performance.now();
    let next = requestAnimationFrame(function step(now) {
      setAt((untrack(at) + Math.min(LONGEST, Math.max(0, now - before) / 1000)) % length());
      before = now;
      next = requestAnimationFrame(step);
    });
    onCleanup(() => cancelAnimationFrame(next));
  });

  return (
    <Preview
      label="Preview of the film"
      engine={props.engine}
      sheet={sheet()}
      most={MOST}
      clear={props.clear}
      onTrouble={props.onTrouble}
    >
      <div class="film-player">
        <Button small disabled={length() === 0} onClick={() => setPlaying(!playing())}>
          {playing() ? "Pause" : "Play"}
        </Button>
        <input
          type="range"
          aria-label="Second of the film"
          min="0"
          max={length()}
          step="any"
          value={second()}
          onInput={(event) => {
            setPlaying(false);
            setAt(Number(event.currentTarget.value));
          }}
        />
      </div>
    </Preview>
  );
}
