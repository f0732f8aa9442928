import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { inBrowsers } from "../stage";
import { WidgetFrame } from "./frame";

inBrowsers("widgets", (stage) => {
  const open = (cells: readonly string[]) =>
    NotebookPage.open(stage.world, stage.browser, stage.world.notebook("widgets.ipynb", cells));

  const SLIDER = [
    "import ipywidgets as w",
    "s = w.IntSlider(value=7, max=50, description='Number')",
    "display(s)",
    "s.observe(lambda change: print('python saw', change.new), 'value')",
  ].join("\n");

  test("a slider is moved, the kernel observes it, and what it prints comes up", async () => {
    const notebook = await open([SLIDER, "print('value', s.value)"]);
    await notebook.run("cell-0");

    const frame = await WidgetFrame.of(notebook, "cell-0", "Number");
    await frame.click(".noUi-handle");
    await notebook.page.press("ArrowRight", "ArrowRight");
    await notebook.says("cell-0", "python saw 9");
    await notebook.run("cell-1");
    await notebook.says("cell-1", "value 9");
    expect(await frame.text(".widget-readout")).toBe("9");
  });
});
