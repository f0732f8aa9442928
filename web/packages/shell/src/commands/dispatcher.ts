/// From a key press to a command. It listens on the whole document, before the editor: a command's key wins over the
/// editor's, but where the command yields. It never touches keys that a text field, button or dialog needs.

import { isMac, NO_CHORD, native, press, strokeOf } from "@fumehood/ui";
import { COMMANDS } from "./table.js";
import type { Bench, Command } from "./types.js";

const PLAIN = /^(Shift-)?([^-]|Space|Arrow\w+|Home|End|Enter|PageUp|PageDown)( |$)/;
const SHIFT_ENTER = "Shift-Enter";

/// Whether a binding is a plain key, which types text where text can be typed.
export function isPlain(binding: string): boolean {
  return binding !== SHIFT_ENTER && PLAIN.test(binding);
}

type Where = "command" | "edit" | "elsewhere";

/// The commands for keys in one place.
export function bindings(
  where: Where,
  mac: boolean,
  commands: readonly Command[] = COMMANDS,
): ReadonlyMap<string, Command> {
  const map = new Map<string, Command>();
  for (const command of commands)
    for (const key of command.keys) {
      if (where === "elsewhere" ? !command.anywhere || isPlain(key) : !applies(command, key, where)) continue;
      map.set(native(key, mac), command);
    }
  return map;
}

function applies(command: Command, key: string, where: "command" | "edit"): boolean {
  return command.mode === "both" ? where === "command" || !isPlain(key) : command.mode === where;
}

const OWN_KEYS = "input, textarea, select, [contenteditable=true], [role=dialog], dialog, [role=menu], [role=listbox]";
const PRESSED = "button, a[href], summary, [role=button], [role=tab], [role=treeitem]";

/// Returns how to stop.
export function listen(bench: Bench, root: HTMLElement): () => void {
  const tables: Readonly<Record<Where, ReadonlyMap<string, Command>>> = {
    command: bindings("command", isMac),
    edit: bindings("edit", isMac),
    elsewhere: bindings("elsewhere", isMac),
  };
  let chord = NO_CHORD;
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.defaultPrevented) return;
    const late = event.eventPhase === Event.BUBBLING_PHASE;
    const where = whereIs(event, root);
    if (where === null) return;
    const stroke = strokeOf(event, isMac);
    if (stroke === "") return;
    const match = press(chord, stroke, event.timeStamp, tables[where]);
    const command = match.binding === null ? undefined : tables[where].get(match.binding);
    const pending = match.chord !== NO_CHORD;
    // Yielding commands wait for the second round, and the second round is theirs alone.
    if (command !== undefined && (command.yields ?? false) !== late) return;
    if (command === undefined && late) return;
    chord = match.chord;
    if (pending || (command !== undefined && bench.execute(command.id)) || command?.anywhere) {
      event.preventDefault();
      if (!late) event.stopPropagation();
    }
  };
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("keydown", onKey, false);
  return () => {
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("keydown", onKey, false);
  };
}

function whereIs(event: KeyboardEvent, root: HTMLElement): Where | null {
  const target = event.target;
  if (!(target instanceof Element)) return null;
  if (target.closest("dialog[open]") !== null) return null;
  if (!root.contains(target)) {
    // Nothing has the keyboard: the notebook does.
    return target === document.body ? "command" : "elsewhere";
  }
  if (target.closest(".cm-content") !== null) return "edit";
  if (target.closest(OWN_KEYS) !== null) return "elsewhere";
  // A button in a cell keeps what presses it, and gives the rest to the cell.
  if (target.closest(PRESSED) !== null && (event.key === "Enter" || event.key === " ")) return "elsewhere";
  return "command";
}
