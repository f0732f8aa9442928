/// `fumehood.show` in the real page: data, events and commands go through the comm; the frame has no other way.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { worked } from "./flow";
import { ViewerFrame } from "./picture";
import { checked, stayed, taken } from "./taken";

const SHOW = `
import importlib.util, pathlib, fumehood
scanpy = pathlib.Path(importlib.util.find_spec("scanpy").origin).parent
viewer = fumehood.show(scanpy / "datasets" / "10x_pbmc68k_reduced.h5ad")
heard = []
@viewer.on_selection
def got(selection):
    heard.append(selection)
    viewer.highlight(selection.cells[:50], "#00ff00")
`;

const HOSTILE = `
import importlib.util, pathlib, warnings, anndata, fumehood
warnings.simplefilter("ignore")
scanpy = pathlib.Path(importlib.util.find_spec("scanpy").origin).parent
adata = anndata.read_h5ad(scanpy / "datasets" / "10x_pbmc68k_reduced.h5ad")
names = adata.obs["bulk_labels"].cat.categories
adata.obs["<b>bold</b>"] = adata.obs["bulk_labels"].cat.rename_categories(
    {names[0]: "<img src=x onerror=alert(1)>", names[1]: "\\u202egnp.exe", names[2]: "x" * 5000})
viewer = fumehood.show(adata)
viewer.color_by("<b>bold</b>")
heard = []
viewer.register_hook("selection", heard.append)
None
`;

/// The viewer below a cell, in a person's hand: clicked on its name. A frame that takes the keyboard without a click gives it
/// back, the page scrolls back with it, and so whatever was about to be clicked in the page lies elsewhere.
async function held(notebook: NotebookPage, cell: string): Promise<ViewerFrame> {
  const { page } = notebook;
  const frame = `${notebook.cell(cell)} iframe.guest`;
  const { x, y } = await page.box(frame);
  const name = { x: x + 40, y: y + 16 };
  await page.reach(frame, name);
  await page.tab.click(name.x, name.y);
  return ViewerFrame.of(async () => {
    const sealed = (await page.tab.frames()).filter(({ url }) => url.includes("/plugins/guest-"));
    const focused = await Promise.all(sealed.map((one) => one.evaluate(() => document.hasFocus()).catch(() => false)));
    return sealed.filter((_, at) => focused[at]);
  });
}

/// Runs until its hook has heard something, and not for ever.
const BUSY = `
import time
end = time.monotonic() + 50
while not heard and time.monotonic() < end: time.sleep(0.01)
print("heard", len(heard))
`;

inOneBrowser("the viewer", (stage) => {
  test("a selection reaches Python while a cell waits for it, and a command comes back", async () => {
    const notebook = await NotebookPage.open(
      stage.world,
      stage.browser,
      stage.world.notebook("view.ipynb", [
        SHOW,
        "print('asks'); s = viewer.wait_for('selection', 60); print(s.count == len(s.obs_names), s.source, s.obs_names[0])",
        "print('asks'); s = await viewer.wait_for_async('selection', 60); print('awaited', s.count > 0)",
        "viewer.color_by('louvian')",
        "viewer.color_by('MS4A1').wait(20); print(viewer.debug_connection())",
      ]),
    );
    await notebook.run("cell-0");
    let viewer = await ViewerFrame.sealed(notebook.page.tab);
    await viewer.shows("the dataset", ({ count }) => count.startsWith("700 cells"));
    await notebook.run("cell-1");
    // A cell that runs may not wait yet; what it has printed is shown a moment after it was.
    await notebook.says("cell-1", "asks");
    viewer = await held(notebook, "cell-0");
    await viewer.select([0.1, 0.1], [0.6, 0.9]);
    await notebook.says("cell-1", "True rectangle");
    await viewer.shows("what Python highlights", ({ colors }) => (colors["0,255,0"] ?? 0) > 2);
    await notebook.run("cell-2");
    await notebook.says("cell-2", "asks");
    viewer = await held(notebook, "cell-0");
    await viewer.select([0.3, 0.1], [0.9, 0.9]);
    await notebook.says("cell-2", "awaited True");
    await notebook.run("cell-3");
    await notebook.says("cell-3", "Near it: louvain");
    await notebook.run("cell-4");
    await notebook.says("cell-4", "to the page and back");
    await viewer.shows("a gene", ({ panel }) => panel.includes("MS4A1"));
    // Saved, and opened without a kernel, it says what to do.
    await stage.world.saved("view.ipynb", "to the page and back");
    stage.world.write("dead.ipynb", stage.world.text("view.ipynb"));
    const dead = await NotebookPage.open(stage.world, stage.browser, `${stage.world.folder}/dead.ipynb`);
    await dead.guest("Run this cell to see the viewer.");
    expect(stage.world.text("view.ipynb").length).toBeLessThan(40_000);
  });

  test("an AnnData with hostile names, two displays, groups, a busy kernel, a reload and a restart", async () => {
    const path = stage.world.notebook("hostile.ipynb", [
      HOSTILE,
      "viewer.display()",
      BUSY,
      "viewer.groups_to_obs('drawn'); print(adata.obs['drawn'].value_counts().to_dict())",
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path, { dark: true });
    await notebook.run("cell-0");
    let viewer = await ViewerFrame.sealed(notebook.page.tab);
    // What came before the page was ready was done when it was.
    await viewer.shows("a hostile column", ({ panel }) => panel.includes("<img src=x onerror=alert(1)>"));
    await viewer.shows("the dark theme", ({ theme }) => theme === "dark");
    expect(await viewer.elements("img, script, b")).toBe(0);
    // While a cell runs, the page has its data and Python hears of the selection.
    await notebook.run("cell-2");
    await notebook.finished("cell-2", "running");
    viewer = await held(notebook, "cell-0");
    await viewer.select([0, 0], [1, 1]);
    await viewer.keep("<b>mine</b>");
    await notebook.says("cell-2", "heard 1");
    await notebook.run("cell-3");
    await notebook.says("cell-3", "<b>mine</b>': 700");
    // A second display begins where the first one is; a reload too.
    await notebook.run("cell-1");
    await notebook.finished("cell-1");
    await notebook.page.tab.wheel(600, 500, 900);
    const second = await ViewerFrame.sealed(notebook.page.tab, 2);
    await second.shows("the same column", ({ panel }) => panel.includes("<img src=x onerror=alert(1)>"));
    await notebook.reload();
    await ViewerFrame.sealed(notebook.page.tab);
    const again = await held(notebook, "cell-0");
    await again.shows("the same column", ({ panel }) => panel.includes("<img src=x onerror=alert(1)>"));
    await stage.world.saved("hostile.ipynb", "heard 1");
    expect(stage.world.text("hostile.ipynb")).not.toContain("adoptedStyleSheets");
    await notebook.select("cell-0");
    await notebook.page.press("0", "0");
    await notebook.page.find("dialog");
    await notebook.page.click("button", "Restart", { within: "[role=dialog], dialog" });
    await notebook.page.gone("dialog");
    await notebook.run("cell-0");
    await (await ViewerFrame.sealed(notebook.page.tab)).shows("it again", ({ count }) => count.startsWith("700"));
  });

  test("all that a person does in a window is done in a sealed frame, and its files are saved by the page", async () => {
    const path = stage.world.notebook("work.ipynb", [
      `${SHOW}viewer.clear_hooks()`,
      "print('figure', viewer.state.figure.save('figure.png'))",
      "print(sorted(viewer.groups))",
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const { tab } = notebook.page;
    await notebook.run("cell-0");
    await ViewerFrame.sealed(tab);
    const viewer = await held(notebook, "cell-0");
    await worked(viewer, 700, "CST3");
    await taken(viewer, { browser: stage.browser, tab, agree: () => tab.evaluate(yes) });
    await viewer.press("More");
    await viewer.press("Export a figure…");
    await viewer.press("Send to Python");
    await until("Python has it", () => viewer.reads("Python has it"));
    await viewer.press("Close");
    await notebook.run("cell-1");
    await notebook.says("cell-1", "figure.png");
    checked(readFileSync(`${stage.world.folder}/figure.png`));
    await notebook.run("cell-2");
    await notebook.says("cell-2", "['First <b>group</b>', 'Second']");
    await notebook.reload();
    await stayed(await ViewerFrame.sealed(tab));
  });
});

/// To the question whether an output may save a file. Runs in the page.
function yes(): void {
  const asked = [...document.querySelectorAll("[role=status]")].find((one) =>
    one.textContent.startsWith("This output wants to save"),
  );
  [...(asked?.querySelectorAll("button") ?? [])].find((one) => one.textContent === "Save")?.click();
}
