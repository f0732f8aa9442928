/// Speaking to a widget that another output shows, over one's own port: the page must not carry it there.

import type { Probe } from "./types";

export const widgets: readonly Probe[] = [
  {
    name: "writes into a widget of another output",
    seen: "other",
    port: true,
    attack: ({ mark, victim }) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      stolen.postMessage({
        jsonrpc: "2.0",
        method: "set",
        params: { id: victim, state: { value: mark }, buffers: [] },
      });
    },
  },
  {
    name: "sends a widget of another output a message",
    seen: "other",
    port: true,
    attack: ({ mark, victim }) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      const params = { id: victim, content: { value: mark }, buffers: [] };
      stolen.postMessage({ jsonrpc: "2.0", method: "tell", params });
    },
  },
];
