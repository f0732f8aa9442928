/// The page's look as frames are told it: light or dark, the theme's name, and the colours and fonts that an output may
/// use. One signal for all frames; it changes with the setting and with the system.

import type { GuestTheme } from "@fumehood/bridge";
import { createSignal } from "solid-js";

/// Custom properties of the page, each handed over as `--fh-…`.
const SHARED = [
  "bg",
  "bg-raised",
  "bg-sunken",
  "bg-hover",
  "fg",
  "fg-muted",
  "border",
  "border-strong",
  "accent",
  "danger",
  "danger-soft",
  "warning",
  "warning-soft",
  "focus",
  "selection",
  "search",
  "search-current",
  "syntax-keyword",
  "syntax-string",
  "syntax-number",
  "syntax-comment",
  "syntax-function",
  "syntax-type",
  "syntax-operator",
  "font-ui",
  "font-code",
  ...Array.from({ length: 16 }, (_, index) => `ansi-${index}`),
  ...Array.from({ length: 16 }, (_, index) => `ansi-bg-${index}`),
];

const VALUE_CHARS = 300;
const FONT = { least: 6, most: 48, usual: 13 };

export interface Appearance {
  readonly theme: GuestTheme;
  readonly fontSize: number;
}

let started: (() => Appearance) | undefined;

export function appearance(): Appearance {
  started ??= watch();
  return started();
}

function watch(): () => Appearance {
  const [now, setNow] = createSignal(read());
  const again = () => setNow(read());
  new MutationObserver(again).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme", "class", "style"],
  });
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"])
    matchMedia(query).addEventListener("change", again);
  return now;
}

function read(): Appearance {
  const style = getComputedStyle(document.documentElement);
  const name = document.documentElement.dataset.theme ?? "system";
  const variables: Record<string, string> = {};
  const dark = isDark(style.colorScheme);
  for (const key of SHARED) {
    const value = resolve(style.getPropertyValue(`--${key}`).trim(), dark);
    if (value !== "" && value.length <= VALUE_CHARS) variables[`--fh-${key}`] = value;
  }
  const size = Number.parseFloat(style.getPropertyValue("--size-ui"));
  return {
    theme: {
      scheme: dark ? "dark" : "light",
      name: /^[a-z0-9-]{1,40}$/.test(name) ? name : "system",
      variables,
    },
    fontSize: Number.isFinite(size) ? Math.min(FONT.most, Math.max(FONT.least, size)) : FONT.usual,
  };
}

function isDark(scheme: string): boolean {
  const dark = scheme.includes("dark");
  return dark && (!scheme.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches);
}

/// `light-dark(a, b)` as the one of the two that counts: the frame has a colour scheme of its own.
function resolve(value: string, dark: boolean): string {
  const pair = /^light-dark\(([^(),]+|[^,]+\([^)]*\)),\s*(.+)\)$/.exec(value);
  return pair ? ((dark ? pair[2] : pair[1]) ?? "") : value;
}
