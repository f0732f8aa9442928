/// What a person may set about the page, with its defaults. Pure: what was stored is text that anybody may have
/// written, so every value is checked and what does not fit becomes the default; unknown keys are dropped.

import { DEFAULT_VIEW, type ViewSettings } from "../editor/settings.js";

export const THEMES = ["system", "light", "dark", "contrast", "contrast-light", "contrast-dark"] as const;
export const DENSITIES = ["comfortable", "compact"] as const;
export const MOTIONS = ["system", "reduced"] as const;
export const WIDTHS = ["narrow", "medium", "wide", "full"] as const;
export const INDENTS = [2, 4, 8] as const;

export const UI_SIZES = { min: 12, max: 18 } as const;
export const CODE_SIZES = { min: 10, max: 24 } as const;
export const PANEL_WIDTHS = { min: 160, max: 480 } as const;
/// A list of font families; what CSS could read as more than that is not taken.
const FONT = /^[\p{L}\p{N} ,'"_-]{0,200}$/u;

export interface Settings extends ViewSettings {
  readonly theme: (typeof THEMES)[number];
  readonly density: (typeof DENSITIES)[number];
  readonly motion: (typeof MOTIONS)[number];
  readonly width: (typeof WIDTHS)[number];
  readonly uiSize: number;
  readonly codeSize: number;
  /// Empty: the system's.
  readonly uiFont: string;
  readonly codeFont: string;
  /// The daemon saves by itself a moment after an edit.
  readonly autosave: boolean;
  readonly panelWidth: number;
  /// The panel at the left is open.
  readonly panel: boolean;
}

export const DEFAULTS: Settings = {
  ...DEFAULT_VIEW,
  theme: "system",
  density: "comfortable",
  motion: "system",
  width: "medium",
  uiSize: 13,
  codeSize: 13,
  uiFont: "",
  codeFont: "",
  autosave: true,
  panelWidth: 240,
  panel: false,
};

type Check<K extends keyof Settings> = (value: unknown) => value is Settings[K];

const oneOf =
  <T>(values: readonly T[]) =>
  (value: unknown): value is T =>
    values.some((known) => known === value);
const within =
  ({ min, max }: { readonly min: number; readonly max: number }) =>
  (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
const fonts = (value: unknown): value is string => typeof value === "string" && FONT.test(value);
const yesNo = (value: unknown): value is boolean => typeof value === "boolean";

const CHECKS: { readonly [K in keyof Settings]: Check<K> } = {
  theme: oneOf(THEMES),
  density: oneOf(DENSITIES),
  motion: oneOf(MOTIONS),
  width: oneOf(WIDTHS),
  uiSize: within(UI_SIZES),
  codeSize: within(CODE_SIZES),
  uiFont: fonts,
  codeFont: fonts,
  autosave: yesNo,
  panelWidth: within(PANEL_WIDTHS),
  panel: yesNo,
  lineNumbers: yesNo,
  wrap: yesNo,
  closeBrackets: yesNo,
  matchBrackets: yesNo,
  indent: oneOf<number>(INDENTS),
  hover: yesNo,
};

export const KEYS = Object.keys(DEFAULTS) as readonly (keyof Settings)[];

export function parseSettings(text: string | null): Settings {
  return { ...DEFAULTS, ...checked(parsed(text)) };
}

/// Without what is the default anyway, so that a better default reaches those who never chose.
export function storedSettings(settings: Settings): string {
  return JSON.stringify(Object.fromEntries(Object.entries(settings).filter(([key, value]) => differs(key, value))));
}

/// What of it fits.
export function checked(values: Readonly<Record<string, unknown>>): Partial<Settings> {
  return Object.fromEntries(KEYS.filter((key) => CHECKS[key](values[key])).map((key) => [key, values[key]]));
}

function differs(key: string, value: unknown): boolean {
  return DEFAULTS[key as keyof Settings] !== value;
}

/// Empty where it is no object.
export function parsed(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
