/// Light or dark, as the page around the viewer is: its own word where it has one, else the colour behind it, else the
/// person's wish.

import { type Accessor, createSignal } from "solid-js";

export type Dress = "light" | "dark";

/// Says on the host how the page around it looks, now and whenever that changes. The second ends it.
export function dressed(host: HTMLElement): readonly [Accessor<Dress>, () => void] {
  const [theme, setTheme] = createSignal(themeAround(host.parentElement ?? host));
  const look = () => {
    const found = themeAround(host.parentElement ?? host);
    host.dataset.theme = found;
    setTheme(found);
  };
  look();
  const watch = new MutationObserver(look);
  const attributes = { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-light"] };
  for (const one of [document.documentElement, document.body]) watch.observe(one, attributes);
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", look);
  return [
    theme,
    () => {
      watch.disconnect();
      system.removeEventListener("change", look);
    },
  ];
}

/// JupyterLab, marimo, VS Code and fumehood each say it in their own way.
function themeAround(el: Element): Dress {
  const { body, documentElement: root } = document;
  const jupyter = body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "true" ? "light" : "dark";
  const vscode = body.dataset.vscodeThemeKind;
  if (vscode !== undefined) return vscode.includes("light") ? "light" : "dark";
  const said = root.dataset.theme ?? body.dataset.theme;
  if (said === "dark" || said === "light") return said;
  if (root.classList.contains("dark") || body.classList.contains("dark")) return "dark";
  for (let at: Element | null = el; at !== null; at = at.parentElement) {
    const [r = 0, g = 0, b = 0, alpha = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    if (alpha > 0.5) return r * 0.3 + g * 0.6 + b * 0.1 < 110 ? "dark" : "light";
  }
  const scheme = getComputedStyle(root).colorScheme;
  if (scheme === "dark" || scheme === "light") return scheme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
