/// What the hand has drawn so far.

import { type JSX, Match, Switch } from "solid-js";
import type { Tool } from "./gesture";

export function Outline(props: {
  readonly shape: readonly number[];
  readonly tool: Tool;
  /// CSS pixels from the middle of a brush.
  readonly brush: number;
}): JSX.Element {
  return (
    <svg class="stage-shape" aria-hidden="true">
      <Switch fallback={<polygon points={pairs(props.shape)} />}>
        <Match when={props.tool === "brush"}>
          <polyline class="stage-brush" points={pairs(props.shape)} stroke-width={props.brush * 2} />
        </Match>
        <Match when={props.tool === "nearest"}>
          <circle cx={props.shape[0]} cy={props.shape[1]} r={reachOf(props.shape)} />
        </Match>
      </Switch>
    </svg>
  );
}

function reachOf([x = 0, y = 0, toX = x, toY = y]: readonly number[]): number {
  return Math.hypot(toX - x, toY - y);
}

function pairs(shape: readonly number[]): string {
  let text = "";
  for (let at = 0; at < shape.length; at += 2) text += `${shape[at]},${shape[at + 1]} `;
  return text;
}
