/// All keys on one sheet, made from the table of commands, and what the hand does.

import { Button, Dialog, type KeyGroup, KeyMap } from "@fumehood/ui";
import type { JSX } from "solid-js";
import { COMMANDS } from "./commands";

const HAND: readonly (readonly [string, string])[] = [
  ["Drag", "moves the picture, turns it in three dimensions, or draws with the tool"],
  ["Shift and drag", "draws a lasso, adds to the selection"],
  ["Alt and drag", "takes from the selection; with Shift, keeps what both have"],
  ["Space or right button and drag", "always moves"],
  ["Wheel, or two fingers", "zooms where the pointer is"],
  ["Click on a cell", "makes its view the active one"],
  ["Double click on a cell", "selects it and its neighbours in the graph; with Shift, adds them"],
  ["Arrows, + and −, in the picture", "move it or turn it, zoom; with Shift, arrows move it in three dimensions, too"],
  ["Arrows and Enter, with a tool that draws", "move a cross, begin and end there what the hand would draw"],
  ["W A S D Q E, in the picture in three dimensions", "fly; the mouse looks round meanwhile"],
];

const GROUPS: readonly KeyGroup[] = [
  ...[...new Set(COMMANDS.map((command) => command.group))].map((group) => ({
    title: group,
    rows: COMMANDS.filter((command) => command.group === group && command.keys.length > 0).map(({ title, keys }) => ({
      does: title,
      by: keys,
    })),
  })),
  { title: "With the hand", rows: HAND.map(([by, does]) => ({ does, by })) },
];

export function KeysSheet(props: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog
      title="All keys"
      width="wide"
      onClose={props.onClose}
      actions={
        <Button tone="primary" autofocus onClick={() => props.onClose()}>
          Close
        </Button>
      }
    >
      {/* It scrolls, by keyboard, too. */}
      <div tabindex="0">
        <KeyMap groups={GROUPS} />
      </div>
    </Dialog>
  );
}
