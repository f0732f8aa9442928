/// What moves without a hand: the passage from one embedding to the next, the sparks of a flow, and the rest after a move,
/// in which every point is drawn again. It asks for frames while something moves, and for none while nothing does.

import { createEffect, createSignal, onCleanup } from "solid-js";
import type { Model } from "../model/model";
import type { Engine } from "../points/engine";
import { LASTS, Passages, type Wanted } from "../points/passage";
import type { Box } from "./boxes";
import { Rest } from "./rest";

export interface Motion {
  /// Views pass from one embedding to another.
  readonly switching: () => boolean;
  /// The camera moves: frames come first until it rests.
  readonly stir: () => void;
  /// Whether anybody can see the picture.
  readonly sight: (seen: boolean) => void;
}

/// Milliseconds in which a spark of a flow runs along its line.
const FLOW_TURN = 2600;

/// Belongs to the component that makes it, and ends with it.
export function createMotion(model: Model, boxes: () => readonly Box[], engine: () => Engine | undefined): Motion {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const passages = new Passages(() => (still.matches ? 0 : LASTS));
  const [switching, setSwitching] = createSignal(false);
  let wanted: readonly Wanted[] = [];
  let next = 0;
  let flows = false;
  let inSight = true;
  let turning = 0;
  const rest = new Rest(engine);

  function advance(): void {
    next = 0;
    const { scenes, moving } = passages.at(wanted, performance.now());
    engine()?.show(scenes);
    setSwitching(moving);
    flows = scenes.some((scene) => scene.flow !== undefined);
    if (flows && turning === 0) turn();
    if (!moving) return;
    rest.stir();
    next = requestAnimationFrame(advance);
  }

  /// Lets a flow run as long as there is one in sight; for whoever wants no motion its lines stand still.
  function turn(): void {
    turning = 0;
    if (!flows || !inSight) return;
    engine()?.flow(still.matches ? -1 : performance.now() / FLOW_TURN);
    if (!still.matches) turning = requestAnimationFrame(turn);
  }

  createEffect(() => {
    const places = boxes();
    wanted = model.shown().flatMap((shown, at) => {
      const box = places[at];
      if (box === undefined) return [];
      return [{ id: shown.view().id, box, scene: model.scene(shown, box.left, box.top, box) }];
    });
    cancelAnimationFrame(next);
    advance();
  });
  onCleanup(() => {
    cancelAnimationFrame(next);
    cancelAnimationFrame(turning);
    rest.close();
  });

  return {
    switching,
    stir: () => rest.stir(),
    sight: (seen) => {
      inSight = seen;
      if (seen && turning === 0) turn();
    },
  };
}
