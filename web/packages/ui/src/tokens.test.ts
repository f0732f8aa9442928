import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { contrast } from "./contrast.js";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const THEMES = ["light", "dark", "contrast-light", "contrast-dark"] as const;
type Theme = (typeof THEMES)[number];

const BACKGROUNDS = ["--bg", "--bg-raised", "--bg-sunken"];
const SOFT = ["--accent-soft", "--danger-soft", "--warning-soft", "--ok-soft"];
const STATES = ["--bg-hover", "--bg-active"];
const CODE = ["--selection", "--selection-match", "--search", "--search-current", "--line-active", "--bracket"];
const MEANINGS = ["--accent", "--danger", "--warning", "--ok"];

function colours(theme: Theme): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, selector = "", body = ""] of css.matchAll(/^(:root[^{]*)\{([^}]*)\}/gm)) {
    const root = selector.trim();
    if (root !== ":root" && !(root === ':root[data-theme^="contrast"]' && theme.startsWith("contrast"))) continue;
    for (const [, name = "", light = "", dark = ""] of body.matchAll(
      /(--[a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g,
    ))
      found.set(name, theme.endsWith("dark") ? dark : light);
  }
  return found;
}

function starting(all: Map<string, string>, ...prefixes: string[]): string[] {
  return [...all.keys()].filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
}

function pairs(all: Map<string, string>): [string, string][] {
  const product = (texts: string[], backgrounds: string[]) =>
    texts.flatMap((text) => backgrounds.map((background): [string, string] => [text, background]));
  const syntax = starting(all, "--syntax-");
  const tints = starting(all, "--ansi-bg-");
  const ansi = starting(all, "--ansi-").filter((name) => !tints.includes(name));
  return [
    ...product(["--fg", "--fg-muted"], [...BACKGROUNDS, ...SOFT, ...STATES]),
    ...product(MEANINGS, [...BACKGROUNDS, ...SOFT, "--bg-hover"]),
    ...product(["--focus"], BACKGROUNDS),
    ...product(syntax, [...BACKGROUNDS, ...CODE]),
    ...product(ansi, BACKGROUNDS),
    ...product(["--fg"], [...tints, ...CODE]),
    ["--accent-fg", "--accent"],
    ["--danger-fg", "--danger"],
  ];
}

describe.each(THEMES)("the %s theme", (theme) => {
  const all = colours(theme);
  const read = (name: string) => {
    const colour = all.get(name);
    if (colour === undefined) throw new Error(`no ${name} in ${theme}`);
    return colour;
  };
  const least = theme.startsWith("contrast") ? 7 : 4.5;

  test("has every colour of a terminal and of code", () => {
    for (let n = 0; n < 16; n++) expect([...all.keys()]).toContain(`--ansi-${n}`);
    expect(starting(all, "--syntax-").length).toBeGreaterThan(10);
  });

  test(`shows all text with a contrast of ${least} at least`, () => {
    const weak = pairs(all)
      .map(([text, background]) => ({ text, background, ratio: contrast(read(text), read(background)) }))
      .filter(({ ratio }) => ratio < least)
      .map(({ text, background, ratio }) => `${text} on ${background}: ${ratio.toFixed(2)}`);
    expect(weak).toEqual([]);
  });

  test("draws the edges of controls with a contrast of 3 at least", () => {
    for (const background of BACKGROUNDS)
      expect(contrast(read("--border-strong"), read(background))).toBeGreaterThanOrEqual(3);
  });
});

test("black on white is 21 to 1, and a colour on itself 1 to 1", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#808080", "#808080")).toBe(1);
});
