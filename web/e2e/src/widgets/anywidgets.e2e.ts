import { join } from "node:path";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { NOTEBOOKS } from "../world";
import { WidgetFrame } from "./frame";

inOneBrowser("anywidgets", (stage) => {
  const open = (cells: readonly string[]) =>
    NotebookPage.open(stage.world, stage.browser, stage.world.notebook("any.ipynb", cells));

  test("a saved one is alive without a kernel", async () => {
    const path = stage.world.copy(join(NOTEBOOKS, "anywidget-counter.ipynb"));
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.page.tab.wheel(600, 500, 1500);
    const frame = await notebook.guest("count is");
    const before = await frame.evaluate(() => document.querySelector(".counter-button")?.textContent ?? "");
    await frame.evaluate(() => document.querySelector<HTMLElement>(".counter-button")?.click());
    const after = await frame.evaluate(() => document.querySelector(".counter-button")?.textContent ?? "");
    expect(after).not.toBe(before);
    expect(
      await frame.evaluate(
        () => getComputedStyle(document.querySelector(".counter-button") ?? document.body).backgroundImage,
      ),
    ).toContain("gradient");
    await notebook.page.shows("Not started");
  });

  test("state, binary values, messages both ways and invoke reach Python", async () => {
    const notebook = await open([ANY, "print(it.count, len(it.raw), bytes(it.raw[:3]))"]);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "count 1");
    await frame.says("raw 100000");
    await frame.click("button");
    await frame.says("count 2");
    await frame.says("told 3");
    await frame.says("invoked 7");
    await until("Python has it", async () => {
      await notebook.run("cell-1");
      await notebook.finished("cell-1");
      return (await notebook.output("cell-1")).includes("2 70000 b'\\x05\\x05\\x05'");
    });
  });

  test("a hostile one reaches no widget of another cell, and one that floods is stopped", async () => {
    const notebook = await open([VICTIM, HOSTILE, "print('victim is', victim.value, h.child)"]);
    await notebook.run("cell-0");
    await WidgetFrame.of(notebook, "cell-0", "Victim");
    await notebook.run("cell-1");
    const frame = await WidgetFrame.of(notebook, "cell-1", "tried");
    expect(await frame.text("#seen")).not.toContain("Victim");
    await notebook.run("cell-2");
    await notebook.says("cell-2", "victim is 7 None");
    expect(await notebook.page.evaluate(() => "polluted" in {})).toBe(false);
    await frame.evaluate(() => (window as unknown as { flood: () => void }).flood());
    await notebook.page.shows("This output sent what it may not send and was stopped.");
  });
});

const ANY = `
import anywidget, traitlets
class It(anywidget.AnyWidget):
    _esm = """
    export default {
      initialize({ model, signal }) { model.set("ready", signal instanceof AbortSignal); },
      async render({ model, el, experimental, signal }) {
        const line = (text) => { const p = document.createElement("p"); p.textContent = text; el.append(p); };
        const button = document.createElement("button");
        button.textContent = "go";
        el.append(button);
        line("count " + model.get("count"));
        line("raw " + model.get("raw").byteLength);
        model.on("change:count", () => line("count " + model.get("count")));
        model.on("msg:custom", (content, buffers) => { if (content.told) line("told " + buffers[0].byteLength); });
        button.addEventListener("click", async () => {
          model.set("count", model.get("count") + 1);
          model.set("raw", new DataView(new Uint8Array(70000).fill(5).buffer));
          model.save_changes();
          model.send({ hello: 1 }, undefined, [new Uint8Array([1, 2, 3]).buffer]);
          const [answer] = await experimental.invoke("add", 5, { signal: AbortSignal.timeout(30000) });
          line("invoked " + answer);
        });
      },
    };
    """
    count = traitlets.Int(1).tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)
    raw = traitlets.Any(bytes(100000)).tag(sync=True)
    @anywidget.experimental.command
    def add(self, msg, buffers):
        return msg + 2, []
it = It()
it.on_msg(lambda widget, content, buffers: content.get("hello") and widget.send({"told": 1}, [bytes(buffers[0])]))
it
`;

const VICTIM = `
import ipywidgets as w
victim = w.IntSlider(value=7, description="Victim")
victim
`;

const HOSTILE = `
import anywidget, traitlets
class Hostile(anywidget.AnyWidget):
    _esm = """
    export default {
      async render({ model, el }) {
        const line = (id, text) => {
          const made = document.createElement("pre");
          made.id = id;
          made.textContent = text;
          el.append(made);
        };
        const guess = model.get("guess");
        const models = await Promise.all(Object.values(model.widget_manager._models));
        line("seen", models.map((one) => one.get("description") + one.model_id).join());
        const own = models.find((one) => one.get("_esm"));
        const send = (id, data) => {
          own.comm.comm_id = id;
          own.comm.send(data);
        };
        for (let round = 0; round < 20; round++) {
          send(guess, { method: "update", state: { value: 40 } });
          send(guess, { method: "custom", content: { event: "click" } });
        }
        send(own.model_id, { method: "update", state: { child: "IPY_MODEL_" + guess } });
        const poison = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
        send(own.model_id, { method: "custom", content: poison });
        line("done", "tried");
        window.flood = () => {
          for (let round = 0; round < 5000; round++) send(own.model_id, { method: "custom", content: round });
        };
      },
    };
    """
    guess = traitlets.Unicode().tag(sync=True)
    child = traitlets.Any(None).tag(sync=True)
h = Hostile(guess=victim.model_id)
h
`;
