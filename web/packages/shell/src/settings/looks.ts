/// Puts the settings on the page's root, where the tokens' CSS reads them, and says which of the two colour schemes is
/// shown at last. It sets attributes and custom properties of the root and touches nothing else.

import { type Accessor, createMemo, createRenderEffect, createSignal, onCleanup } from "solid-js";
import type { Settings } from "./settings.js";

export type Scheme = "light" | "dark" | "contrast-light" | "contrast-dark";

export interface Wishes {
  readonly dark: boolean;
  readonly contrast: boolean;
}

const CONTENT: Readonly<Record<Settings["width"], string>> = {
  narrow: "800px",
  medium: "1040px",
  wide: "1360px",
  full: "100%",
};
const CONTROL: Readonly<Record<Settings["density"], string>> = { comfortable: "28px", compact: "24px" };
const SPACE: Readonly<Record<Settings["density"], string>> = { comfortable: "8px", compact: "6px" };

/// What is shown, from what was set and what the system wishes.
export function schemeOf(theme: Settings["theme"], system: Wishes): Scheme {
  const contrast = theme.startsWith("contrast") || (theme === "system" && system.contrast);
  const dark = theme.endsWith("dark") || ((theme === "system" || theme === "contrast") && system.dark);
  return `${contrast ? "contrast-" : ""}${dark ? "dark" : "light"}` as Scheme;
}

/// Must be called under an owner of Solid's. `onPaper`: what is shown is to be printed, and paper is light.
export function applyLooks(settings: Settings, root: HTMLElement, onPaper: Accessor<boolean>): Accessor<Scheme> {
  const dark = mediaSignal("(prefers-color-scheme: dark)");
  const contrast = mediaSignal("(prefers-contrast: more)");
  const scheme = createMemo(() => schemeOf(settings.theme, { dark: dark(), contrast: contrast() }));
  const set = (name: string, value: string | null) => {
    if (value === null) root.style.removeProperty(name);
    else root.style.setProperty(name, value);
  };
  createRenderEffect(() => root.setAttribute("data-theme", onPaper() ? scheme().replace("dark", "light") : scheme()));
  createRenderEffect(() => root.toggleAttribute("data-paper", onPaper()));
  createRenderEffect(() => root.setAttribute("data-motion", settings.motion));
  createRenderEffect(() => root.setAttribute("data-density", settings.density));
  createRenderEffect(() => {
    set("--size-ui", `${settings.uiSize}px`);
    set("--size-small", `${settings.uiSize - 1}px`);
    set("--size-code", `${settings.codeSize}px`);
    set("--font-ui", settings.uiFont.trim() === "" ? null : `${settings.uiFont}, system-ui, sans-serif`);
    set("--font-code", settings.codeFont.trim() === "" ? null : `${settings.codeFont}, monospace`);
    set("--control", CONTROL[settings.density]);
    set("--space", SPACE[settings.density]);
    set("--content-width", CONTENT[settings.width]);
  });
  return scheme;
}

function mediaSignal(query: string): Accessor<boolean> {
  const media = matchMedia(query);
  const [matches, setMatches] = createSignal(media.matches);
  const change = (event: MediaQueryListEvent) => setMatches(event.matches);
  media.addEventListener("change", change);
  onCleanup(() => media.removeEventListener("change", change));
  return matches;
}
