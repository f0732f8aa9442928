/// The page as a module for a notebook's widget. It lives under a shadow root: the styles around it do not reach in, and
/// its own do not reach out.

import "@fumehood/ui/tokens.css";
import "@fumehood/ui/base.css";
import "./workbench/workbench.css";
import "./workbench/widget.css";
import type { RenderProps } from "./wire/afm";
import { CommTransport } from "./wire/comm";
import { open } from "./workbench/open";

/// All styles that are imported anywhere here, for a shadow root; the build puts them in.
const STYLES = "__VIEWER_STYLES__";
/// CSS pixels.
const [LEAST, USUAL, MOST] = [120, 480, 4000];

export function mount({ model, el }: RenderProps): () => void {
  const host = document.createElement("div");
  host.className = "fumehood-viewer";
  // What is typed here are no commands of JupyterLab's.
  host.dataset.lmSuppressShortcuts = "true";
  const height = Number(model.get("height"));
  host.style.setProperty("display", "block");
  host.style.setProperty("height", `${height >= LEAST ? Math.min(height, MOST) : USUAL}px`);
  el.append(host);
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet];
  const close = open(new CommTransport(model), root, host);
  return () => {
    close();
    host.remove();
  };
}
