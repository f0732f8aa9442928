/// The script of the stage's page: frames the guest as the product's page does, and notes everything that it says.

import { type GuestOutput, type GuestTheme, HANDOVER, type ShellEnd, shellEnd } from "@fumehood/bridge";

const TALLEST = 3000;

export interface Notes {
  ready: number;
  loads: number;
  heights: number[];
  links: string[];
  left: number;
  saved: string[];
  failed: string[];
  blocked: string[];
  refused: string[];
}

export interface Framing {
  mount(guest: string, blobs: string, outputs: readonly GuestOutput[], dark: boolean): void;
  render(outputs: readonly GuestOutput[]): boolean;
  update(output: GuestOutput): boolean;
  theme(dark: boolean): boolean;
  find(query: string): Promise<number>;
  readonly notes: Notes;
}

class Stand implements Framing {
  #frame: HTMLIFrameElement | null = null;
  #end: ShellEnd | null = null;
  #blobs = "";
  #dark = false;
  notes: Notes = fresh();

  mount(guest: string, blobs: string, outputs: readonly GuestOutput[], dark: boolean): void {
    this.#end?.close();
    this.#frame?.remove();
    this.#blobs = blobs;
    this.#dark = dark;
    const notes = fresh();
    this.notes = notes;
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts allow-forms");
    frame.style.height = "24px";
    frame.addEventListener("load", () => {
      notes.loads++;
      if (notes.loads > 1) return;
      const { port1, port2 } = new MessageChannel();
      const end = shellEnd(
        port1,
        {
          ready: () => {
            notes.ready++;
            this.render(outputs);
          },
          resized: ({ height }) => {
            notes.heights.push(height);
            frame.style.height = `${Math.min(TALLEST, height)}px`;
          },
          link: ({ url }) => void notes.links.push(url),
          left: () => void notes.left++,
          set: () => undefined,
          tell: () => undefined,
          save: ({ name, file }) => void notes.saved.push(`${name} ${file.size}`),
          failed: ({ id, message }) => void notes.failed.push(`${id}: ${message}`),
          blocked: ({ directive, host }) => void notes.blocked.push(`${directive} ${host}`),
        },
        { onRefused: ({ reason, method }) => void notes.refused.push(`${reason} ${method}`) },
      );
      this.#end = end;
      frame.contentWindow?.postMessage(HANDOVER, "*", [port2]);
    });
    frame.src = guest;
    this.#frame = frame;
    document.body.append(frame);
  }

  render(outputs: readonly GuestOutput[]): boolean {
    const params = { outputs, blobs: this.#blobs, theme: this.#theme(), fontSize: 14 };
    return this.#end?.notify("render", params) ?? false;
  }

  update(output: GuestOutput): boolean {
    return this.#end?.notify("update", output) ?? false;
  }

  theme(dark: boolean): boolean {
    this.#dark = dark;
    return this.#end?.notify("theme", { theme: this.#theme(), fontSize: 14 }) ?? false;
  }

  async find(query: string): Promise<number> {
    return (await this.#end?.request("find", { query }))?.count ?? -1;
  }

  #theme(): GuestTheme {
    const scheme = this.#dark ? "dark" : "light";
    return { scheme, name: scheme, variables: {} };
  }
}

function fresh(): Notes {
  return { ready: 0, loads: 0, heights: [], links: [], left: 0, saved: [], failed: [], blocked: [], refused: [] };
}

Object.assign(window, { framing: new Stand() });
