/// What was printed, with a terminal's colours.

import "../styles/ansi.css";
import { AnsiUp } from "ansi_up";

export function renderAnsi(host: HTMLElement, text: string): void {
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  ansi.escape_html = true;
  const pre = document.createElement("pre");
  pre.className = "text";
  pre.innerHTML = ansi.ansi_to_html(text);
  host.append(pre);
}
