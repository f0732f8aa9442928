/// The keys of the picture as they are pressed, held and let go: while one that steers is held, the camera moves with each
/// frame. Keeps nothing but what is held.

import type { Camera, Size } from "../points/camera";
import { flies, named, steered, steers } from "./steering";

export interface Steered {
  /// Of the view that the keys are for.
  readonly found: () =>
    | { readonly id: string; readonly camera: Camera; readonly box: Size; readonly whole: Camera }
    | undefined;
  readonly aim: (view: string, camera: Camera) => void;
}

export interface SteeringKeys {
  readonly onKey: (down: boolean) => (event: KeyboardEvent) => void;
  /// Of all keys: the picture lost the keyboard.
  readonly letGo: () => void;
  readonly flies: () => boolean;
  readonly space: () => boolean;
}

/// Milliseconds that a press counts for in its first frame, so that a tap moves something.
const FIRST = 50;
/// That a frame counts for at most, so that one that took long does not throw the eye away.
const LONGEST = 100;

export function steeringKeys({ found, aim }: Steered): SteeringKeys {
  const held = new Set<string>();
  let space = false;
  let shift = false;
  let asked = 0;
  let last = 0;

  function steer(now: number): void {
    asked = 0;
    const there = found();
    if (held.size === 0 || !there) return;
    const seconds = Math.min(LONGEST, Math.max(0, now - last)) / 1000;
    last = now;
    aim(there.id, steered(there.camera, held, shift, seconds, there.box, there.whole));
    asked = requestAnimationFrame(steer);
  }

  return {
    onKey: (down) => (event) => {
      shift = event.shiftKey;
      if (event.key === " ") {
        space = down;
        event.preventDefault();
        return;
      }
      if (!down) {
        held.delete(named(event.key));
        return;
      }
      const key = steers(event, found()?.camera.kind === "orbit");
      if (key === undefined) return;
      event.preventDefault();
      // Some of them mean something else where the picture does not have the keyboard.
      event.stopPropagation();
      held.add(key);
      if (asked !== 0) return;
      last = performance.now() - FIRST;
      asked = requestAnimationFrame(steer);
    },
    letGo: () => {
      space = false;
      held.clear();
      cancelAnimationFrame(asked);
      asked = 0;
    },
    flies: () => flies(held),
    space: () => space,
  };
}
