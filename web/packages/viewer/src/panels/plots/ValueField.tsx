/// One value of the cells: a column of numbers, or any gene, found while it is typed.

import type { JSX } from "solid-js";
import { Combobox } from "../../search/Combobox";
import type { Names } from "../../search/names";
import { type ColourBy, colourName } from "../../state/document";
import type { ColumnAbout } from "./asked";

export interface ValueFieldProps {
  readonly label: string;
  readonly value: ColourBy | undefined;
  /// What is offered first, such as a score that the view is coloured by.
  readonly first?: readonly ColourBy[];
  readonly columns: readonly ColumnAbout[];
  /// Undefined while they are on their way.
  readonly genes: Names | undefined;
  readonly onSearch: () => void;
  readonly onPick: (value: ColourBy) => void;
}

const HITS = 10;
const COLUMNS = 40;

export function ValueField(props: ValueFieldProps): JSX.Element {
  function hits(typed: string): readonly ColourBy[] {
    const wanted = typed.trim().toLowerCase();
    const columns = props.columns
      .filter((column) => column.kind === "continuous" && column.key.toLowerCase().includes(wanted))
      .slice(0, COLUMNS)
      .map((column): ColourBy => ({ by: "column", key: column.key }));
    const genes = (props.genes?.find(typed, HITS) ?? []).map((hit): ColourBy => ({ by: "gene", name: hit.name }));
    const first = (props.first ?? []).filter((one) => colourName(one).toLowerCase().includes(wanted));
    const exact = genes[0] !== undefined && colourName(genes[0]).toLowerCase() === wanted;
    return exact ? [...genes, ...first, ...columns] : [...first, ...columns, ...genes];
  }
  return (
    <Combobox
      label={props.label}
      placeholder="Gene or column"
      value={props.value ? colourName(props.value) : ""}
      hits={hits}
      name={colourName}
      kind={(hit) => hit.by}
      none={props.genes ? "Nothing is called so." : "Loading names…"}
      onSearch={props.onSearch}
      onPick={props.onPick}
    />
  );
}
