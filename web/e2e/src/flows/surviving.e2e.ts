import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";

/// Fewer rows than the page folds, so that all of them can be read from it.
const ROWS = 36;
/// Behind this row the cell waits until the test says `go`: what happens in its middle does so however slow the machine is.
const MIDDLE = 3;
const SLOW = `import os, time
for i in range(${ROWS}):
    print(f"row {i:04d} " + "x" * (i % 7), flush=True)
    while i == ${MIDDLE} and not os.path.exists("go"):
        time.sleep(0.02)
    time.sleep(0.02)
print("the end", flush=True)`;
const EXPECTED = [
  ...Array.from({ length: ROWS }, (_, i) => `row ${String(i).padStart(4, "0")} ${"x".repeat(i % 7)}`),
  "the end",
];

inBrowsers("surviving", (stage) => {
  const start = async () => {
    const path = stage.world.notebook("slow.ipynb", [SLOW, "'next'"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    await notebook.says("cell-0", `row 000${MIDDLE}`);
    return { path, notebook };
  };
  const go = () => stage.world.write("go", "");
  /// On the page and in the file, to the byte.
  const whole = async (notebook: NotebookPage) => {
    await notebook.says("cell-0", "the end");
    await notebook.finished("cell-0");
    expect(await notebook.rows("cell-0")).toEqual(EXPECTED);
    const printed = await until("the file holds the end", async () => {
      const text = stage.world.printed("slow.ipynb", "cell-0");
      return text.includes("the end") ? text : null;
    });
    expect(printed).toBe(`${EXPECTED.join("\n")}\n`);
  };

  test("a reload in the middle of a cell loses nothing", async () => {
    const { notebook } = await start();
    await notebook.reload();
    expect(await notebook.status("cell-0")).toBe("running");
    go();
    await whole(notebook);
  });

  test("a window that is closed in the middle of a cell and opened again shows all of it", async () => {
    const { path, notebook } = await start();
    await notebook.page.tab.close();
    go();
    const again = await NotebookPage.open(stage.world, stage.browser, path);
    await whole(again);
  });

  test("a daemon killed in the middle of a cell is started again and has everything", async () => {
    const { notebook } = await start();
    await stage.world.killDaemon();
    go();
    await whole(notebook);
    await notebook.run("cell-1");
    await notebook.says("cell-1", "'next'");
  });

  test("after the gateway was killed, hood open brings everything back", async () => {
    const { path, notebook } = await start();
    const [gateway] = stage.world.processes("fumehood.doors.gateway");
    expect(gateway).toBeDefined();
    process.kill(gateway ?? 0, "SIGKILL");
    go();
    await notebook.page.shows("lost");
    await notebook.page.tab.close();
    const again = await NotebookPage.open(stage.world, stage.browser, path);
    await whole(again);
  });

  test("a kernel that dies is said to be dead, and can be started again", async () => {
    const path = stage.world.notebook("dies.ipynb", [
      "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
      "'alive'",
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    await notebook.finished("cell-0", "lost");
    await notebook.page.shows("The kernel is dead");
    await notebook.page.click("button", "Start again");
    // The cells move up when it goes.
    await notebook.page.gone("button", "Start again");
    await notebook.run("cell-1");
    await notebook.says("cell-1", "'alive'");
  });
});
