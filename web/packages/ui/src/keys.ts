/// How a shortcut is written: `Mod-Shift-Enter`, parts joined by `-`, strokes of a sequence by a space (`d d`), as
/// CodeMirror writes them. `Mod` is Command on a Mac and Control elsewhere.

const MAC: Readonly<Record<string, string>> = {
  Mod: "⌘",
  Meta: "⌘",
  Cmd: "⌘",
  Ctrl: "⌃",
  Alt: "⌥",
  Shift: "⇧",
};
const OTHER: Readonly<Record<string, string>> = { Mod: "Ctrl", Cmd: "Meta" };
const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  " ": "Space",
  Minus: "-",
};

export const isMac: boolean = typeof navigator !== "undefined" && /^(Mac|iPhone|iPad)/.test(navigator.platform ?? "");

/// The key caps of each stroke, to be shown.
export function keyCaps(keys: string, mac = isMac): readonly (readonly string[])[] {
  return keys
    .split(" ")
    .filter((stroke) => stroke !== "")
    .map((stroke) => splitStroke(stroke).map((part) => cap(part, mac)));
}

/// For `aria-keyshortcuts`; null where the shortcut is a sequence, which that attribute cannot say.
export function ariaKeys(keys: string, mac = isMac): string | null {
  const strokes = keys.split(" ").filter((stroke) => stroke !== "");
  const [only] = strokes;
  if (only === undefined || strokes.length > 1) return null;
  const names: Readonly<Record<string, string>> = { Mod: mac ? "Meta" : "Control", Ctrl: "Control", Cmd: "Meta" };
  return splitStroke(only)
    .map((part) => names[part] ?? part)
    .join("+");
}

/// In a line of text: `Ctrl+Shift+P`, `D D`.
export function keyText(keys: string, mac = isMac): string {
  return keyCaps(keys, mac)
    .map((stroke) => stroke.join(mac ? "" : "+"))
    .join(" ");
}

/// The last part may be the minus key itself.
function splitStroke(stroke: string): string[] {
  if (stroke === "-") return ["-"];
  return stroke.endsWith("--") ? [...stroke.slice(0, -2).split("-"), "-"] : stroke.split("-");
}

function cap(part: string, mac: boolean): string {
  const named = (mac ? MAC : OTHER)[part] ?? NAMES[part] ?? part;
  return named.length === 1 ? named.toUpperCase() : named;
}
