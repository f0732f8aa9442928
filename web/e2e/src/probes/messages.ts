/// Speaking to the page over the port that it gave the frame, or over one that it did not give. The page has to bear
/// whatever comes: too much, too large, too deep, in somebody else's name, after its time.

import type { Probe } from "./types";

const STOPPED = "This output sent what it may not send and was stopped.";

export const messages: readonly Probe[] = [
  {
    name: "gives the page an order over its own port",
    seen: "page",
    port: true,
    attack: ({ mark }) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      stolen.postMessage({ jsonrpc: "2.0", id: 1, method: "execute", params: { cell: mark, code: mark } });
    },
  },
  {
    name: "says that it is a million pixels high over its own port",
    seen: "page",
    port: true,
    attack: () => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      stolen.postMessage({ jsonrpc: "2.0", method: "resized", params: { height: 1_000_000 } });
    },
  },
  {
    name: "floods the page with heights",
    seen: "page",
    port: true,
    says: STOPPED,
    attack: () => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      for (let index = 0; index < 60_000; index += 1) {
        stolen.postMessage({ jsonrpc: "2.0", method: "resized", params: { height: 100 + (index % 2) * 400 } });
      }
    },
  },
  {
    name: "floods the page with a hundred thousand messages",
    seen: "page",
    port: true,
    says: STOPPED,
    attack: () => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      for (let index = 0; index < 100_000; index += 1) {
        stolen.postMessage({ jsonrpc: "2.0", method: "nothing", params: { index } });
      }
    },
  },
  {
    name: "floods the page with window messages",
    seen: "page",
    attack: () => {
      for (let index = 0; index < 60_000; index += 1) {
        parent.postMessage({ jsonrpc: "2.0", method: "resized", params: { height: 100 } }, "*");
      }
    },
  },
  {
    name: "sends a message of a hundred megabytes",
    seen: "page",
    port: true,
    attack: ({ mark }) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      const code = `${"x".repeat(100_000_000)}${mark}`;
      stolen.postMessage({ jsonrpc: "2.0", method: "execute", params: { code } });
      stolen.postMessage({ jsonrpc: "2.0", method: "failed", params: { id: "0", message: code } });
    },
  },
  {
    name: "sends a message that holds itself",
    seen: "page",
    port: true,
    attack: () => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      const params: Record<string, unknown> = { height: 100 };
      params.self = params;
      for (const method of ["show", "resized", "set", "failed"]) {
        stolen.postMessage({ jsonrpc: "2.0", method, params });
      }
    },
  },
  {
    name: "sends a message that is a hundred thousand levels deep",
    seen: "page",
    port: true,
    // Its own engine refuses to make a copy of that.
    tame: ["firefox", "webkit"],
    attack: () => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      for (let depth = 1_000; depth < 100_000; depth = Math.round(depth * 1.3)) {
        let params: Record<string, unknown> = {};
        for (let level = 0; level < depth; level += 1) {
          params = { params };
        }
        for (const method of ["show", "resized", "failed"]) {
          try {
            stolen.postMessage({ jsonrpc: "2.0", method, params });
          } catch {
            // Too deep for this engine; a shallower one was sent.
          }
        }
      }
    },
  },
  {
    name: "pollutes the page's prototypes",
    seen: "page",
    port: true,
    attack: () => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      const params = JSON.parse(
        '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"height":100}',
      ) as unknown;
      for (const method of ["set", "resized", "__proto__", "constructor"]) {
        stolen.postMessage({ jsonrpc: "2.0", method, params });
      }
    },
  },
  {
    name: "guesses the ids of the page's questions",
    seen: "page",
    port: true,
    attack: ({ mark }) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      for (let id = 0; id < 100; id += 1) {
        stolen.postMessage({ jsonrpc: "2.0", id, result: { count: mark } });
      }
    },
  },
  {
    name: "brings the page ports of its own over its port",
    seen: "page",
    port: true,
    attack: ({ mark }) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      const post = stolen.postMessage as (message: unknown, ports: readonly MessagePort[]) => void;
      const { port1, port2 } = new MessageChannel();
      // In a page that obeys, what holds the port obeys too.
      post.call(stolen, { jsonrpc: "2.0", method: "execute", params: { code: mark } }, [port2]);
      port1.postMessage({ jsonrpc: "2.0", method: "execute", params: { code: mark } });
    },
  },
  {
    name: "gives another output a port of its own",
    seen: "loot",
    attack: () =>
      new Promise((resolve) => {
        const offer = () => {
          for (let index = 0; index < parent.frames.length; index += 1) {
            const other = parent.frames[index];
            if (other !== undefined && other !== window) {
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = (event) => resolve(JSON.stringify(event.data));
              other.postMessage({ fumehood: "port", version: 1 }, "*", [port2]);
            }
          }
        };
        // Also to frames that the page has made this moment, and that wait for theirs.
        const timer = setInterval(offer, 50);
        setTimeout(() => {
          clearInterval(timer);
          resolve(null);
        }, 1_500);
      }),
  },
  {
    name: "gives itself a second port",
    seen: "loot",
    attack: () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (event) => resolve(JSON.stringify(event.data));
        window.postMessage({ fumehood: "port", version: 1 }, "*", [port2]);
        setTimeout(() => resolve(null), 1_500);
      }),
  },
  {
    name: "gets another port after it was loaded anew",
    seen: "loot",
    says: "This output replaced its own page and was stopped.",
    attack: () =>
      new Promise((resolve) => {
        setTimeout(() => location.reload(), 50);
        setTimeout(resolve, 2_500);
      }),
    loot: () => (window as unknown as { port?: MessagePort }).port !== undefined,
  },
  {
    name: "leaves its port with another output before it goes",
    seen: "page",
    port: true,
    attack: ({ mark }) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      const order = { jsonrpc: "2.0", id: 1, method: "execute", params: { cell: mark, code: mark } };
      for (let index = 0; index < parent.frames.length; index += 1) {
        const other = parent.frames[index];
        if (other !== undefined && other !== window) {
          other.postMessage({ fumehood: "port", version: 1, order }, "*", [stolen]);
          break;
        }
      }
      setTimeout(() => location.replace("about:blank"), 100);
    },
  },
];
