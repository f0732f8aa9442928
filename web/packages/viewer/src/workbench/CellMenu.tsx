/// What can be done with a cell, or where there is none: the menu of the right button, of a finger that rests, and of the
/// key for menus.

import { Menu, type MenuItem } from "@fumehood/ui";
import { type JSX, untrack } from "solid-js";
import { standing } from "../colour/legend";
import { copy } from "../keeping/handing";
import { codesOf, hiddenOf, hide, only, selectCategory, selectGroup } from "../panels/showing";
import { COMMANDS, type Desk, usable } from "./commands";

export interface CellAt {
  /// -1: none.
  readonly cell: number;
  readonly x: number;
  readonly y: number;
}

export interface CellMenuProps {
  readonly desk: Desk;
  readonly at: CellAt;
  readonly name: string | undefined;
  readonly onClose: () => void;
}

const EVERYWHERE = ["home", "select-all", "invert", "clear", "tips"];
const LONGEST = 60;

export function CellMenu(props: CellMenuProps): JSX.Element {
  const { desk } = props;
  const { model } = desk;
  const title = () => {
    const name = props.name ?? `Cell ${props.at.cell}`;
    return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
  };
  // The name may come later; an item does not.
  const heading: MenuItem = {
    get heading() {
      return title();
    },
  };
  // As it is when it opens: an open menu does not change under the hand.
  const items = untrack<readonly MenuItem[]>(() => [
    ...(props.at.cell < 0 ? [] : [heading, ...ofCell(props.at.cell), { separator: true } as const]),
    ...COMMANDS.filter((command) => EVERYWHERE.includes(command.id) && usable(command, desk)).map((command) => ({
      label: command.title,
      shortcut: command.keys[0],
      run: () => command.run(desk),
    })),
  ]);
  function ofCell(cell: number): MenuItem[] {
    const cells = Uint32Array.of(cell);
    const made = { kind: "names", pasted: 1, found: 1 } as const;
    const name = props.name;
    return [
      { label: "Select it", run: () => model.do({ do: "select", cells, how: "replace", made }) },
      { label: "Add it to the selection", run: () => model.do({ do: "select", cells, how: "add", made }) },
      ...(model.shelf.hasGraph ? [{ label: "Select its neighbours", run: () => desk.neighbours(cells) }] : []),
      ...ofCategory(cell),
      ...(name !== undefined && navigator.clipboard !== undefined
        ? [{ label: "Copy its name", run: () => void copy(name) }]
        : []),
    ];
  }

  function ofCategory(cell: number): MenuItem[] {
    const shown = desk.shown();
    const by = shown?.view().colour;
    const legend = shown?.legend();
    const column = by && model.categories(by);
    if (!shown || !by || !legend || !column) return [];
    const { merged } = model.changes(by);
    const code = standing(column.codes[cell] ?? column.missing, column.names.length, merged);
    const entry = legend.entries.find((one) => one.code === code);
    if (entry === undefined) return [];
    const said = entry.name.length > LONGEST ? `${entry.name.slice(0, LONGEST - 1)}…` : entry.name;
    if (by.by !== "column") {
      const group = model.groups()[code];
      if (group === undefined) return [];
      return [
        { separator: true },
        { heading: said },
        { label: "Select all of it", run: () => selectGroup(model, group) },
      ];
    }
    const { key } = by;
    return [
      { separator: true },
      { heading: said === "" ? key : said },
      { label: "Select all of it", run: () => selectCategory(model, key, entry) },
      { label: "Show only this", run: () => only(model, shown, key, legend, entry) },
      { label: "Hide it", run: () => hide(model, shown, key, [...hiddenOf(shown, key), ...codesOf(entry)]) },
    ];
  }

  return (
    <Menu
      label="Cell"
      items={items}
      anchor={{ left: props.at.x, top: props.at.y, width: 0, height: 0 }}
      onClose={props.onClose}
    />
  );
}
