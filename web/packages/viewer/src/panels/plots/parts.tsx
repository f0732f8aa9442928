/// What every plot is given, and the two choices that they share: which cells count, and how rows are told apart.

import { Select } from "@fumehood/ui";
import type { JSX } from "solid-js";
import type { Model, Shown } from "../../model/model";
import type { Names } from "../../search/names";
import { count } from "../../words/numbers";
import type { Asked, ColumnAbout } from "./asked";
import type { Choices, Scope } from "./choices";

export interface PlotProps {
  readonly model: Model;
  readonly shown: Shown;
  readonly choices: Choices;
  readonly asked: Asked;
  readonly columns: readonly ColumnAbout[];
  readonly genes: Names | undefined;
  readonly onSearch: () => void;
  /// The dataset's name, for files.
  readonly dataset: string;
  readonly dark: boolean;
}

export function BySelect(props: {
  readonly label: string;
  readonly asked: Asked;
  readonly choices: Choices;
}): JSX.Element {
  return (
    <Select
      label={props.label}
      value={props.asked.by()}
      hint={
        props.asked.noGroups()
          ? "No group of this page is switched on: select cells and keep them under Groups."
          : undefined
      }
      choices={props.asked.waysBy()}
      onChange={(value) => props.choices.by[1](value)}
    />
  );
}

/// The cells that count.
export function CellsSelect(props: PlotProps): JSX.Element {
  const selected = () => props.model.document().selection.length;
  const [scope, setScope] = props.choices.scope;
  const choices = (): { value: Scope; label: string }[] => [
    { value: "filtered", label: `shown (${count(props.shown.filtered().left)})` },
    { value: "all", label: `all (${count(props.model.cells)})` },
    ...(selected() > 0 ? [{ value: "selected" as const, label: `selected (${count(selected())})` }] : []),
  ];
  return <Select label="Cells" value={scope()} choices={choices()} onChange={(next) => setScope(next)} />;
}

/// What rows are told apart by, in a word.
export function wayOf(by: string): string {
  if (by === "groups") return "group";
  return by === "" ? "" : by.slice("column:".length);
}
