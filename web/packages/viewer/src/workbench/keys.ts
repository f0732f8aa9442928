/// From a key press to a command. Only what happens within the viewer is heard, so nobody around it loses a key; a field
/// that is typed into keeps its own, and so does a button what presses it.

import { isMac, native, type Stroke, strokeOf } from "@fumehood/ui";
import { COMMANDS, type Command } from "./commands";

/// `typing`: in a field that takes letters or arrows for itself.
export type Where = "free" | "typing";

const bindings = new Map<string, Command>();
for (const command of COMMANDS) for (const keys of command.keys) bindings.set(native(keys, isMac), command);

export function commandOf(pressed: Stroke, where: Where): Command | undefined {
  const found = bindings.get(stroke(pressed));
  return found !== undefined && (where === "free" || found.anywhere === true) ? found : undefined;
}

/// A sign is the sign that came, wherever it lies on the keyboard; a letter is a letter also where it was Shift's.
function stroke(pressed: Stroke): string {
  const { key, code, ctrlKey, metaKey, altKey } = pressed;
  const sign = key.length === 1 && !/\p{L}/u.test(key) && !code.startsWith("Key") && key !== " ";
  return sign && !ctrlKey && !metaKey && !altKey ? key : strokeOf(pressed, isMac);
}

const TYPED = "input:not([type=radio], [type=checkbox], [type=color]), textarea, select";

export function whereOf(event: KeyboardEvent): Where {
  const target = event.composedPath()[0];
  return target instanceof Element && target.matches(TYPED) ? "typing" : "free";
}
