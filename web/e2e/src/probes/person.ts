/// Troubling the person at the machine, or speaking in the page's name.

import type { EngineName } from "../drivers";
import type { Probe } from "./types";

/// Its WebDriver waits for ever beside an open dialog.
const DIALOGS: readonly EngineName[] = ["webkit"];

export const person: readonly Probe[] = [
  { name: "shows an alert", seen: "dialog", tame: DIALOGS, attack: () => void setTimeout(() => alert("probe"), 0) },
  {
    name: "asks for a confirmation",
    seen: "dialog",
    tame: DIALOGS,
    attack: () => void setTimeout(() => confirm("probe"), 0),
  },
  {
    name: "asks for a text",
    seen: "dialog",
    tame: DIALOGS,
    attack: () => void setTimeout(() => prompt("your password"), 0),
  },
  {
    name: "goes to full screen",
    seen: "loot",
    tame: ["firefox", "webkit"],
    attack: async () => {
      await document.documentElement.requestFullscreen();
      return document.fullscreenElement?.tagName;
    },
  },
  {
    name: "gives the page an order by a window message",
    seen: "page",
    attack: ({ mark }) => {
      parent.postMessage({ jsonrpc: "2.0", id: 1, method: "execute", params: { cell: mark, code: mark } }, "*");
    },
  },
  {
    name: "gives the page an order over a port of its own",
    seen: "page",
    attack: ({ mark }) => {
      const { port1, port2 } = new MessageChannel();
      parent.postMessage({ fumehood: "port", version: 1 }, "*", [port2]);
      port1.postMessage({ jsonrpc: "2.0", id: 1, method: "execute", params: { cell: mark, code: mark } });
    },
  },
  {
    name: "says that it is a million pixels high by a window message",
    seen: "page",
    attack: () => {
      parent.postMessage({ jsonrpc: "2.0", method: "resized", params: { height: 1_000_000 } }, "*");
    },
  },
  {
    name: "takes the keys while the person types into the page",
    seen: "loot",
    keys: ["a", "b", "c", "d"],
    attack: () => {
      const field = document.createElement("input");
      field.id = "thief";
      document.body.append(field);
      const timer = setInterval(() => {
        window.focus();
        field.focus();
      }, 5);
      setTimeout(() => clearInterval(timer), 3_000);
    },
    loot: () => document.querySelector<HTMLInputElement>("#thief")?.value,
  },
  {
    name: "scrolls the page under the person's hands",
    seen: "page",
    limit: {
      change: "page scrolled",
      why: "an engine lets a frame scroll itself into view through the pages around it",
    },
    attack: () => {
      const far = document.createElement("div");
      far.style.cssText = "position: absolute; top: 3000px";
      far.textContent = "far";
      document.body.append(far);
      far.scrollIntoView();
    },
  },
];
