/// Strokes and chords, as `keys.ts` writes them: a binding is strokes with a space between (`D D`), a stroke is modifiers
/// and a key (`Mod-Shift-C`); `Mod` is Cmd on a Mac and Ctrl elsewhere. Pure: a dispatcher hands in what the browser says.

/// A second stroke must come within this time.
export const CHORD_MS = 1000;

export interface Stroke {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const BY_CODE: Readonly<Record<string, string>> = {
  Minus: "-",
  Slash: "/",
  Period: ".",
  Comma: ",",
  BracketLeft: "[",
  BracketRight: "]",
  Space: "Space",
};

/// `Mod-Shift-C`; empty for a modifier alone.
export function strokeOf(event: Stroke, mac: boolean): string {
  const key = keyName(event);
  if (key === "") return "";
  const mod = mac ? event.metaKey : event.ctrlKey;
  const parts = [
    ...(mod ? ["Mod"] : []),
    ...(mac && event.ctrlKey ? ["Ctrl"] : []),
    ...(!mac && event.metaKey ? ["Meta"] : []),
    ...(event.altKey ? ["Alt"] : []),
    ...(event.shiftKey ? ["Shift"] : []),
    key,
  ];
  return parts.join("-");
}

function keyName(event: Stroke): string {
  const { key, code } = event;
  if (key === "Control" || key === "Shift" || key === "Alt" || key === "Meta" || key === "Dead") return "";
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  if (key.length > 1) return key;
  // By position where the character says little: Shift makes `_` of `-`, and a layout without Latin letters has none.
  if (/^Digit\d$/.test(code) && (event.shiftKey || /^\d$/.test(key))) return code.slice(5);
  const named = BY_CODE[code];
  if (named !== undefined) return named;
  if (/^Key[A-Z]$/.test(code)) return code.slice(3);
  return key;
}

/// What was pressed so far of a chord.
export interface Chord {
  readonly strokes: string;
  readonly at: number;
}

export const NO_CHORD: Chord = { strokes: "", at: 0 };

export type Bindings = Pick<ReadonlyMap<string, unknown>, "has" | "keys">;

export interface Match {
  /// The binding that is complete now.
  readonly binding: string | null;
  readonly chord: Chord;
}

/// Takes one stroke. A complete binding wins over the beginning of a longer one.
export function press(chord: Chord, stroke: string, now: number, bindings: Bindings): Match {
  const alive = chord.strokes !== "" && now - chord.at <= CHORD_MS;
  const whole = alive ? `${chord.strokes} ${stroke}` : stroke;
  const found = matching(whole, now, bindings);
  if (found !== null || !alive) return found ?? { binding: null, chord: NO_CHORD };
  return matching(stroke, now, bindings) ?? { binding: null, chord: NO_CHORD };
}

function matching(strokes: string, now: number, bindings: Bindings): Match | null {
  if (bindings.has(strokes)) return { binding: strokes, chord: NO_CHORD };
  for (const binding of bindings.keys())
    if (binding.startsWith(`${strokes} `)) return { binding: null, chord: { strokes, at: now } };
  return null;
}

/// `Ctrl` is `Mod` where there is no Cmd.
export function native(binding: string, mac: boolean): string {
  return mac ? binding : binding.replaceAll("Ctrl-", "Mod-");
}
