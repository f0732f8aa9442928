/// Widgets that their kernel changes as fast as it can. What is asserted is counted: messages that reach the page and
/// the frame, against the time that the flood lasted. How long the page's tasks were is told and not judged here; the
/// benchmark `widgets` does.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { inOneBrowser } from "../stage";
import { WidgetFrame } from "./frame";

/// As the runtime tells and the gate passes on, with room for what is told out of turn.
const TOLD_A_SECOND = 60;
const SLACK = 30;
const MIB = 1024 * 1024;

interface Watch {
  began: number;
  messages: number;
  changed: number;
  tasks: number[];
}

/// Counts from now on what comes in over the page's WebSocket and what goes to its frames.
async function watch(notebook: NotebookPage): Promise<void> {
  await notebook.page.evaluate(() => {
    const found: Watch = { began: performance.now(), messages: 0, changed: 0, tasks: [] };
    (window as unknown as { watched: Watch }).watched = found;
    const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data")?.get;
    const seen = new WeakSet<MessageEvent>();
    Object.defineProperty(MessageEvent.prototype, "data", {
      get(this: MessageEvent) {
        if (this.target instanceof WebSocket && !seen.has(this)) {
          seen.add(this);
          found.messages += 1;
        }
        return data?.call(this);
      },
    });
    const post = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (this: MessagePort, message: { method?: string }, ...rest: never[]) {
      if (message?.method === "changed") found.changed += 1;
      return (post as (...all: unknown[]) => void).call(this, message, ...rest);
    } as typeof post;
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) found.tasks.push(Math.round(one.duration));
    }).observe({ type: "longtask" });
  });
}

function watched(notebook: NotebookPage): Promise<Watch & { seconds: number }> {
  return notebook.page.evaluate(() => {
    const { watched } = window as unknown as { watched: Watch };
    return { ...watched, seconds: (performance.now() - watched.began) / 1000 };
  });
}

function told(name: string, what: object): void {
  if (process.env.HOOD_TIMES === undefined) return;
  mkdirSync(process.env.HOOD_TIMES, { recursive: true });
  writeFileSync(join(process.env.HOOD_TIMES, `${name}.json`), JSON.stringify(what));
}

const FLOOD = `
import threading, time
stop = False
def flood():
    number, began = 0, time.monotonic()
    while not stop:
        for _ in range(100):
            number += 1
            change(number)
        time.sleep(max(0, number / RATE - (time.monotonic() - began)))
thread = threading.Thread(target=flood)
thread.start()
`;
const STOP = "stop = True\nthread.join()\nprint('last', last())";

inOneBrowser("floods of widgets", (stage) => {
  test("ten thousand changes a second reach the page and the frame as the eye sees them, others run, and the last one stands", async () => {
    const cells = [
      "import ipywidgets as w\ns, l = w.IntSlider(max=10**9, description='Flooded'), w.Label('-')\ndisplay(s, l)",
      [
        "def change(number): s.value = number; l.value = f'at {number}'",
        "def last(): return s.value",
        "RATE = 5_000",
        FLOOD,
      ].join("\n"),
      "print('another', 6 * 7)",
      STOP,
      "",
    ];
    const path = stage.world.notebook("flood.ipynb", cells);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "Flooded");
    await watch(notebook);
    await notebook.run("cell-1");
    await frame.says("at ", "#outputs");
    await notebook.run("cell-2");
    await notebook.says("cell-2", "another 42");
    await notebook.write("cell-4", "typed meanwhile");
    expect(await notebook.source("cell-4")).toBe("typed meanwhile");
    await notebook.run("cell-3");
    await notebook.says("cell-3", "last ");
    const last = Number(/last (\d+)/.exec(await notebook.output("cell-3"))?.[1]);
    await frame.says(`at ${last}`);
    const { seconds, messages, changed, tasks } = await watched(notebook);
    expect(last).toBeGreaterThan(1000);
    // Besides the widgets, the page hears of what was typed and run.
    expect(messages).toBeLessThan(seconds * TOLD_A_SECOND + 100 + SLACK);
    // One message for each of the two models.
    expect(changed).toBeLessThan(2 * (seconds * TOLD_A_SECOND + SLACK));
    told("flood", { sent: 2 * last, seconds, messages, changed, tasks });
  });

  test("messages of a widget's own without end: every one arrives, in order, many at a time, and the page can be typed in", async () => {
    const path = stage.world.notebook("messages.ipynb", [
      COUNTS,
      ["def change(number): it.send(number)", "RATE = 10_000", FLOOD].join("\n"),
      STOP.replace("thread.join()", "thread.join(); it.send('end')").replace("last()", "'sent'"),
      "",
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "heard");
    await watch(notebook);
    await notebook.run("cell-1");
    await frame.says("heard 1");
    await notebook.write("cell-3", "typed meanwhile");
    expect(await notebook.source("cell-3")).toBe("typed meanwhile");
    await notebook.run("cell-2");
    await notebook.says("cell-2", "last sent");
    await frame.says("to the end");
    expect(await frame.text()).toContain("in order to the end");
    const heard = Number(/heard (\d+)/.exec(await frame.text())?.[1]);
    const { seconds, messages, tasks } = await watched(notebook);
    expect(heard).toBeGreaterThan(1000);
    // A moment's come in a few pieces; besides them, the page hears of what was typed and run.
    expect(messages).toBeLessThan(4 * seconds * TOLD_A_SECOND + 100 + SLACK);
    told("messages", { sent: heard, seconds, messages, tasks });
  });

  test("a megabyte a hundred times a second: what is replaced before it is shown is never fetched, the last one is", async () => {
    const path = stage.world.notebook("binary.ipynb", [
      BINARY,
      // No more than is heard in the end also where the machine is too slow for so much at once.
      ["def change(number): it.data = number.to_bytes(4, 'big') + MEGA", "RATE = 100", FLOOD]
        .join("\n")
        .replace("while not stop", "while not stop and number < 400"),
      "time.sleep(1)\nprint('a second')",
      // However long a slow machine takes for more than a hundred.
      `def last(): return int.from_bytes(it.data[:4], 'big')\nwhile last() < 150: time.sleep(0.02)\n${STOP}`,
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "number");
    const { pid } = await stage.world.status();
    const before = resident(pid);
    await watch(notebook);
    await notebook.run("cell-1");
    await notebook.run("cell-2");
    await notebook.says("cell-2", "a second");
    const most = resident(pid) - before;
    await notebook.run("cell-3");
    await notebook.says("cell-3", "last ");
    const last = Number(/last (\d+)/.exec(await notebook.output("cell-3"))?.[1]);
    await frame.says(`number ${last}.`);
    const { seconds, messages, tasks } = await watched(notebook);
    const shown = await frame.evaluate(() => (window as unknown as { shown: number }).shown);
    expect(last).toBeGreaterThan(100);
    // The blobs of a kernel that are kept are 128 MiB at most, and once more what is on its way.
    expect(most).toBeLessThan(256 * MIB);
    expect(shown).toBeLessThan(seconds * TOLD_A_SECOND);
    expect(await frame.text()).not.toContain("not here");
    told("binary", { sent: last, seconds, messages, shown, tasks, most: Math.round(most / MIB) });
  });
});

function resident(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
  return pages * 4096;
}

const BINARY = `
import anywidget, traitlets
MEGA = bytes(1_000_000)
class It(anywidget.AnyWidget):
    _esm = """
    export default {
      render({ model, el }) {
        const line = document.createElement("p");
        el.append(line);
        window.shown = 0;
        const draw = () => {
          window.shown += 1;
          const data = model.get("data");
          line.textContent = data.byteLength < 4 ? "number none" : "number " + data.getUint32(0) + ".";
        };
        model.on("change:data", draw);
        draw();
      },
    };
    """
    data = traitlets.Any(b"").tag(sync=True)
it = It()
it
`;

const COUNTS = `
import anywidget
class It(anywidget.AnyWidget):
    _esm = """
    export default {
      render({ model, el }) {
        const line = document.createElement("p");
        el.append(line);
        let [heard, missed] = [0, 0];
        const say = (end) => { line.textContent = "heard " + heard + (missed ? ", missed some" : " in order") + end; };
        model.on("msg:custom", (content) => {
          if (content === "end") return say(" to the end");
          if (content !== heard + 1) missed += 1;
          heard = content;
          say("");
        });
        say("");
      },
    };
    """
it = It()
it
`;
