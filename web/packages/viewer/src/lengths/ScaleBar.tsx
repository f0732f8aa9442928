/// The scale bar of one view, in its lower right corner: as long as its text says, at every zoom.

import { createMemo, type JSX, Show } from "solid-js";
import type { Camera, Size } from "../points/camera";
import { barOf, type Unit } from "./bar";

/// CSS pixels; and of a narrow view not more than a part of it.
const MOST = 140;

export function ScaleBar(props: {
  readonly unit: Unit | undefined;
  readonly camera: Camera | undefined;
  readonly size: Size;
}): JSX.Element {
  const bar = createMemo(() => {
    const { unit, camera, size } = props;
    // In space what is nearer is longer.
    if (unit === undefined || camera?.kind !== "planar") return undefined;
    return barOf(unit, camera.scale, Math.min(MOST, size.width / 3));
  });
  return (
    <Show when={bar()}>
      {(found) => (
        <div class="length-bar">
          <bdi>{found().text}</bdi>
          <span class="length-bar-line" style={{ width: `${found().reach}px` }} />
        </div>
      )}
    </Show>
  );
}
