import { afterEach, expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { SlowIndex } from "../slowIndex";
import { inOneBrowser } from "../stage";

/// A package without any others, and a name that nobody means.
const WANTED = "iniconfig";
const asking = (...dependencies: string[]) => ({ runt: { uv: { dependencies } } });
/// Resolved at a registry and installed from it.
const INSTALL_MS = 120_000;

inOneBrowser("packages", (stage) => {
  let index: SlowIndex | undefined;
  afterEach(() => index?.close());

  test("what nobody looked at starts no kernel; what a person approved is installed, and asked about once", {
    timeout: 4 * INSTALL_MS,
  }, async () => {
    // Asked before the registry, and as fast as the test wants it.
    index = new SlowIndex("tabulate");
    stage.world.environment = { UV_INDEX: await index.listen() };
    const path = stage.world.notebook(
      "asks.ipynb",
      [
        "import iniconfig\nkept = 'the same kernel'\niniconfig.__file__",
        "2",
        "import tabulate\ntabulate.__name__",
        "kept",
        "%pip install tabulate",
      ],
      asking(WANTED, "reqeusts"),
    );
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const { page } = notebook;
    const environment = async () => (await page.text(".status")).match(/Packages: ([0-9a-f]+)/)?.[1];
    await page.shows("This notebook asks for packages.");
    await notebook.run("cell-0");
    await page.find("dialog", "Packages");
    await page.shows("reqeusts looks like requests");
    expect(await notebook.status("cell-0")).not.toBe("running");
    await page.click("button", "Use requests instead");
    await page.waitFor("the doubt is gone", () => document.querySelector(".trust-doubt") === null);
    // What was pressed is gone: the keyboard goes on at the next thing to do, and never at an approval nobody read.
    const focused = () => document.activeElement?.textContent ?? "";
    await page.waitFor("the focus is on what comes next", () => document.activeElement?.textContent === "Check");
    await page.click("button", "Check");
    await page.find("button", "Trust & start", {}, INSTALL_MS);
    expect(await page.evaluate(focused)).not.toBe("Trust & start");
    await page.shows("for requests");
    await page.click("button", "Trust & start");
    await page.gone("dialog");
    await page.waitFor(
      "the kernel is ready",
      () => document.querySelector(".status .dot-idle") !== null,
      null,
      INSTALL_MS,
    );
    await notebook.run("cell-0");
    await notebook.says("cell-0", "/environments/");

    await notebook.reload();
    await notebook.run("cell-1");
    await notebook.finished("cell-1");
    expect(await page.all("dialog")).toEqual([]);
    expect(await page.text(".banners")).not.toContain("asks for packages");

    await notebook.run("cell-2");
    await page.find("button", "Add tabulate…");
    // What a cell would have installed is offered, too; and the offer stays where notices are kept.
    await notebook.run("cell-4");
    await page.shows("Nothing was installed by");
    await page.click("button", "Notices", { part: true, within: ".status" });
    await page.click("button", "Add tabulate…", { within: "dialog li:first-child" });
    await page.find("dialog", "Packages");
    await page.shows(`Packages: ${await environment()}, changes not approved`, ".status");
    await page.click("button", "Check");
    await page.find("button", "Trust & add", {}, INSTALL_MS);
    await page.shows("changed since you approved it");
    expect(await page.text(".trust-added")).toContain("tabulate");
    expect(await page.text(".trust-table tbody")).not.toContain("ipykernel");
    await page.click("button", "Show all, also what stays as it was");
    expect(await page.text(".trust-table tbody")).toContain("ipykernel");
    const before = await environment();
    index.hold();
    await page.click("button", "Trust & add");
    await page.gone("dialog");
    const bar = () =>
      page.evaluate(() => document.querySelector<HTMLProgressElement>(".banners progress")?.position ?? -1);
    const half = await until("half of it is here", async () => ((await bar()) > 0.4 ? await bar() : undefined));
    expect(half).toBeLessThan(1);
    expect(await page.text(".banners")).toContain("Downloading");
    expect(await environment(), "nothing is there before all of it is").toBe(before);
    index.release();
    await until("the kernel has the new packages", async () => (await environment()) !== before, INSTALL_MS);
    expect(await bar(), "the bar went").toBe(-1);
    await notebook.run("cell-2");
    await notebook.says("cell-2", "'tabulate'");
    await notebook.run("cell-3");
    await notebook.says("cell-3", "the same kernel");
  });
});
