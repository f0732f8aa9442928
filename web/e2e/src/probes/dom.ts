/// Reaching into the page that holds the frame: its document, its globals, its other frames, its history.

import type { Probe } from "./types";

export const dom: readonly Probe[] = [
  { name: "reads the page's document", seen: "loot", attack: () => parent.document.body.textContent },
  {
    name: "writes into the page's document",
    seen: "page",
    attack: ({ mark }) => {
      parent.document.body.append(mark);
    },
  },
  { name: "reads the page's address with its fragment", seen: "loot", attack: () => top?.location.href },
  {
    name: "takes the sandbox off its own frame",
    seen: "loot",
    attack: () => {
      const frame = window.frameElement;
      frame?.removeAttribute("sandbox");
      return frame?.outerHTML;
    },
  },
  {
    name: "runs code in the page",
    seen: "page",
    attack: ({ mark }) => {
      (parent as unknown as { eval(code: string): void }).eval(`document.body.append("${mark}")`);
    },
  },
  {
    name: "plants a function in the page's globals",
    seen: "loot",
    attack: ({ mark }) => {
      const globals = parent as unknown as Record<string, unknown>;
      // Not JSON, which WebKit's driver needs there to answer.
      globals.atob = { mark };
      return globals.atob !== undefined;
    },
  },
  {
    name: "reads another output's document",
    seen: "loot",
    attack: () => {
      for (let index = 0; index < parent.frames.length; index += 1) {
        const other = parent.frames[index];
        if (other !== undefined && other !== window) {
          return other.document.body.textContent;
        }
      }
      return null;
    },
  },
  {
    name: "reads where another output is",
    seen: "loot",
    attack: () => {
      const frames = top?.frames;
      for (let index = 0; index < (frames?.length ?? 0); index += 1) {
        const other = frames?.[index];
        if (other !== undefined && other !== window) {
          return other.location.href;
        }
      }
      return null;
    },
  },
  {
    name: "takes a function from another output",
    seen: "loot",
    attack: () => {
      for (let index = 0; index < parent.frames.length; index += 1) {
        const other = parent.frames[index] as unknown as typeof globalThis;
        if ((other as unknown) !== window) {
          return other.Function.name;
        }
      }
      return null;
    },
  },
  {
    name: "runs a script of an SVG in the page",
    seen: "page",
    attack: ({ mark }) => {
      const holder = document.createElement("div");
      holder.innerHTML = `<svg><animate onbegin="parent.document.body.append('${mark}')" attributeName="x" dur="1s"/></svg>`;
      document.body.append(holder);
    },
  },
  {
    name: "runs a handler of broken markup in the page",
    seen: "page",
    attack: ({ mark }) => {
      const holder = document.createElement("div");
      holder.innerHTML = `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=0&gt;"><img src=x: onerror="parent.document.body.append('${mark}')">`;
      document.body.append(holder);
    },
  },
  {
    name: "finds the bridge of a desktop window",
    seen: "loot",
    attack: () => {
      const names = ["__TAURI__", "__TAURI_INTERNALS__", "pywebview", "qt", "ipc", "jsBridge", "webui", "electron"];
      return names.find((name) => name in window);
    },
  },
  {
    name: "finds an element of the page by named access",
    seen: "loot",
    attack: () => {
      const named = parent as unknown as Record<string, { tagName?: string } | undefined>;
      return named.root?.tagName;
    },
  },
  {
    name: "restyles the page",
    seen: "page",
    attack: () => {
      const sheet = new (parent as unknown as { CSSStyleSheet: typeof CSSStyleSheet }).CSSStyleSheet();
      sheet.replaceSync("body { visibility: hidden }");
      parent.document.adoptedStyleSheets = [sheet];
      parent.document.body.classList.add("restyled");
    },
  },
  {
    name: "opens the page's document anew",
    seen: "page",
    attack: () => {
      parent.document.open();
      parent.document.write("<title>mine</title>");
      parent.document.close();
    },
  },
  {
    name: "opens its own document anew and reaches out of that",
    seen: "loot",
    attack: () => {
      document.open();
      document.write(
        "<script>window.loot = (() => { try { return parent.document.title } catch { return '' } })()</script>",
      );
      document.close();
      return (window as unknown as { loot?: string }).loot;
    },
  },
  {
    name: "adds an entry to the page's history",
    seen: "page",
    attack: ({ mark }) => {
      parent.history.pushState(null, "", `#${mark}`);
    },
  },
  {
    name: "sends a key to the page's shortcuts",
    seen: "page",
    attack: () => {
      const event = new KeyboardEvent("keydown", { key: "Enter", shiftKey: true, bubbles: true, cancelable: true });
      parent.document.body.dispatchEvent(event);
      parent.document.body.dataset.key = "sent";
    },
  },
  {
    name: "clicks a button of the page",
    seen: "page",
    attack: () => {
      parent.document.querySelectorAll("button")[0]?.click();
      parent.document.body.dataset.clicked = "yes";
    },
  },
  {
    name: "takes a file from the page's origin",
    seen: "loot",
    attack: async () => {
      const answer = await fetch(`${top?.location.origin}/`);
      return answer.text();
    },
  },
];
