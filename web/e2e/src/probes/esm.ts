/// Every attack once more, from inside the module of an anywidget: code that a widget brings along has its own scope and its
/// own origin of scripts, and may do no more than any other code in an output.

import { stealPort } from "./theft";
import type { Env, Probe } from "./types";

const WIDGETS = "application/vnd.jupyter.widget-state+json";
const VIEW = "application/vnd.jupyter.widget-view+json";
const MODEL = "attacker";
/// Where the theft of the port stands, before the probes' attacks.
export const STEAL = 0;

/// What the widget's module is: its text alone has the attacks.
export function moduleOf(probes: readonly Probe[], text: string): string {
  const attacks = [stealPort, ...probes.map(({ attack }) => attack)].map(String).join(",\n");
  return `const attacks = [${attacks}];
export default {
  render({ el }) {
    window.attackFromModule = ({ index, ...env }) => attacks[index](env);
    el.textContent = ${JSON.stringify(text)};
  },
};`;
}

/// Runs in the frame.
export function fromModule(env: Env & { index: number }): unknown {
  return (window as unknown as { attackFromModule: (env: unknown) => unknown }).attackFromModule(env);
}

/// Runs in a frame that knows no widgets: what anywidget's own front end does.
export function rendered(text: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const script = document.createElement("script");
  script.type = "module";
  script.textContent = `import widget from "${url}";
    const el = document.createElement("p");
    document.body.append(el);
    widget.render({ el });
    dispatchEvent(new Event("rendered"));`;
  document.body.append(script);
  return new Promise((resolve) => addEventListener("rendered", () => resolve(), { once: true }));
}

export const widgetOutput = {
  output_type: "display_data",
  data: { [VIEW]: { model_id: MODEL, version_major: 2, version_minor: 1 }, "text/plain": "Attacker()" },
  metadata: {},
};

/// A notebook's metadata, with the widget as a file keeps it.
export function widgetMetadata(esm: string): object {
  const layout = { _model_module: "@jupyter-widgets/base", _model_module_version: "2.0.0", _model_name: "LayoutModel" };
  const own = { _model_module: "anywidget", _model_module_version: "~0.9.*", _model_name: "AnyModel" };
  const views = { _view_module: "anywidget", _view_module_version: "~0.9.*", _view_name: "AnyView", _view_count: null };
  const more = {
    _anywidget_id: "attacker",
    _dom_classes: [],
    layout: "IPY_MODEL_layout",
    tabbable: null,
    tooltip: null,
  };
  const named = (state: typeof own) => ({
    model_module: state._model_module,
    model_module_version: state._model_module_version,
    model_name: state._model_name,
  });
  const state = {
    [MODEL]: { ...named(own), state: { ...own, ...views, ...more, _esm: esm } },
    layout: { ...named(layout), state: layout },
  };
  return { widgets: { [WIDGETS]: { version_major: 2, version_minor: 0, state } } };
}
