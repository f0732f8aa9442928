import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { WidgetFrame } from "./frame";

inOneBrowser("widgets", (stage) => {
  const open = (cells: readonly string[]) =>
    NotebookPage.open(stage.world, stage.browser, stage.world.notebook("widgets.ipynb", cells));

  const SLIDER = [
    "import ipywidgets as w",
    "s = w.IntSlider(value=7, max=50, description='Number')",
    "display(s)",
    "s.observe(lambda change: print('python saw', change.new), 'value')",
  ].join("\n");

  test("a slider is moved, the kernel observes it, and what it prints comes up; after a reload it stands where it was", async () => {
    const notebook = await open([SLIDER, "print('value', s.value)\ns.value = 40"]);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "Number");
    await frame.click(".noUi-handle");
    await notebook.page.press("ArrowRight", "ArrowRight");
    await notebook.says("cell-0", "python saw 9");
    await notebook.run("cell-1");
    await notebook.says("cell-1", "value 9");
    await frame.says("40", ".widget-readout");
    await notebook.reload();
    const again = await WidgetFrame.of(notebook, "cell-0", "Number");
    await again.says("40", ".widget-readout");
    await again.click(".noUi-handle");
    await notebook.page.press("ArrowLeft");
    await notebook.says("cell-0", "python saw 39");
  });

  test("a button calls Python, an Output widget catches what it prints, and closing a widget takes it away", async () => {
    const notebook = await open([
      [
        "import ipywidgets as w",
        "out = w.Output()",
        "b = w.Button(description='Press', icon='check')",
        "def pressed(b):",
        "    with out:",
        "        print('pressed')",
        "        display(w.Label('a widget in it'))",
        "b.on_click(pressed)",
        "display(b, out)",
      ].join("\n"),
      "b.close()",
    ]);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "Press");
    await frame.click("button");
    await frame.says("pressed", ".fh-captured");
    await frame.says("a widget in it", ".fh-captured .widget-label");
    await until("the icon's font", () => frame.evaluate(() => document.fonts.check("14px FontAwesome")));
    expect(await notebook.output("cell-0")).not.toContain("pressed");
    await notebook.run("cell-1");
    await until("the button is gone", async () => (await frame.count("button")) === 0);
  });

  test("interact runs its function, jslink moves the other one, and both reach Python", async () => {
    const notebook = await open([
      ["import ipywidgets as w", "@w.interact(x=(0, 10))", "def f(x=3):", "    print('x is', x)"].join("\n"),
      [
        "one, two = w.FloatText(description='one'), w.FloatSlider(description='two')",
        "link = w.jslink((one, 'value'), (two, 'value'))",
        "display(one, two)",
      ].join("\n"),
      "print(one.value, two.value)",
    ]);
    await notebook.run("cell-0");
    const interact = await WidgetFrame.of(notebook, "cell-0", "x is 3");
    await interact.click(".noUi-handle");
    await notebook.page.press("ArrowRight");
    await interact.says("x is 4", ".fh-captured");
    expect(await interact.text(".fh-captured")).not.toContain("x is 3");
    await notebook.run("cell-1");
    const linked = await WidgetFrame.of(notebook, "cell-1", "two");
    await linked.click("input[type=number]");
    await notebook.page.press("Control+a", "4", "2", "Enter");
    await linked.says("42", ".widget-readout");
    await until("Python has both", async () => {
      await notebook.run("cell-2");
      await notebook.finished("cell-2");
      return (await notebook.output("cell-2")).includes("42.0 42.0");
    });
  });

  test("two windows of a notebook stay in step", async () => {
    const path = stage.world.notebook("widgets.ipynb", [SLIDER]);
    const one = await NotebookPage.open(stage.world, stage.browser, path);
    await one.run("cell-0");
    const left = await WidgetFrame.of(one, "cell-0", "Number");
    const two = await NotebookPage.open(stage.world, stage.browser, path);
    const right = await WidgetFrame.of(two, "cell-0", "Number");
    await left.click(".noUi-handle");
    await one.page.press("ArrowRight");
    await right.says("8", ".widget-readout");
    await right.click(".noUi-handle");
    await two.page.press("ArrowRight", "ArrowRight");
    await left.says("10", ".widget-readout");
  });

  test("of every control that ipywidgets has there is a view", async () => {
    const notebook = await open([CONTROLS, "print(len(made))"]);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "the last one");
    await notebook.run("cell-1");
    const count = await until("the number of controls", async () => Number(await notebook.output("cell-1")) || null);
    await until("all views", async () => (await frame.count(".made > *")) > count);
    expect(await frame.count(".jupyter-widgets-error-widget")).toBe(0);
    expect(count).toBeGreaterThan(50);
  });
});

const CONTROLS = `
import ipywidgets as w
made = []
for name in sorted(dir(w)):
    kind = getattr(w, name)
    if not (isinstance(kind, type) and issubclass(kind, w.DOMWidget)) or kind in (w.DOMWidget, w.ValueWidget):
        continue
    options = {"options": ["a", "b", "c"]} if hasattr(kind, "_options_full") or "Select" in name else {}
    if name in ("interactive", "GridspecLayout"):
        continue
    made.append(kind(**options))
box = w.VBox([*made, w.Label("the last one")])
box.add_class("made")
display(box)
`;
