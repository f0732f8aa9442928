/// What figures and films are both asked for.

import { Select } from "@fumehood/ui";
import type { JSX } from "solid-js";
import type { Background } from "../../figure/ink";

export function BackgroundField(props: {
  readonly value: Background;
  /// What comes of no background at all, where that is not plain.
  readonly clear?: string;
  readonly onChange: (value: Background) => void;
}): JSX.Element {
  return (
    <Select
      label="Background"
      value={props.value}
      choices={[
        { value: "theme", label: "As on the screen" },
        { value: "paper", label: "White paper" },
        { value: "transparent", label: `Transparent${props.clear ?? ""}` },
      ]}
      onChange={props.onChange}
    />
  );
}

/// In the foot of a dialog: what came of it.
export function SaidOf(props: { readonly said: string }): JSX.Element {
  return (
    <p class="export-said" role="status">
      {props.said}
    </p>
  );
}
