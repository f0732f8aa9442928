import { test } from "vitest";
import { NotebookPage } from "../notebook";
import { pause, until } from "../page";
import { inBrowsers } from "../stage";

inBrowsers("editing", (stage) => {
  const open = (cells: readonly string[]) =>
    NotebookPage.open(stage.world, stage.browser, stage.world.notebook("edit.ipynb", cells));
  const sources = async (notebook: NotebookPage) => {
    const cells = await notebook.cells();
    return Promise.all(cells.map((cell) => notebook.source(cell.id)));
  };
  const becomes = (notebook: NotebookPage, wanted: readonly string[]) =>
    until(`the cells are ${JSON.stringify(wanted)}`, async () => {
      const now = await sources(notebook);
      return JSON.stringify(now) === JSON.stringify(wanted);
    });

  test("cells are added, moved, deleted, merged and split by the keys of Jupyter, and each step is undone", async () => {
    const notebook = await open(["a", "b"]);
    await notebook.select("cell-0");
    await notebook.page.press("b");
    await notebook.page.press("Enter");
    await notebook.page.type("new");
    await becomes(notebook, ["a", "new", "b"]);
    await notebook.page.press("Escape", "Control+Shift+ArrowDown");
    await becomes(notebook, ["a", "b", "new"]);
    await notebook.select("cell-0");
    await notebook.page.press("d", "d");
    await becomes(notebook, ["b", "new"]);
    await notebook.page.press("z");
    await becomes(notebook, ["a", "b", "new"]);
    await notebook.page.press("Shift+Z");
    await becomes(notebook, ["b", "new"]);
    await notebook.select("cell-1");
    await notebook.page.press("Shift+M");
    await becomes(notebook, ["b\n\nnew"]);
    await notebook.edit("cell-1");
    await notebook.page.press("Home", "Control+Shift+Minus");
    await until("two cells", async () => (await notebook.cells()).length === 2);
  });

  test("cells go through the system's clipboard, and text that was copied in an editor becomes a cell", async () => {
    const notebook = await open(["a", "b"]);
    await notebook.select("cell-0");
    await notebook.page.press("Control+c", "Control+v");
    await becomes(notebook, ["a", "a", "b"]);
    await notebook.select("cell-0");
    await notebook.page.press("Control+x");
    await becomes(notebook, ["a", "b"]);
    await notebook.select("cell-1");
    await notebook.page.press("Control+v");
    await becomes(notebook, ["a", "b", "a"]);
    await notebook.edit("cell-1");
    // Escape leaves the editor at once, with its text still selected.
    await notebook.page.press("Control+a", "Control+c", "Escape", "Control+v");
    await becomes(notebook, ["a", "b", "b", "a"]);
  });

  test("completion offers what the kernel knows", async () => {
    const notebook = await open(["a_long_name = a_long_story = 1", ""]);
    await notebook.run("cell-0");
    await notebook.finished("cell-0");
    await notebook.edit("cell-1");
    await notebook.page.type("a_lo");
    await notebook.page.press("Tab");
    await notebook.page.find("option", "a_long_name", { part: true });
    // The editor takes no answer for a list that has just come up: it may be meant for the text.
    await pause(150);
    await notebook.page.press("Enter");
    await until("the completed name", async () => (await notebook.source("cell-1")) === "a_long_name");
  });

  test("a whole session without the mouse", async () => {
    const notebook = await open(["1 + 1"]);
    // From the address bar into the notebook.
    for (let steps = 0; steps < 60; steps += 1) {
      await notebook.page.press("Tab");
      const inside = await notebook.page.evaluate(() => document.activeElement?.closest("[data-cell]") !== null);
      if (inside) {
        break;
      }
    }
    await notebook.page.press("Escape", "Enter", "Control+End");
    await notebook.page.type(" + 1");
    await notebook.page.press("Shift+Enter");
    await notebook.says("cell-0", "3");
    await notebook.page.press("Escape", "Control+Shift+C");
    await notebook.page.find("combobox", "Command");
    await notebook.page.type("Change to Markdown");
    await notebook.page.press("Enter");
    await notebook.page.gone("combobox", "Command");
    await notebook.page.press("Enter");
    await notebook.page.type("# A heading");
    await notebook.page.press("Shift+Enter");
    await notebook.page.find("heading", "A heading");
    await notebook.page.press("Control+s");
    await stage.world.saved("edit.ipynb", "# A heading");
  });

  test("text is found and replaced in all cells", async () => {
    const notebook = await open(["old = 1", "print(old)", "bold = 2"]);
    await notebook.select("cell-0");
    await notebook.page.press("Control+h");
    await notebook.page.click("textbox", "Find");
    await notebook.page.type("old");
    await notebook.page.shows("3", "[role=search] [role=status]");
    await notebook.page.click("button", "Whole words");
    await notebook.page.shows("2", "[role=search] [role=status]");
    await notebook.page.click("textbox", "Replace by");
    await notebook.page.type("new");
    await notebook.page.click("button", "Replace all");
    await becomes(notebook, ["new = 1", "print(new)", "bold = 2"]);
  });

  test("what was typed is in the file without being asked for", async () => {
    const notebook = await open(["kept = 1"]);
    await notebook.edit("cell-0");
    await notebook.page.type("  # typed");
    await stage.world.saved("edit.ipynb", "kept = 1  # typed");
    await notebook.page.shows("Saved");
  });
});
