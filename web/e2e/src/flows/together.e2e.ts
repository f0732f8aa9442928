import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";
import { notebookText } from "../world";

inBrowsers("together", (stage) => {
  test("two windows that type into one cell end with the same text, and nothing typed is missing", async () => {
    const path = stage.world.notebook("two.ipynb", ["start\n"]);
    const first = await NotebookPage.open(stage.world, stage.browser, path);
    const second = await NotebookPage.open(stage.world, stage.browser, path);
    await first.edit("cell-0");
    await second.edit("cell-0");
    await second.page.press("Control+Home");
    const words = ["alpha", "beta", "gamma"];
    for (const word of words) {
      // Not one after the other: the keys of both are under way at once.
      await Promise.all([first.page.type(`${word}1 `), second.page.type(`${word}2 `)]);
    }
    const all = words.flatMap((word) => [`${word}1`, `${word}2`]);
    const same = await until("both windows show the same text with every word", async () => {
      const texts = [await first.source("cell-0"), await second.source("cell-0")];
      return texts[0] === texts[1] && all.every((word) => texts[0]?.includes(word)) ? texts[0] : null;
    });
    await until("the file holds it", async () => stage.world.source("two.ipynb", "cell-0") === same);
    await first.page.tab.close();
    await second.page.tab.close();
  });

  test("what one window runs, the other shows", async () => {
    const path = stage.world.notebook("two.ipynb", ["print('from the', 'first')"]);
    const first = await NotebookPage.open(stage.world, stage.browser, path);
    const second = await NotebookPage.open(stage.world, stage.browser, path);
    await first.run("cell-0");
    await second.says("cell-0", "from the first");
    await second.page.shows("1 other here");
    await first.page.tab.close();
    await second.page.tab.close();
  });

  test("an outside change of the file is merged with what was typed here, and the page says so", async () => {
    const path = stage.world.notebook("outside.ipynb", ["one = 1", "two = 2"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.edit("cell-0");
    await notebook.page.type("  # here");
    await stage.world.saved("outside.ipynb", "# here");
    stage.world.write(
      "outside.ipynb",
      notebookText(["one = 1  # here", "two = 22", { source: "three = 3", id: "cell-new" }]),
    );
    await notebook.page.shows("The file changed outside");
    await until("the outside edit", async () => (await notebook.source("cell-1")) === "two = 22");
    expect(await notebook.source("cell-0")).toBe("one = 1  # here");
    expect((await notebook.cells()).map((cell) => cell.id)).toEqual(["cell-0", "cell-1", "cell-new"]);
  });
});
