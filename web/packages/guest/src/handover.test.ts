import { HANDOVER } from "@fumehood/bridge";
import { describe, expect, it } from "vitest";
import { receivePort } from "./handover.js";

type Listener = (event: { source: unknown; data: unknown; ports: readonly unknown[] }) => void;

function frame() {
  const parent = {};
  let listener: Listener | null = null;
  const self = {
    parent,
    addEventListener: (_: string, take: Listener) => {
      listener = take;
    },
    removeEventListener: (_: string, take: Listener) => {
      if (listener === take) listener = null;
    },
  };
  return {
    self: self as unknown as Window,
    parent,
    listens: () => listener !== null,
    offer: (source: unknown, data: unknown, ports: readonly unknown[]) => listener?.({ source, data, ports }),
  };
}

describe("the port", () => {
  it("is taken from the page above, and nobody is heard afterwards", async () => {
    const { self, parent, listens, offer } = frame();
    const port = {};
    const received = receivePort(self);
    offer(parent, HANDOVER, [port]);
    expect(await received).toBe(port);
    expect(listens()).toBe(false);
  });

  it("is not taken from another window, without a port, with two, or with other words", () => {
    const { self, parent, listens, offer } = frame();
    void receivePort(self);
    offer({}, HANDOVER, [{}]);
    offer(null, HANDOVER, [{}]);
    offer(self, HANDOVER, [{}]);
    offer(parent, HANDOVER, []);
    offer(parent, HANDOVER, [{}, {}]);
    offer(parent, { ...HANDOVER, version: 99 }, [{}]);
    offer(parent, "port", [{}]);
    expect(listens()).toBe(true);
  });

  it("is not taken where there is no page above", () => {
    const { self, listens, offer } = frame();
    Object.assign(self, { parent: self });
    void receivePort(self);
    offer(self, HANDOVER, [{}]);
    expect(listens()).toBe(true);
  });
});
