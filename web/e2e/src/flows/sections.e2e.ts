import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { printed } from "../world";

inOneBrowser("sections and tools", (stage) => {
  const focused = (notebook: NotebookPage) =>
    notebook.page.evaluate(() => {
      const holder = document.activeElement;
      return `${holder?.localName ?? ""} of ${holder?.closest<HTMLElement>("[data-cell]")?.dataset.cell ?? "none"}`;
    });
  const seen = (notebook: NotebookPage) =>
    notebook.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("[data-cell]")]
        .filter((cell) => cell.checkVisibility())
        .map((cell) => cell.dataset.cell ?? "")
        .join(" "),
    );

  test("a section is folded by a key, kept in the file, and opens for the cell that runs and the match that is found", async () => {
    const path = stage.world.notebook("sections.ipynb", [
      { id: "one", type: "markdown", source: "# One" },
      { id: "a", source: "print('the needle')" },
      { id: "deep", type: "markdown", source: "## Deep" },
      { id: "b", source: "2" },
      { id: "two", type: "markdown", source: "# Two" },
      { id: "c", source: "3" },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.select("one");
    await notebook.page.press("ArrowLeft");
    await until("the section is folded", async () => (await seen(notebook)) === "one two c");
    await notebook.page.find("button", "3 cells are folded");
    await stage.world.saved("sections.ipynb", "jp-MarkdownHeadingCollapsed");
    await notebook.page.press("ArrowDown");
    expect(await focused(notebook)).toBe("div of two");
    await notebook.reload();
    await until("it is folded still", async () => (await seen(notebook)) === "one two c");
    await notebook.select("two");
    await notebook.page.press("Control+f");
    await notebook.page.type("needle");
    await until("the match is shown", async () => (await seen(notebook)) === "one a deep b two c");
    await notebook.page.press("Escape");
    await notebook.page.click("button", "Fold the section");
    await until("it is folded again", async () => (await seen(notebook)) === "one two c");
    await notebook.page.click("button", "Run all cells");
    await notebook.finished("a");
    await until("what ran is shown", async () => (await seen(notebook)) === "one a deep b two c");
  });

  test("matches in outputs are marked, the current one apart", async () => {
    const path = stage.world.notebook("marks.ipynb", [
      { id: "a", source: "1", outputs: [printed("a needle\nnee\u001b[31mdle\u001b[0m\n")] },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const marked = (name: string) =>
      notebook.page.evaluate((of: string) => {
        const ranges = [...(CSS.highlights.get(of) ?? [])] as unknown as readonly Range[];
        return ranges.map((range) => range.toString()).join(" ");
      }, name);
    await notebook.select("a");
    await notebook.page.press("Control+f");
    await notebook.page.type("needle");
    await notebook.page.click("button", "In outputs too");
    await until("both are marked", async () => (await marked("find-output")) === "needle needle");
    await notebook.page.press("Control+g");
    await until("one is the current", async () => (await marked("find-output-current")) === "needle");
    await notebook.page.click("button", "Close");
    await until("no mark is left", async () => (await marked("find-output")) === "");
  });

  test("a file that is dropped on a notebook takes neither the page's place nor the cell's", async () => {
    const path = stage.world.notebook("drops.ipynb", ["1"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const drop = (name: string) =>
      notebook.page.evaluate((called: string) => {
        const dataTransfer = new DataTransfer();
        const text = JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 });
        dataTransfer.items.add(new File([text], called));
        const at = document.querySelector("[data-cell] .source");
        const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
        at?.dispatchEvent(event);
        return event.defaultPrevented;
      }, name);
    expect(await drop("dropped.ipynb")).toBe(true);
    await notebook.page.shows("dropped.ipynb was taken into this folder");
    expect(stage.world.has("dropped.ipynb")).toBe(true);
    expect(await drop("data.csv")).toBe(true);
    await notebook.page.shows("data.csv was not taken");
    expect(await notebook.source("cell-0")).toBe("1");
  });

  test("a clicked tool and an answered question give the keyboard back to the notebook", async () => {
    const path = stage.world.notebook("tools.ipynb", ["name = input('Who? ')\nprint('hello', name)", "1", "2"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.select("cell-0");
    // Nothing else is pressed: who types on after Shift+Enter means the answer.
    await notebook.page.press("Shift+Enter");
    await notebook.page.find("textbox", "Who?");
    await until("the question has the keyboard", async () => (await focused(notebook)) === "input of cell-0");
    await notebook.page.type("Ada");
    await notebook.page.press("Enter");
    await notebook.says("cell-0", "hello Ada");
    await until("the next cell has the keyboard", async () => (await focused(notebook)) === "div of cell-1");
    const box = await notebook.page.box('[data-cell="cell-1"] .gutter-run button');
    await notebook.page.tab.click(box.x + box.width / 2, box.y + box.height / 2);
    await notebook.finished("cell-1");
    expect(await focused(notebook)).toBe("div of cell-1");
    await notebook.page.press("Escape", "ArrowDown");
    expect(await focused(notebook)).toBe("div of cell-2");
  });
});
