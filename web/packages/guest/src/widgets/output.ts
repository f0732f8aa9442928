/// The Output widget: what the runtime caught for it, shown by this frame's own renderers.

import type { GuestOutput } from "@fumehood/bridge";
import type { DOMWidgetView } from "@jupyter-widgets/base";
import { OutputModel as JupyterModel, OutputView as JupyterView } from "@jupyter-widgets/output";

/// Shows outputs in an element, and others in their place when it is called again; ends with the signal.
export type ShowOutputs = (root: HTMLElement, signal: AbortSignal) => (outputs: readonly GuestOutput[]) => void;

type Values = Readonly<Record<string, unknown>>;

export function outputClasses(show: ShowOutputs): Values {
  class OutputModel extends JupyterModel {
    override defaults() {
      return { ...super.defaults(), msg_id: "", outputs: [] };
    }
  }

  class OutputView extends JupyterView {
    readonly #ended = new AbortController();

    override render(): void {
      super.render();
      this.el.classList.add("jupyter-widgets", "jp-OutputArea", "fh-captured");
      const area = document.createElement("div");
      this.el.append(area);
      const shown = show(area, this.#ended.signal);
      const draw = () => shown(guestOutputs(this.model.get("outputs")));
      this.listenTo(this.model, "change:outputs", draw);
      draw();
    }

    override remove(): DOMWidgetView {
      this.#ended.abort();
      return super.remove();
    }
  }
  return { OutputModel, OutputView };
}

/// From nbformat. Its binary types are base64 there.
function guestOutputs(outputs: unknown): GuestOutput[] {
  if (!Array.isArray(outputs)) return [];
  return outputs.flatMap((one: unknown, index) => {
    if (typeof one !== "object" || one === null) return [];
    return guestOutput(one as Values, String(index));
  });
}

function guestOutput(output: Values, id: string): GuestOutput {
  switch (output.output_type) {
    case "stream":
      return { id, data: {}, metadata: {}, text: joined(output.text) };
    case "error": {
      const lines = Array.isArray(output.traceback) ? output.traceback.map(joined) : [];
      const text = lines.join("\n") || `${joined(output.ename)}: ${joined(output.evalue)}`;
      return { id, data: {}, metadata: {}, text };
    }
    default: {
      const data = typeof output.data === "object" && output.data !== null ? output.data : {};
      const metadata = typeof output.metadata === "object" && output.metadata !== null ? output.metadata : {};
      const bundle = Object.entries(data).map(([mime, value]) => [mime, content(value)]);
      return { id, data: Object.fromEntries(bundle), metadata: metadata as Values };
    }
  }
}

function joined(value: unknown): string {
  if (Array.isArray(value)) return value.map(joined).join("");
  return typeof value === "string" ? value : "";
}

function content(value: unknown): string {
  return typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"))
    ? joined(value)
    : JSON.stringify(value);
}
