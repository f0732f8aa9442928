/// The gatekeeper over a document as the daemon writes it, a kernel in the test's hands, and a frame that asks for
/// whatever it likes.

import { Document, Kind } from "@fumehood/protocol";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { EACH, Gate, MOMENT } from "./gate.js";
import type { Said } from "./kernel.js";
import { Models } from "./models.js";
import { CHARS, MESSAGES, Unheard } from "./unheard.js";

const ROOM = "0".repeat(32);

class Stage {
  readonly daemon = new Y.Doc({ gc: true });
  readonly models = new Models();
  readonly sent: (readonly [string, unknown])[] = [];
  readonly refused: string[] = [];
  readonly updates: { model: string; said: Said; done: (heard: boolean) => void }[] = [];
  readonly messages: unknown[] = [];
  readonly unheard = new Unheard();
  readonly gate: Gate;
  now = 1000;
  #later: { at: number; run: () => void }[] = [];

  constructor() {
    this.models.ask();
    this.daemon.on("update", (payload: Uint8Array) =>
      this.models.framed({ room: ROOM, document: Document.WIDGETS, kind: Kind.UPDATE, payload }),
    );
    this.gate = new Gate({
      models: this.models,
      kernel: {
        update: (model, said) =>
          new Promise((resolve, reject) =>
            this.updates.push({ model, said, done: (heard) => (heard ? resolve() : reject(new Error("gone"))) }),
          ),
        message: (...message) => void this.messages.push(message),
      },
      end: {
        notify: (method: string, params: unknown) => {
          this.sent.push([method, params]);
          return true;
        },
      } as never,
      refused: (why) => this.refused.push(why),
      unheard: (model) => this.unheard.take(model),
      now: () => this.now,
      later: (run, ms) => {
        const one = { at: this.now + ms, run };
        this.#later.push(one);
        return () => {
          this.#later = this.#later.filter((other) => other !== one);
        };
      },
    });
  }

  sync(): void {
    const payload = Y.encodeStateAsUpdate(this.daemon);
    this.models.framed({ room: ROOM, document: Document.WIDGETS, kind: Kind.STEP2, payload });
  }

  pass(ms: number): void {
    this.now += ms;
    const due = this.#later.filter(({ at }) => at <= this.now);
    this.#later = this.#later.filter(({ at }) => at > this.now);
    for (const { run } of due) run();
  }

  put(id: string, state: Readonly<Record<string, unknown>>): void {
    const model = new Y.Map<unknown>();
    const values = new Y.Map<unknown>(Object.entries(state));
    for (const [key, value] of [
      ["target", "jupyter.widget"],
      ["state", values],
      ["buffers", new Y.Map()],
    ] as const)
      model.set(key, value);
    this.daemon.getMap("models").set(id, model);
  }

  write(id: string, trait: string, value: unknown): void {
    const model = this.daemon.getMap("models").get(id) as Y.Map<unknown>;
    (model.get("state") as Y.Map<unknown>).set(trait, value);
  }

  said(method: string): unknown[] {
    return this.sent.filter(([name]) => name === method).map(([, params]) => params);
  }

  seen(): string[] {
    return this.said("models").flatMap((params) => (params as { models: { id: string }[] }).models.map(({ id }) => id));
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const said = (state: Readonly<Record<string, unknown>>): Said => ({ state, buffers: [] });

function stage(): Stage {
  const made = new Stage();
  made.put("box", { children: ["IPY_MODEL_slider", "IPY_MODEL_nowhere"], layout: "IPY_MODEL_layout" });
  made.put("slider", { value: 1, layout: "IPY_MODEL_layout" });
  made.put("layout", {});
  made.put("secret", { value: "of another cell" });
  made.sync();
  return made;
}

describe("what a frame sees", () => {
  it("is what its outputs display and what these name, and nothing else", () => {
    const made = stage();
    made.gate.show(["box"]);
    expect(made.seen().sort()).toEqual(["box", "layout", "slider"]);
    made.write("secret", "value", 2);
    made.pass(MOMENT);
    expect(JSON.stringify(made.sent)).not.toContain("secret");
  });

  it("is told first what a widget's kernel said before a frame showed it, once, and nobody else's", () => {
    const made = stage();
    for (const n of [1, 2]) made.unheard.add("slider", { content: n, buffers: [] });
    made.unheard.add("secret", { content: "of another cell", buffers: [] });
    expect(made.gate.told("slider", 0, [])).toBe(false);
    made.gate.show(["box"]);
    expect(made.sent.map(([method]) => method)).toEqual(["models", "told", "told"]);
    expect(made.said("told")).toEqual([1, 2].map((content) => ({ id: "slider", content, buffers: [] })));
    expect(made.gate.told("slider", 3, [])).toBe(true);
    made.gate.show(["box"]);
    expect(made.said("told")).toHaveLength(3);
    expect(made.unheard.take("secret")).toHaveLength(1);
  });

  it("misses what is more than is kept", () => {
    const waiting = new Unheard();
    waiting.add("a", { content: "", buffers: ["x".repeat(CHARS)] });
    for (let n = 0; n < 2 * MESSAGES; n++) waiting.add("b", { content: n, buffers: [] });
    expect([waiting.take("a").length, waiting.take("b").length]).toEqual([0, MESSAGES]);
    waiting.add("c", { content: 1, buffers: ["x".repeat(CHARS / 2)] });
    expect(waiting.take("c")).toHaveLength(1);
  });

  it("grows with what the kernel puts into its box, and shrinks with it", () => {
    const made = stage();
    made.gate.show(["box"]);
    made.put("other", { value: 5 });
    made.write("box", "children", ["IPY_MODEL_other"]);
    expect(made.seen()).toContain("other");
    made.gate.set("slider", said({ value: 3 }));
    expect(made.refused).toEqual(["widget of another output"]);
  });

  it("has the links that begin at one of its widgets, and the other end", () => {
    const made = stage();
    const link = { _model_module: "@jupyter-widgets/controls", target: ["IPY_MODEL_far", "value"] };
    made.put("far", { value: 0 });
    made.put("link", { ...link, _model_name: "DirectionalLinkModel", source: ["IPY_MODEL_slider", "value"] });
    made.put("back", { ...link, _model_name: "DirectionalLinkModel", source: ["IPY_MODEL_secret", "value"] });
    made.gate.show(["slider"]);
    expect(made.seen().sort()).toEqual(["far", "layout", "link", "slider"]);
  });

  it("has the widgets that an Output widget caught", () => {
    const made = stage();
    const view = { model_id: "slider" };
    const outputs = [{ output_type: "display_data", data: { "application/vnd.jupyter.widget-view+json": view } }];
    made.put("out", { outputs });
    made.gate.show(["out"]);
    expect(made.seen()).toContain("slider");
  });

  it("is told what nobody has, but not before the daemon has said what there is", () => {
    const early = new Stage();
    early.gate.show(["box"]);
    expect(early.sent).toEqual([]);
    early.sync();
    expect(early.said("models")).toEqual([{ models: [], missing: ["box"] }]);
    early.put("box", { value: 1 });
    expect(early.seen()).toEqual(["box"]);
  });

  it("has no names that reach a prototype", () => {
    const made = stage();
    made.put("odd", JSON.parse('{"value": [{"__proto__": {"polluted": 1}, "constructor": 2, "kept": 3}]}'));
    made.gate.show(["odd"]);
    expect(made.said("models")).toEqual([
      { models: [{ id: "odd", state: { value: [{ kept: 3 }] }, buffers: [] }], missing: [] },
    ]);
  });
});

describe("what a frame writes", () => {
  it("is refused for a widget of another cell, counted, and answered as if it were done", () => {
    const made = stage();
    made.gate.show(["box"]);
    made.gate.set("secret", said({ value: 1 }));
    made.gate.tell("secret", { event: "click" }, []);
    made.gate.set("never", said({ value: 1 }));
    expect(made.updates).toEqual([]);
    expect(made.messages).toEqual([]);
    expect(made.refused).toEqual(Array(3).fill("widget of another output"));
    expect(made.said("taken")).toEqual([{ id: "secret" }, { id: "never" }]);
  });

  it("may not name a widget of another cell, wherever the name stands", () => {
    const made = stage();
    made.gate.show(["box"]);
    const view = { "application/vnd.jupyter.widget-view+json": '{"model_id": "secret"}' };
    for (const value of [
      "IPY_MODEL_secret",
      ["anywidget:secret"],
      { a: [{ b: "IPY_MODEL_secret" }] },
      [{ data: view }],
    ])
      made.gate.set("box", said({ children: value }));
    made.gate.tell("box", { child: "IPY_MODEL_secret" }, []);
    expect(made.updates).toEqual([]);
    expect(made.refused).toEqual(Array(5).fill("names a widget of another output"));
    made.gate.set("box", said({ children: ["IPY_MODEL_slider"] }));
    expect(made.updates).toHaveLength(1);
  });

  it("is sent one at a time, and of what comes meanwhile the latest counts", async () => {
    const made = stage();
    made.gate.show(["slider"]);
    for (let value = 2; value <= 100; value++) made.gate.set("slider", said({ value }));
    made.gate.set("slider", said({ other: 1 }));
    expect(made.updates.map((one) => one.said.state)).toEqual([{ value: 2 }]);
    made.updates[0]?.done(true);
    await turn();
    expect(made.updates.map((one) => one.said.state)).toEqual([{ value: 2 }, { value: 100, other: 1 }]);
    expect(made.said("taken")).toEqual([]);
    made.updates[1]?.done(true);
    await turn();
    expect(made.said("taken")).toEqual([{ id: "slider" }]);
  });
});

describe("what the kernel says", () => {
  it("comes at once, and a flood of it as the eye can see", () => {
    const made = stage();
    made.gate.show(["slider"]);
    made.write("slider", "value", 2);
    expect(made.said("changed")).toEqual([{ id: "slider", state: { value: 2 }, buffers: [], gone: [] }]);
    for (let value = 3; value < 1000; value++) made.write("slider", "value", value);
    expect(made.said("changed")).toHaveLength(1);
    made.pass(MOMENT);
    expect(made.said("changed")).toHaveLength(2);
    expect(made.said("changed")[1]).toMatchObject({ state: { value: 999 } });
  });

  it("does not move a slider under the hand, and wins when the kernel has seen the hand", async () => {
    const made = stage();
    made.gate.show(["slider"]);
    made.gate.set("slider", said({ value: 7 }));
    made.write("slider", "value", 3);
    made.write("slider", "max", 50);
    made.pass(MOMENT);
    expect(made.said("changed")).toEqual([{ id: "slider", state: { max: 50 }, buffers: [], gone: [] }]);
    made.write("slider", "value", 6);
    made.updates[0]?.done(true);
    await turn();
    expect(made.said("changed")[1]).toMatchObject({ state: { value: 6 } });
    expect(made.sent[made.sent.length - 1]).toEqual(["taken", { id: "slider" }]);
  });

  it("is not said to the frame again where it is the frame's own word", async () => {
    const made = stage();
    made.gate.show(["slider"]);
    made.gate.set("slider", said({ value: 7 }));
    made.write("slider", "value", 7);
    made.updates[0]?.done(true);
    await turn();
    expect(made.said("changed")).toEqual([]);
    expect(made.said("taken")).toHaveLength(1);
  });

  it("does not undo what a person moved in a picture without a kernel", async () => {
    const made = stage();
    made.gate.show(["slider"]);
    made.gate.set("slider", said({ value: 7 }));
    made.updates[0]?.done(false);
    await turn();
    expect(made.said("changed")).toEqual([]);
    expect(made.said("taken")).toEqual([{ id: "slider" }]);
  });

  it("is the last that a model's kernel said once that has ended, and what the frame says is heard by nobody", () => {
    const made = stage();
    made.gate.show(["slider"]);
    (made.daemon.getMap("models").get("slider") as Y.Map<unknown>).set("ended", true);
    (made.daemon.getMap("models").get("secret") as Y.Map<unknown>).set("ended", true);
    expect(made.said("ended")).toEqual([{ ids: ["slider"] }]);
    made.gate.set("slider", said({ value: 7 }));
    made.gate.tell("slider", "hello", []);
    expect(made.said("taken")).toEqual([{ id: "slider" }]);
    expect(made.updates).toEqual([]);
    expect(made.messages).toEqual([]);
    expect(made.refused).toEqual([]);
    made.gate.show(["slider", "secret"]);
    expect(made.said("ended")[1]).toEqual({ ids: ["secret"] });
  });

  it("closes what it closes", () => {
    const made = stage();
    made.gate.show(["slider"]);
    made.daemon.getMap("models").delete("slider");
    expect(made.said("closed")).toEqual([{ ids: ["slider"] }]);
  });

  it("reaches the frame anew from a daemon that was started anew", () => {
    const made = stage();
    made.gate.show(["slider"]);
    const other = new Stage();
    other.put("slider", { value: 8 });
    made.models.ask();
    const payload = Y.encodeStateAsUpdate(other.daemon);
    made.models.framed({ room: ROOM, document: Document.WIDGETS, kind: Kind.STEP2, payload });
    made.pass(MOMENT);
    expect(made.said("changed").pop()).toMatchObject({ id: "slider", state: { value: 8 } });
  });

  it("reaches the frame from a document that was made anew without being asked for, as far as it differs", () => {
    const made = stage();
    made.gate.show(["box"]);
    const other = new Stage();
    for (const [id, state] of [
      ["box", { children: ["IPY_MODEL_slider", "IPY_MODEL_nowhere"], layout: "IPY_MODEL_layout" }],
      ["slider", { value: 9, layout: "IPY_MODEL_layout" }],
      ["layout", {}],
    ] as const)
      other.put(id, state);
    made.models.framed({
      room: ROOM,
      document: Document.WIDGETS,
      kind: Kind.STEP2,
      payload: Y.encodeStateAsUpdate(other.daemon),
    });
    made.pass(MOMENT);
    expect(made.said("changed")).toEqual([{ id: "slider", state: { value: 9 }, buffers: [], gone: [] }]);
    expect(made.said("closed")).toEqual([]);
  });

  it("is said of many models less often than of one", () => {
    const made = stage();
    const names = Array.from({ length: 50 }, (_, index) => `m${index}`);
    for (const name of names) made.put(name, { value: 0 });
    made.gate.show(names);
    const all = (value: number) => {
      for (const name of names) made.write(name, "value", value);
    };
    for (let value = 1; value <= 20; value++) {
      all(value);
      made.pass(MOMENT);
    }
    made.pass(EACH * names.length);
    const told = made.said("changed") as { id: string; state: { value: number } }[];
    expect(told.length).toBeLessThanOrEqual((20 * MOMENT + EACH * names.length) / EACH + 1 + names.length);
    expect(told.slice(-names.length).every(({ state }) => state.value === 20)).toBe(true);
  });
});
