/// The page's theme inside the frame: the same names of colours, and Jupyter's names for outputs that look for those.

import type { GuestTheme } from "@fumehood/bridge";

let given: readonly string[] = [];

export function applyTheme(theme: GuestTheme, fontSize: number): void {
  const { documentElement: root, body } = document;
  root.dataset.theme = theme.name.startsWith("contrast") ? `contrast-${theme.scheme}` : theme.scheme;
  root.style.colorScheme = theme.scheme;
  for (const name of given) root.style.removeProperty(name);
  // Under their own names for outputs, and under the names that the style sheets of this page draw with.
  const variables = Object.entries(theme.variables).flatMap(([name, value]) => [
    [name, value] as const,
    [name.replace(/^--fh-/, "--"), value] as const,
  ]);
  given = variables.map(([name]) => name);
  for (const [name, value] of variables) root.style.setProperty(name, value);
  root.style.setProperty("--font-size", `${fontSize}px`);
  body.dataset.theme = theme.scheme;
  body.dataset.jpThemeLight = String(theme.scheme === "light");
  body.dataset.jpThemeName = theme.scheme === "light" ? "JupyterLab Light" : "JupyterLab Dark";
}
