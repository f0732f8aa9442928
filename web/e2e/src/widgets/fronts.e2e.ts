/// Widget packages with a front end of their own, which comes from the kernel's environment.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { inOneBrowser } from "../stage";
import { WidgetFrame } from "./frame";

inOneBrowser("front ends of widget packages", (stage) => {
  const install = (module: string, text: string) => {
    const folder = join(stage.world.folder, "share", "nbextensions", module);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.js"), text);
    stage.world.environment = { JUPYTER_PATH: join(stage.world.folder, "share") };
  };

  test("draw, hear Python and are heard by it, and no file keeps them", async () => {
    install("lamp", LAMP);
    install("bulb", 'define([], () => ({ glow: (on) => (on ? "bright" : "dark") }));');
    const path = stage.world.notebook("lamp.ipynb", [WIDGET, "lamp.on = True", "print('in Python', lamp.on)"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "it is dark");
    await notebook.run("cell-1");
    await frame.says("it is bright");
    await frame.click(".lamp");
    await frame.says("it is dark");
    await notebook.run("cell-2");
    await notebook.says("cell-2", "in Python False");
    await stage.world.saved("lamp.ipynb", "LampModel");
    expect(stage.world.text("lamp.ipynb")).not.toContain("glow");
    expect(stage.world.text("lamp.ipynb")).not.toContain("_front_ends");
    await notebook.reload();
    await WidgetFrame.of(notebook, "cell-0", "it is dark");
  });

  test("that are broken or not there leave the widget its text", async () => {
    install("lamp", "define(['@jupyter-widgets/base'], () => { throw new Error('no lamp'); });");
    const path = stage.world.notebook("lamp.ipynb", [WIDGET]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    await notebook.guest("Click to show javascript error.");
  });
});

const WIDGET = `
import ipywidgets, traitlets
class Lamp(ipywidgets.DOMWidget):
    _model_name = traitlets.Unicode("LampModel").tag(sync=True)
    _model_module = traitlets.Unicode("lamp").tag(sync=True)
    _model_module_version = traitlets.Unicode("1.0.0").tag(sync=True)
    _view_name = traitlets.Unicode("LampView").tag(sync=True)
    _view_module = traitlets.Unicode("lamp").tag(sync=True)
    _view_module_version = traitlets.Unicode("1.0.0").tag(sync=True)
    on = traitlets.Bool(False).tag(sync=True)
lamp = Lamp()
lamp
`;

const LAMP = `define(["@jupyter-widgets/base", "bulb"], (base, bulb) => {
  class LampModel extends base.DOMWidgetModel {}
  class LampView extends base.DOMWidgetView {
    render() {
      const button = document.createElement("button");
      button.className = "lamp";
      this.el.append(button);
      const draw = () => { button.textContent = "it is " + bulb.glow(this.model.get("on")); };
      this.model.on("change:on", draw);
      button.addEventListener("click", () => { this.model.set("on", !this.model.get("on")); this.touch(); });
      draw();
    }
  }
  return { LampModel, LampView };
});`;
