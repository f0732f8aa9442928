/// What the kernel knows about the name at the cursor, in a tooltip: asked for once, the signature; twice, with details.
/// It is shown as text; colour codes are left out.

import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import type { Requests } from "../notebook/types.js";

/// More of an answer is not shown.
const SHOWN = 20_000;

interface Shown {
  readonly at: number;
  readonly text: string;
  readonly detail: 0 | 1;
}

const setShown = StateEffect.define<Shown | null>();

const field = StateField.define<Shown | null>({
  create: () => null,
  update(value, tr) {
    for (const effect of tr.effects) if (effect.is(setShown)) return effect.value;
    return tr.docChanged || tr.selection ? null : value;
  },
  provide: (self) => showTooltip.from(self, (shown) => (shown === null ? null : tooltip(shown))),
});

export function inspection(requests: Pick<Requests, "inspect">, hover: boolean): Extension {
  const onHover = hoverTooltip(
    async (view, at) => {
      if (view.state.wordAt(at) === null) return null;
      const text = await ask(requests, view.state.doc.toString(), at, 0).catch(() => "");
      return text === "" ? null : tooltip({ at, text, detail: 0 });
    },
    { hoverTime: 500, hideOnChange: true },
  );
  return [field, keymap.of([{ key: "Escape", run: (view) => close(view) }]), ...(hover ? [onHover] : [])];
}

export function close(view: EditorView): boolean {
  if ((view.state.field(field, false) ?? null) === null) return false;
  view.dispatch({ effects: setShown.of(null) });
  return true;
}

/// Asked for again where it is shown: with details.
export async function inspect(
  view: EditorView,
  requests: Pick<Requests, "inspect">,
  failed: (error: unknown) => void,
): Promise<void> {
  const at = view.state.selection.main.head;
  const doc = view.state.doc;
  const old = view.state.field(field, false) ?? null;
  const detail = old !== null && old.at === at ? 1 : 0;
  try {
    const text = await ask(requests, doc.toString(), at, detail);
    // Typed on meanwhile.
    if (view.state.doc !== doc || view.state.selection.main.head !== at) return;
    say(view, text === "" ? "The kernel knows nothing about this." : text, detail);
  } catch (error) {
    failed(error);
  }
}

/// Shows a text of ours at the cursor.
export function say(view: EditorView, text: string, detail: 0 | 1 = 0): void {
  view.dispatch({ effects: setShown.of({ at: view.state.selection.main.head, text, detail }) });
}

async function ask(requests: Pick<Requests, "inspect">, code: string, at: number, detail: 0 | 1): Promise<string> {
  const answer = await requests.inspect(code, at, detail);
  const text = answer.found ? answer.data?.["text/plain"] : undefined;
  return typeof text === "string" ? plain(text).slice(0, SHOWN) : "";
}

/// Without the escape sequences of a terminal.
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  return text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g, "");
}

function tooltip(shown: Shown): Tooltip {
  return {
    pos: shown.at,
    above: false,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "inspection";
      dom.setAttribute("role", "status");
      const text = document.createElement("pre");
      text.dir = "auto";
      text.textContent = shown.text;
      // Its own overflow is reached by the keyboard too.
      text.tabIndex = 0;
      dom.append(text);
      return { dom };
    },
  };
}
