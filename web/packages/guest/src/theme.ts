/// The page's theme inside the frame: the same names of colours, and Jupyter's names for outputs that look for those.

import type { GuestTheme } from "@fumehood/bridge";

let given: readonly string[] = [];

export function applyTheme(theme: GuestTheme, fontSize: number): void {
  const { documentElement: root, body } = document;
  // The colours' style sheet tells light from dark by the end of the name.
  root.dataset.theme = theme.name.endsWith(theme.scheme) ? theme.name : theme.scheme;
  root.style.colorScheme = theme.scheme;
  for (const name of given) root.style.removeProperty(name);
  given = Object.keys(theme.variables);
  for (const [name, value] of Object.entries(theme.variables)) root.style.setProperty(name, value);
  root.style.setProperty("--font-size", `${fontSize}px`);
  body.dataset.theme = theme.scheme;
  body.dataset.jpThemeLight = String(theme.scheme === "light");
  body.dataset.jpThemeName = theme.scheme === "light" ? "JupyterLab Light" : "JupyterLab Dark";
}
