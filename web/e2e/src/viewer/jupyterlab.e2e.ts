/// Hooks in a real JupyterLab, over both transports: a selection in the page, a callback in Python, a command back.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, launch } from "../drivers";
import { pause, until } from "../page";
import { worked } from "./flow";
import { Lab, type LabNotebook } from "./lab";
import { ViewerFrame } from "./picture";
import { stayed, taken } from "./taken";

const SHOW = `
import importlib.util, pathlib, fumehood
scanpy = pathlib.Path(importlib.util.find_spec("scanpy").origin).parent
path = scanpy / "datasets" / "10x_pbmc68k_reduced.h5ad"
def shown(**how):
    viewer = fumehood.show(path, **how)
    @viewer.on_selection
    def got(selection):
        viewer.highlight(selection.cells[:50], "#00ff00")
    return viewer
viewer = shown()
`;

const outputs = (cell: { readonly outputs: readonly unknown[] }) => cell.outputs.length;

let lab: Lab;
let browser: Browser;
beforeAll(async () => {
  [lab, browser] = await Promise.all([Lab.start(), launch("chromium")]);
});
afterAll(async () => {
  await browser.close();
  await lab.end();
});

/// Selects until the cell that waits for it has heard it: a cell that runs may not wait yet.
function heard(notebook: LabNotebook, cell: number, viewer: ViewerFrame, text: string): Promise<unknown> {
  return until(
    `cell ${cell} hears of a selection`,
    async () => {
      await viewer.select([0.1, 0.1], [0.6, 0.9]);
      await pause(500);
      return (await notebook.output(cell)).includes(text);
    },
    60_000,
  );
}

test("through the comm, a server and the server proxy a selection reaches Python, and a command comes back", async () => {
  lab.write("view.ipynb", [
    SHOW,
    "s = viewer.wait_for('selection', 60); print('blocked', s.count, s.obs_names[0]); print(viewer.debug_connection())",
    "other = shown(transport='http')",
    "s = other.wait_for('selection', 60); print('served', s.count, s.obs_names[0]); print(other.debug_connection())",
    `third = shown(transport='http', proxy='${lab.url}')`,
  ]);
  const notebook = await lab.open(browser, "view.ipynb");
  await notebook.run(0);
  const viewer = await ViewerFrame.of(async () => [notebook.tab]);
  await notebook.run(1);
  await heard(notebook, 1, viewer, "blocked");
  await viewer.shows("what Python highlights", ({ colors }) => (colors["0,255,0"] ?? 0) > 2);
  await notebook.run(2);
  const framed = (part: string) =>
    ViewerFrame.of(async () => (await notebook.tab.frames()).filter(({ url }) => url.includes(part)));
  const served = await framed("http://127.0.0.1:");
  await notebook.run(3);
  await heard(notebook, 3, served, "served");
  await served.shows("what Python highlights", ({ colors }) => (colors["0,255,0"] ?? 0) > 2);
  await notebook.run(4);
  const proxied = await framed("/proxy/");
  await proxied.select([0.1, 0.1], [0.6, 0.9]);
  await proxied.shows("what Python highlights", ({ colors }) => (colors["0,255,0"] ?? 0) > 2);
  // Commands left no trace, the page's module is not in the file, and the address in it is used up.
  await notebook.save();
  const saved = lab.text("view.ipynb");
  expect(JSON.parse(saved).cells.slice(0, 5).map(outputs)).toEqual([1, 1, 1, 1, 1]);
  // Loaded anew, all three go on: the widget from its kernel, the frames with what their addresses gave this tab.
  await notebook.tab.reload();
  const again = [
    await ViewerFrame.of(async () => [notebook.tab]),
    await framed("http://127.0.0.1:"),
    await framed("/proxy/"),
  ];
  for (const one of again) await one.shows("what Python highlights", ({ colors }) => (colors["0,255,0"] ?? 0) > 2);
  const [, port, code] = /http:\/\/127\.0\.0\.1:(\d+)\/#code=([\w-]+)/.exec(saved) ?? [];
  const used = await fetch(`http://127.0.0.1:${port}/_fumehood/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: `http://127.0.0.1:${port}` },
    body: JSON.stringify({ code }),
  });
  expect(used.status).toBe(403);
  expect(saved.length).toBeLessThan(60_000);
  await notebook.tab.close();
});

test("all that a person does in a window, a person does in an output", async () => {
  lab.write("work.ipynb", [SHOW, "viewer.clear_hooks(); print('no hooks')"]);
  const notebook = await lab.open(browser, "work.ipynb");
  await notebook.run(0);
  const viewer = await ViewerFrame.of(async () => [notebook.tab]);
  await notebook.run(1);
  await notebook.says(1, "no hooks");
  await worked(viewer, 700, "CST3");
  await taken(viewer, { browser, tab: notebook.tab });
  await notebook.save();
  await notebook.tab.reload();
  await stayed(await ViewerFrame.of(async () => [notebook.tab]));
});
