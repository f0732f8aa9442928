/// "Shift+Enter" as modifiers and a key, and WebDriver's private code points for the keys that have no character.

export interface Chord {
  readonly modifiers: readonly string[];
  readonly key: string;
}

export function chord(keys: string): Chord {
  const parts = keys.split("+");
  const last = parts.pop();
  // "Control++" is Control and the plus key.
  if (last === undefined || last === "") {
    return { modifiers: parts.filter((part) => part !== ""), key: "+" };
  }
  return { modifiers: parts, key: last };
}

const CODES: Readonly<Record<string, string>> = {
  Control: "\uE009",
  Shift: "\uE008",
  Alt: "\uE00A",
  Meta: "\uE03D",
  Enter: "\uE007",
  Escape: "\uE00C",
  Tab: "\uE004",
  Backspace: "\uE003",
  Delete: "\uE017",
  Space: " ",
  Minus: "-",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
  Home: "\uE011",
  End: "\uE010",
  PageUp: "\uE00E",
  PageDown: "\uE00F",
  F1: "\uE031",
};

export function code(key: string): string {
  const found = CODES[key] ?? (key.length === 1 ? key : undefined);
  if (found === undefined) {
    throw new Error(`no code is known for the key ${key}: add it to keys.ts`);
  }
  return found;
}
