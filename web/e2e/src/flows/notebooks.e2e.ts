import { join } from "node:path";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";
import { EXAMPLES, NOTEBOOKS } from "../world";

/// Scanpy is imported, and compiles some of its functions the first time.
const LONG_MS = 240_000;
/// What takes time here is Scanpy, which is the same behind every engine.
const SCANPY = { engines: ["chromium"] } as const;

inBrowsers("a large notebook", (stage) => {
  test("a thousand cells open, are edited at both ends, and run", async () => {
    const path = stage.world.copy(join(NOTEBOOKS, "benchmarks-1000-cells.ipynb"));
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const ids = await until("all cells", async () => {
      const cells = await notebook.cells();
      return cells.length === 1000 ? cells.map((cell) => cell.id) : null;
    });
    const [first = "", last = ""] = [ids[1], ids.at(-1)];
    await notebook.write(first, "print('the first')");
    await notebook.page.press("Shift+Enter");
    await notebook.says(first, "the first");
    await notebook.write(last, "print('the last')");
    await notebook.run(last);
    await notebook.says(last, "the last");
    await notebook.finished(last);
    await stage.world.saved("benchmarks-1000-cells.ipynb", "the last");
  });
});

inBrowsers(
  "real notebooks",
  (stage) => {
    test("the example runs from the top: numbers, a table, pictures and a slider", { timeout: LONG_MS }, async () => {
      const path = stage.world.copy(join(EXAMPLES, "pbmc.ipynb"));
      const notebook = await NotebookPage.open(stage.world, stage.browser, path);
      await notebook.page.click("button", "Run all cells");
      const code = (await notebook.cells()).filter((cell) => cell.type === "code");
      for (const cell of code) {
        await notebook.finished(cell.id, "ok", LONG_MS);
      }
      await notebook.select("umap");
      await notebook.page.waitFor(
        "the decoded map of the cells",
        () => (document.querySelector<HTMLImageElement>('[data-cell="umap"] img')?.naturalWidth ?? 0) > 100,
      );
      expect((await notebook.cells()).every((cell) => cell.status !== "error")).toBe(true);
    });

    test("the Scanpy tutorial is shown with its saved outputs and edited; where it cannot download, it stops and says why", {
      timeout: LONG_MS,
    }, async () => {
      const path = stage.world.copy(join(NOTEBOOKS, "scanpy-basic-scrna-tutorial.ipynb"));
      // The same everywhere: nothing answers there.
      stage.world.environment = { HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "" };
      const notebook = await NotebookPage.open(stage.world, stage.browser, path);
      const violin = '[data-cell="8f8e3e58-a05a-4fd1-ab77-f3b14232dbf8"]';
      await notebook.page.box(violin);
      await notebook.page.waitFor(
        "the saved violin plot",
        (css: string) => (document.querySelector<HTMLImageElement>(`${css} img`)?.naturalWidth ?? 0) > 100,
        violin,
      );
      await notebook.edit("161629d6-b1b6-4faa-8bca-01a841e0ec10");
      await notebook.page.type("\n# edited");
      await stage.world.saved("scanpy-basic-scrna-tutorial.ipynb", "# edited");
      await notebook.page.click("button", "Run all cells");
      const failed = await until(
        "a cell has failed",
        async () => (await notebook.cells()).find((cell) => cell.status === "error") ?? null,
        LONG_MS,
      );
      // Scanpy and all that it needs are imported; what fails is the cell that asks another machine for the data.
      expect(failed.id).toBe("f0448e97");
      expect(await notebook.status("f1990713-5968-4fc7-aeb6-5a842606fd8c")).toBe("ok");
      expect(await notebook.status("161629d6-b1b6-4faa-8bca-01a841e0ec10")).toBe("ok");
      await notebook.finished("9bdf7f10-e9b9-4929-a7e2-7ac373d769d1", "cancelled");
      await notebook.finished("75df4b20-29ca-4e12-a878-94698a1b67d2", "cancelled");
      expect(await notebook.output(failed.id)).toMatch(/(Proxy|Connection)Error: .*doi\.org/);
    });
  },
  SCANPY,
);
