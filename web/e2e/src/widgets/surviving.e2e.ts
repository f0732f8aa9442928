/// What becomes of live widgets when something ends around them: their kernel, a callback, the page, the daemon.

import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { WidgetFrame } from "./frame";

const GONE = "The kernel of this widget has ended.";

const slider = (...callback: readonly string[]) =>
  [
    "import ipywidgets as w, os, time",
    "s = w.IntSlider(value=0, max=10_000, description='Number')",
    "def seen(change):",
    ...callback.map((line) => `    ${line}`),
    "s.observe(seen, 'value')",
    "display(s)",
  ].join("\n");

inOneBrowser("live widgets", (stage) => {
  const open = async (cells: readonly string[]) => {
    const path = stage.world.notebook("living.ipynb", cells);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    return { notebook, frame: await WidgetFrame.of(notebook, "cell-0", "Number") };
  };
  /// As many steps as the eye sees frames; what the slider shows then.
  const drag = (frame: WidgetFrame, steps: number) =>
    frame.evaluate(async (count: number) => {
      for (let step = 0; step < count; step++) {
        const key = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true });
        document.querySelector(".noUi-handle")?.dispatchEvent(key);
        await new Promise((done) => setTimeout(done, 16));
      }
      return Number(document.querySelector(".widget-readout")?.textContent);
    }, steps);

  test("of a kernel that was restarted are grey, say so, and go when the cell is run again", async () => {
    const { notebook, frame } = await open([
      slider("print('python saw', change.new)"),
      "'alive'",
      "import ipywidgets as w; w.Text('new')",
    ]);
    await drag(frame, 3);
    await notebook.says("cell-0", "python saw 3");
    await notebook.select("cell-0");
    await notebook.page.press("0", "0");
    await notebook.page.click("button", "Restart");
    await frame.says(GONE);
    expect(await frame.count(".fh-ended[inert]")).toBe(1);
    // Code in the frame goes on moving it, and nobody is bothered.
    expect(await drag(frame, 50)).toBe(53);
    await notebook.run("cell-1");
    await notebook.says("cell-1", "'alive'");
    // Another widget of the new kernel: the old one stays to be looked at.
    await notebook.run("cell-2");
    await notebook.finished("cell-2");
    await frame.says(GONE);
    expect(await notebook.page.text()).not.toContain("Not shown");
    expect(await notebook.page.text()).not.toContain("was stopped");
    await notebook.run("cell-0");
    const again = await until("a new one", async () => {
      const found = await WidgetFrame.of(notebook, "cell-0", "Number");
      return (await found.count(".fh-ended")) === 0 && (await found.text()).includes("0") ? found : null;
    });
    await drag(again, 2);
    await notebook.says("cell-0", "python saw 2");
    expect(await again.text()).not.toContain(GONE);
  });

  test("hear the next thing after a callback was interrupted", async () => {
    const { notebook, frame } = await open([
      slider("print('python saw', change.new)", "while change.new == 1: time.sleep(0.02)"),
      "'free'",
    ]);
    await drag(frame, 1);
    await notebook.says("cell-0", "python saw 1");
    await notebook.run("cell-1");
    await drag(frame, 4);
    expect(await notebook.output("cell-1")).not.toContain("free");
    await notebook.page.click("button", "Interrupt the kernel");
    await notebook.says("cell-0", "python saw 5");
    await notebook.run("cell-1");
    await notebook.says("cell-1", "'free'");
  });

  test("are where they were after the page was loaded anew in the middle of a callback", async () => {
    const { notebook, frame } = await open([
      slider("print('python saw', change.new)", "while not os.path.exists('go'): time.sleep(0.02)"),
    ]);
    await drag(frame, 1);
    await notebook.says("cell-0", "python saw 1");
    await notebook.reload();
    const again = await WidgetFrame.of(notebook, "cell-0", "Number");
    await again.says("1", ".widget-readout");
    await drag(again, 3);
    stage.world.write("go", "");
    await notebook.says("cell-0", "python saw 4");
    await again.says("4", ".widget-readout");
  });

  test("agree with Python after the daemon was killed in the middle of a drag", async () => {
    const { notebook, frame } = await open([slider("pass"), "print('it is', s.value)"]);
    const dragged = drag(frame, 150);
    await until("the drag is on its way", async () => Number(await frame.text(".widget-readout")) > 20);
    await stage.world.killDaemon();
    const last = await dragged;
    expect(last).toBe(150);
    await until("Python has the last value", async () => {
      await notebook.run("cell-1");
      await notebook.finished("cell-1");
      return (await notebook.output("cell-1")).includes(`it is ${last}`);
    });
    await frame.says(String(last), ".widget-readout");
    expect(await drag(frame, 1)).toBe(last + 1);
    await until("Python hears the next one", async () => {
      await notebook.run("cell-1");
      await notebook.finished("cell-1");
      return (await notebook.output("cell-1")).includes(`it is ${last + 1}`);
    });
  });
});
