/// What lies above one view with elements: its name, the labels of its categories, the length of its scale, its legend
/// beside others, and the sentence where it has nothing to show.

import { createMemo, Index, type JSX, Show } from "solid-js";
import { standings } from "../colour/legend";
import type { Unit } from "../lengths/bar";
import { ScaleBar } from "../lengths/ScaleBar";
import { afterFrame } from "../model/later";
import type { Model, Shown } from "../model/model";
import { SmallLegend } from "../panels/SmallLegend";
import { matrixOf } from "../points/camera";
import { activeView } from "../state/document";
import { nameOf } from "../views/names";
import type { Box } from "./boxes";
import { type Centre, centres, placed } from "./labels";

const LINE = 16;
const NOWHERE: readonly Centre[] = [];

export interface AboveProps {
  readonly model: Model;
  readonly shown: Shown;
  readonly box: Box;
  readonly many: boolean;
  readonly unit: (embedding: string) => Unit | undefined;
}

export function Above(props: AboveProps): JSX.Element {
  const { model } = props;
  let measuring: CanvasRenderingContext2D | null = null;
  const colourBy = createMemo(() => props.shown.view().colour);
  const column = createMemo(() => model.categories(colourBy()));
  const embedding = createMemo(() => props.shown.view().embedding);
  const labelled = createMemo(() => model.parts.look().labels);
  const merged = createMemo(() => model.changes(colourBy()).merged);
  const placeable = createMemo(() => {
    const codes = column();
    const points = model.shelf.points(embedding());
    const { hidden } = props.shown.filtered();
    return codes && points && labelled() ? { codes, points, merged: merged(), hidden } : undefined;
  });
  // A pass over the cells: not before their picture, and not again because the camera moved.
  const middles = afterFrame(
    placeable,
    ({ codes: { codes, names }, points: { points, dimensions }, merged, hidden }) => {
      const standing = standings(names.length, merged);
      return centres(points, dimensions, codes, names.length, (code) => standing[code] ?? -1, hidden);
    },
    NOWHERE,
    (before, now) => before.codes === now.codes && before.points === now.points,
  );
  const names = createMemo(() => new Map(props.shown.legend()?.entries.map((entry) => [entry.code, entry.name])));
  // Each name is measured once, not for each move of the camera.
  const widths = createMemo(() => ({ of: names(), known: new Map<number, number>() }));
  const width = (code: number) => {
    const { of, known } = widths();
    let found = known.get(code);
    if (found === undefined) {
      measuring ??= document.createElement("canvas").getContext("2d");
      if (measuring) measuring.font = "600 12px system-ui, sans-serif";
      found = Math.min(180, measuring?.measureText((of.get(code) ?? "").slice(0, 80)).width ?? 60) + 10;
      known.set(code, found);
    }
    return found;
  };
  const labels = createMemo(() => {
    const camera = model.camera(props.shown.view(), props.box);
    if (!camera) return [];
    return placed(middles(), { matrix: matrixOf(camera, props.box), size: props.box }, props.box, width, LINE);
  });
  const active = () => activeView(model.document()).id === props.shown.view().id;
  /// Beside others of the same embedding that one need not be said.
  const title = () => nameOf(props.shown.view(), model.document().views);
  return (
    <div
      class="stage-view"
      classList={{ "stage-view-active": props.many && active() }}
      style={{
        left: `${props.box.left}px`,
        top: `${props.box.top}px`,
        width: `${props.box.width}px`,
        height: `${props.box.height}px`,
      }}
    >
      <Show when={model.shelf.points(props.shown.view().embedding)?.empty}>
        <p class="stage-empty">
          <Show when={model.cells > 0} fallback="This dataset has no cells.">
            No cell has a place in <bdi>{props.shown.view().embedding.key}</bdi>. Choose another embedding.
          </Show>
        </p>
      </Show>
      <Show when={props.many}>
        <div class="stage-head">
          <bdi class="stage-title">{title()}</bdi>
          <SmallLegend model={model} shown={props.shown} />
        </div>
      </Show>
      <div class="stage-corner">
        <ScaleBar
          unit={props.unit(props.shown.view().embedding.key)}
          camera={model.camera(props.shown.view(), props.box)}
          size={props.box}
        />
      </div>
      <Index each={labels()}>
        {(label) => (
          <bdi class="stage-label" style={{ transform: `translate(${label().x}px, ${label().y}px)` }}>
            {names().get(label().code)}
          </bdi>
        )}
      </Index>
    </div>
  );
}
