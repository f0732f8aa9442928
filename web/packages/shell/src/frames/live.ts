/// One living frame: made sealed, given its port once, and watched. What it says is hostile; each message is a wish that
/// is looked at here, and the only powers it has are its own height, a link or a file after a click, and notes below itself.

import { type GuestOutput, HANDOVER, type ShellEnd, shellEnd } from "@fumehood/bridge";
import { Gate } from "../widgets/gate.js";
import { VIEW, viewOf } from "../widgets/references.js";
import type { Widgets } from "../widgets/types.js";
import type { Appearance } from "./appearance.js";
import type { Tally } from "./diagnostics.js";
import { Heights } from "./heights.js";
import { openable } from "./links.js";
import { sealedFrame } from "./sandbox.js";

export interface LiveOptions {
  readonly host: HTMLElement;
  /// The sealed page's URL.
  readonly guest: string;
  readonly title: string;
  readonly blobs: string;
  readonly height: number;
  readonly appearance: Appearance;
  readonly outputs: readonly GuestOutput[];
  readonly widgets: Widgets;
  /// Where its doings are counted.
  readonly tally: Tally;
  readonly onReady: () => void;
  readonly onHeight: (height: number, settled: boolean) => void;
  /// A link that a click in the frame asked for; the page opens it.
  readonly onLink: (url: URL) => void;
  /// A file that the frame offers; the page saves it, or asks.
  readonly onSave: (name: string, file: Blob) => void;
  readonly onFailed: (message: string) => void;
  readonly onBlocked: (directive: string, host: string) => void;
  /// The person wants out of the frame.
  readonly onLeft: () => void;
  /// The frame is empty now; why, in a sentence.
  readonly onEmptied: (reason: string) => void;
}

/// How long a sealed page may take from being made to saying that it is ready.
const PATIENCE_MS = 20_000;

export class LiveFrame {
  readonly element: HTMLIFrameElement;
  readonly #options: LiveOptions;
  readonly #heights: Heights;
  readonly #began = performance.now();
  readonly #timer: ReturnType<typeof setTimeout>;
  #end: ShellEnd | undefined;
  #gate: Gate | undefined;
  #untold: (() => void) | undefined;
  #loads = 0;
  #ready = false;
  #closed = false;
  #appearance: Appearance;
  #outputs: readonly GuestOutput[];

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#appearance = options.appearance;
    this.#outputs = options.outputs;
    this.#heights = new Heights(options.height, this.#began);
    this.element = sealedFrame(options.title);
    this.element.addEventListener("load", this.#loaded);
    this.element.src = options.guest;
    this.#timer = setTimeout(() => this.stop("The frame for this output did not start."), PATIENCE_MS);
    options.host.appendChild(this.element);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.element.removeEventListener("load", this.#loaded);
    this.#end?.close();
    this.#gate?.close();
    this.#untold?.();
    this.element.remove();
  }

  show(outputs: readonly GuestOutput[]): void {
    const old = this.#outputs;
    this.#outputs = outputs;
    if (!this.#ready) return;
    const changed = outputs.filter((output, index) => old[index] !== output);
    if (changed.length === 0 && outputs.length === old.length) return;
    this.#heights.renew(performance.now());
    const same = outputs.length === old.length && outputs.every((output, index) => output.id === old[index]?.id);
    if (same) for (const output of changed) this.#send(this.#end?.notify("update", output));
    else this.#render();
    this.#showWidgets();
  }

  dress(appearance: Appearance): void {
    this.#appearance = appearance;
    if (this.#ready) this.#end?.notify("theme", appearance);
  }

  /// How often the text is in the frame, where it is marked from then on.
  async find(query: string, current?: number): Promise<number> {
    if (!this.#ready || !this.#end) return 0;
    try {
      return (await this.#end.request("find", current === undefined ? { query } : { query, current })).count;
    } catch {
      return 0;
    }
  }

  #render(): void {
    const { theme, fontSize } = this.#appearance;
    this.#send(this.#end?.notify("render", { outputs: this.#outputs, blobs: this.#options.blobs, theme, fontSize }));
  }

  /// A frame without a widget has none to write to.
  #widgets(): Gate | undefined {
    if (this.#gate === undefined) this.#options.tally.widget("widget of another output");
    return this.#gate;
  }

  /// The gate stands from the first widget on.
  #showWidgets(): void {
    const views = this.#outputs.flatMap(({ data }) => viewOf(data[VIEW]) ?? []);
    const { widgets, tally } = this.#options;
    if (this.#gate === undefined && views.length > 0 && this.#end !== undefined) {
      const gate = new Gate({
        models: widgets.models,
        kernel: widgets,
        end: this.#end,
        refused: tally.widget,
        unheard: (model) => widgets.unheard(model),
      });
      this.#gate = gate;
      this.#untold = widgets.onTold((...told) => gate.told(...told));
      widgets.follow();
    }
    this.#gate?.show(views);
  }

  #send(sent: boolean | undefined): void {
    if (sent === false && !this.#end?.closed) this.#options.onFailed("The output is too large for its frame.");
  }

  readonly #loaded = (): void => {
    this.#loads += 1;
    if (this.#loads > 1) {
      // Whatever is in there now is a new page, under whatever policy: it gets no port.
      this.#options.tally.did("reloaded");
      this.stop("This output replaced its own page and was stopped.");
      return;
    }
    const { port1, port2 } = new MessageChannel();
    this.#end = shellEnd(
      port1,
      {
        ready: () => this.#becameReady(),
        resized: ({ height }) => this.#resized(height),
        link: ({ url }) => {
          const target = openable(url);
          if (target) this.#options.onLink(target);
        },
        save: ({ name, file }) => {
          this.#options.tally.did("offered");
          this.#options.onSave(name, file);
        },
        failed: ({ message }) => this.#options.onFailed(message),
        blocked: ({ directive, host }) => {
          this.#options.tally.blocked(directive, host);
          this.#options.onBlocked(directive, host);
        },
        left: () => this.#options.onLeft(),
        set: ({ id, state, buffers }) => this.#widgets()?.set(id, { state, buffers }),
        tell: ({ id, content, buffers }) => this.#widgets()?.tell(id, content, buffers),
      },
      {
        onRefused: this.#options.tally.refused,
        onClosed: () => {
          if (!this.#closed) this.stop("This output sent what it may not send and was stopped.");
        },
      },
    );
    // The origin is opaque: there is no other target to name. Who has the window at this moment is the page that was
    // just loaded, under the page's own `frame-src`.
    this.element.contentWindow?.postMessage(HANDOVER, "*", [port2]);
  };

  #becameReady(): void {
    if (this.#ready) return;
    this.#ready = true;
    clearTimeout(this.#timer);
    this.#options.tally.ready(performance.now() - this.#began);
    this.#render();
    this.#showWidgets();
    this.#options.onReady();
  }

  #resized(height: number): void {
    const settled = this.#heights.settled;
    const next = this.#heights.report(height, performance.now());
    if (this.#heights.settled && !settled) this.#options.tally.did("restless");
    if (next !== null || this.#heights.settled !== settled)
      this.#options.onHeight(this.#heights.height, this.#heights.settled);
  }

  /// Empties the frame and says why.
  stop(reason: string): void {
    this.close();
    this.#options.tally.stopped(reason);
    this.#options.onEmptied(reason);
  }
}
