/// Every screen of the page, reached as a person reaches it: for the accessibility tests and for the pictures in the
/// guide, so that both see the same.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NotebookPage } from "./notebook";
import { html, NOTEBOOKS, notebookText, printed, type World } from "./world";

export interface Screen {
  readonly name: string;
  /// From a notebook that is open and at rest; leaves it so after `leave`.
  readonly show: (notebook: NotebookPage) => Promise<unknown>;
  readonly leave: (notebook: NotebookPage) => Promise<unknown>;
}

const leaveDialog = async (notebook: NotebookPage) => {
  await notebook.page.press("Escape");
  await notebook.page.gone("dialog");
};
const fromMenu = (item: string) => async (notebook: NotebookPage) => {
  await notebook.page.click("button", "More");
  await notebook.page.click("menuitem", item, { part: true });
  await notebook.page.find("dialog");
};

export const SCREENS: readonly Screen[] = [
  { name: "notebook", show: async (notebook) => notebook.select("title"), leave: async () => undefined },
  {
    name: "editing",
    show: async (notebook) => notebook.edit("table"),
    leave: async (notebook) => notebook.page.press("Escape"),
  },
  {
    name: "menu",
    show: async (notebook) => {
      await notebook.page.click("button", "More");
      await notebook.page.find("menu");
    },
    leave: async (notebook) => notebook.page.press("Escape"),
  },
  {
    name: "palette",
    show: async (notebook) => {
      await notebook.select("plot");
      await notebook.page.press("Control+Shift+C");
      await notebook.page.find("combobox", "Command");
    },
    leave: leaveDialog,
  },
  {
    name: "find",
    show: async (notebook) => {
      await notebook.select("plot");
      await notebook.page.press("Control+h");
      await notebook.page.find("textbox", "Find");
    },
    leave: async (notebook) => notebook.page.press("Escape"),
  },
  {
    name: "outline",
    show: async (notebook) => notebook.command("Show or hide the outline"),
    leave: async (notebook) => notebook.command("Show or hide the outline"),
  },
  { name: "settings", show: fromMenu("Settings"), leave: leaveDialog },
  { name: "keyboard", show: fromMenu("Keyboard"), leave: leaveDialog },
  {
    name: "kernel",
    show: async (notebook) => {
      await fromMenu("Kernel…")(notebook);
      await notebook.page.shows("Kernels on this machine");
      // Where this machine keeps them is nobody's business.
      await notebook.page.evaluate(() => {
        for (const folder of document.querySelectorAll(".spec-folder")) {
          folder.textContent = `~/.local/share/jupyter/kernels/${folder.textContent?.split("/").pop()}`;
        }
      });
    },
    leave: leaveDialog,
  },
  { name: "save-as", show: fromMenu("Save a copy"), leave: leaveDialog },
  {
    name: "trash",
    show: async (notebook) => {
      await notebook.select("tree");
      await notebook.page.press("d");
      await notebook.page.press("d");
      await fromMenu("Deleted cells")(notebook);
      await notebook.page.shows("summary(adata)", "dialog");
    },
    leave: async (notebook) => {
      await leaveDialog(notebook);
      await notebook.command("Undo");
    },
  },
  { name: "versions", show: fromMenu("Versions of the cell"), leave: leaveDialog },
  {
    name: "diagnostics",
    show: async (notebook) => {
      await notebook.command("Diagnostics of outputs");
      await notebook.page.find("dialog");
    },
    leave: leaveDialog,
  },
  {
    // The last of the notebook: what is taken up stays.
    name: "packages",
    show: async (notebook) => {
      await fromMenu("Packages")(notebook);
      await notebook.page.click("button", "Take it up");
      await notebook.page.shows("reqeusts looks like requests");
    },
    leave: leaveDialog,
  },
  {
    name: "opening",
    show: async (notebook) => {
      await notebook.page.click("button", "Other notebooks");
      await notebook.page.shows("screens.ipynb");
      await notebook.page.find("heading");
    },
    leave: async () => undefined,
  },
];

/// A real picture: the first map of cells that the Scanpy tutorial saved.
function savedMap(): string {
  const text = readFileSync(join(NOTEBOOKS, "scanpy-basic-scrna-tutorial.ipynb"), "utf8");
  const { cells } = JSON.parse(text) as {
    cells: readonly { source: readonly string[]; outputs?: readonly { data?: Record<string, string | string[]> }[] }[];
  };
  const found = cells
    .filter((cell) => cell.source.join("").includes("sc.pl.umap"))
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.data?.["image/png"])
    .find((data) => data !== undefined);
  return [found ?? ""].flat().join("");
}

/// One of everything, without a kernel.
export function screensNotebook(world: World): string {
  const table = html(
    "<table><tr><th>cluster</th><th>cells</th></tr><tr><td>CD4 T</td><td>212</td></tr><tr><td>B</td><td>91</td></tr></table>",
  );
  const error = {
    output_type: "error",
    ename: "KeyError",
    evalue: "'CD19'",
    traceback: [
      "\u001b[31m---------------------------------------------------------------------------\u001b[39m",
      "\u001b[31mKeyError\u001b[39m                                  Traceback (most recent call last)",
      "\u001b[36mCell\u001b[39m\u001b[36m \u001b[39m\u001b[32mIn[3]\u001b[39m\u001b[32m, line 1\u001b[39m\n\u001b[32m----> \u001b[39m\u001b[32m1\u001b[39m genes[\u001b[33m'CD19'\u001b[39m]",
      "\u001b[31mKeyError\u001b[39m: 'CD19'",
    ],
  };
  const picture = {
    output_type: "display_data",
    data: { "image/png": savedMap(), "text/plain": "a picture" },
    metadata: {},
  };
  const tree = {
    output_type: "display_data",
    data: { "application/json": { sample: "s1", counts: [1, 2, 3] } },
    metadata: {},
  };
  return world.write(
    "screens.ipynb",
    notebookText([
      {
        id: "title",
        type: "markdown",
        source:
          "# Blood cells\n\nWhich kinds are there, and *which genes* tell them apart? See [scverse](https://scverse.org).\n\n- quality\n- clusters",
      },
      {
        id: "imports",
        source: "import scanpy as sc\n\nadata = sc.datasets.pbmc68k_reduced()\nadata",
        outputs: [printed("AnnData object with n_obs × n_vars = 700 × 765\n    obs: 'bulk_labels', 'n_genes'\n")],
      },
      { id: "section", type: "markdown", source: "## Clusters" },
      { id: "table", source: "adata.obs['bulk_labels'].value_counts()", outputs: [table] },
      { id: "plot", source: "sc.pl.umap(adata, color='bulk_labels')", outputs: [picture] },
      { id: "failed", source: "genes['CD19']", outputs: [error] },
      { id: "tree", source: "summary(adata)", outputs: [tree] },
      { id: "raw", type: "raw", source: "raw text" },
    ]),
  );
}

export async function openScreens(
  world: World,
  browser: Parameters<World["show"]>[0],
  look: Parameters<World["show"]>[2],
): Promise<NotebookPage> {
  world.write(
    "pyproject.toml",
    '[project]\nname = "cells"\nversion = "1"\ndependencies = ["scanpy>=1.11", "reqeusts", "leidenalg"]\n',
  );
  const notebook = await NotebookPage.open(world, browser, screensNotebook(world), look);
  await notebook.guest("CD4 T");
  return notebook;
}
