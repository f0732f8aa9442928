import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";

inBrowsers("running", (stage) => {
  const open = (cells: readonly string[]) =>
    NotebookPage.open(stage.world, stage.browser, stage.world.notebook("run.ipynb", cells));

  test("opening runs nothing", async () => {
    const notebook = await open(["open('ran', 'w')", "# of Markdown"]);
    expect((await notebook.cells()).map((cell) => cell.status)).toEqual(["", ""]);
    await notebook.page.shows("Not started");
    expect(stage.world.has("ran")).toBe(false);
  });

  test("what is typed runs, and goes to the next cell", async () => {
    const notebook = await open(["", "'second'"]);
    await notebook.write("cell-0", "6 * 7");
    await notebook.page.press("Shift+Enter");
    await notebook.says("cell-0", "42");
    await notebook.finished("cell-0");
    const [first, second] = await notebook.cells();
    expect(first?.label).toContain("executed 1, finished");
    expect(second?.status).toBe("");
    await notebook.page.press("Shift+Enter");
    await notebook.says("cell-1", "'second'");
  });

  test("output is seen while the cell still runs, and an interrupt ends it", async () => {
    const notebook = await open(["import time\nprint('early', flush=True)\ntime.sleep(600)", "'after'"]);
    await notebook.run("cell-0");
    await notebook.says("cell-0", "early");
    expect(await notebook.status("cell-0")).toBe("running");
    await notebook.select("cell-0");
    await notebook.page.press("i", "i");
    await notebook.finished("cell-0", "error");
    await notebook.says("cell-0", "KeyboardInterrupt");
    await notebook.run("cell-1");
    await notebook.says("cell-1", "'after'");
  });

  test("an error stops what waits, and says where", async () => {
    const notebook = await open(["x = 1\nx / 0", "print('never')"]);
    await notebook.page.click("button", "Run all cells");
    await notebook.finished("cell-0", "error");
    await notebook.says("cell-0", "ZeroDivisionError");
    await notebook.finished("cell-1", "cancelled");
    expect(await notebook.output("cell-1")).not.toContain("never");
  });

  test("code that asks gets its answer", async () => {
    const notebook = await open(["name = input('Who? ')\nprint('hello', name)"]);
    await notebook.run("cell-0");
    await notebook.page.click("textbox", "Who?", { part: true });
    await notebook.page.type("Ada");
    await notebook.page.press("Enter");
    await notebook.says("cell-0", "hello Ada");
  });

  test("a password is hidden while it is typed and stands nowhere afterwards", async () => {
    const secret = "correct-horse-battery";
    const notebook = await open(["import getpass\nlen(getpass.getpass('Key: '))"]);
    await notebook.run("cell-0");
    await notebook.page.click("textbox", "Key:", { part: true });
    const kind = await notebook.page.evaluate(() => document.activeElement?.getAttribute("type"));
    expect(kind).toBe("password");
    await notebook.page.type(secret);
    await notebook.page.press("Enter");
    await notebook.says("cell-0", String(secret.length));
    await stage.world.saved("run.ipynb", String(secret.length));
    expect(stage.world.text("run.ipynb")).not.toContain(secret);
    expect(await notebook.page.text()).not.toContain(secret);
  });

  test("a restart forgets, after a question", async () => {
    const notebook = await open(["kept = 1", "kept"]);
    await notebook.run("cell-0");
    await notebook.finished("cell-0");
    await notebook.select("cell-0");
    await notebook.page.press("0", "0");
    await notebook.page.find("dialog");
    await notebook.page.click("button", "Restart", { within: "[role=dialog], dialog" });
    await notebook.page.gone("dialog");
    await notebook.run("cell-1");
    await notebook.finished("cell-1", "error");
    await notebook.says("cell-1", "NameError");
  });

  test("an edit after the run is marked as stale", async () => {
    const notebook = await open(["1"]);
    await notebook.run("cell-0");
    await notebook.finished("cell-0");
    await notebook.edit("cell-0");
    await notebook.page.type("2");
    const [cell] = await until("the mark", async () => {
      const cells = await notebook.cells();
      return cells[0]?.label.includes("edited since it ran") === true ? cells : null;
    });
    expect(cell?.status).toBe("ok");
  });
});
