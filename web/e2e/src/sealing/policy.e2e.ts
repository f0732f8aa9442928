import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Frame } from "../drivers";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { html } from "../world";

const PLOT = '<p>the plot</p><script src="https://cdn.plot.ly/plotly-3.0.0.min.js"></script>';
const STRANGER = "plot.ipynb";

/// What the page's own header lets a frame load.
async function sources(frame: Frame, directive: string): Promise<readonly string[]> {
  const header = (await fetch(frame.url)).headers.get("content-security-policy") ?? "";
  const found = header.split("; ").find((one) => one.startsWith(`${directive} `)) ?? "";
  return found.split(" ").filter((source) => source.startsWith("https:"));
}

inOneBrowser("what outputs may reach", (stage) => {
  /// Whoever calls at a port of this machine.
  let bell: Server;
  let rings = 0;
  let port = 0;
  beforeEach(async () => {
    rings = 0;
    bell = createServer((socket) => {
      rings += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => bell.listen(0, "127.0.0.1", resolve));
    const bound = bell.address();
    port = typeof bound === "object" ? (bound?.port ?? 0) : 0;
  });
  afterEach(() => bell.close());

  const show = async (markup: string, name = STRANGER, metadata = {}) => {
    const path = stage.world.notebook(name, [{ source: "plot()", outputs: [html(markup)] }], metadata);
    return { path, notebook: await NotebookPage.open(stage.world, stage.browser, path) };
  };
  const blocked = (notebook: NotebookPage) =>
    notebook.page.evaluate(() =>
      [...document.querySelectorAll(".blocked")].map((line) =>
        (line.textContent ?? "").split("Allow")[0]?.split("Why?")[0]?.trim(),
      ),
    );
  /// By the keyboard: a pointer would have to rest on it first.
  const allow = async (notebook: NotebookPage) => {
    await notebook.page.waitFor("an Allow that can be pressed", () => {
      const button = document.querySelector<HTMLButtonElement>(".blocked button");
      button?.focus();
      return button !== null && document.activeElement === button;
    });
    await notebook.page.press("Enter");
  };

  test("a stranger's saved output reaches nothing, says what it was kept from, and a person allows it for the notebook", async () => {
    const { notebook, path } = await show(PLOT);
    const frame = await notebook.guest("the plot");
    expect(await sources(frame, "script-src")).toEqual([]);
    await until("the line", async () => (await blocked(notebook)).length === 1);
    expect(await blocked(notebook)).toEqual(["Blocked: scripts from cdn.plot.ly"]);
    await notebook.page.find("button", "Outputs: sealed");
    await allow(notebook);
    const opened = await until("a frame under the new policy", async () => {
      const now = await notebook.guest("the plot");
      return now.url === frame.url ? null : now;
    });
    expect(await sources(opened, "script-src")).toEqual(["https://cdn.plot.ly:443"]);
    expect(await sources(opened, "connect-src")).toEqual([]);
    expect(await blocked(notebook)).toEqual([]);
    // Another window of the notebook has it too, and takes it back in both.
    const other = await NotebookPage.open(stage.world, stage.browser, path);
    expect((await other.guest("the plot")).url).toBe(opened.url);
    await other.page.click("button", "Outputs may reach 1 more host");
    await other.page.click("button", "Take back");
    for (const page of [other, notebook]) {
      await until("the strict page again", async () => (await page.guest("the plot")).url === frame.url);
    }
  });

  test("what was allowed is not in the file, nor allowed to a copy of it", async () => {
    const { notebook } = await show(PLOT);
    const strict = (await notebook.guest("the plot")).url;
    await until("the line", async () => (await blocked(notebook)).length === 1);
    const before = stage.world.text(STRANGER);
    await allow(notebook);
    await notebook.page.find("button", "Outputs may reach 1 more host");
    expect(stage.world.text(STRANGER)).toBe(before);
    const copied = await NotebookPage.open(stage.world, stage.browser, stage.world.write("copy.ipynb", before));
    expect((await copied.guest("the plot")).url).toBe(strict);
  });

  test("a press that is not the browser's own allows nothing, nor does one on a line that has just appeared", async () => {
    const { notebook } = await show(PLOT);
    const frame = await notebook.guest("the plot");
    await until("the line", async () => (await blocked(notebook)).length === 1);
    await notebook.page.waitFor("an Allow that is not disabled", () => {
      const button = document.querySelector<HTMLButtonElement>(".blocked button");
      return button !== null && !button.disabled;
    });
    await notebook.page.evaluate(() => {
      const button = document.querySelector<HTMLButtonElement>(".blocked button");
      button?.click();
      button?.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
    });
    // The pointer comes to it and presses at once: whatever moved under it was not meant.
    const box = await notebook.page.box(".blocked button");
    await notebook.page.tab.click(box.x + box.width / 2, box.y + box.height / 2);
    await notebook.page.find("button", "Outputs: sealed");
    expect((await notebook.guest("the plot")).url).toBe(frame.url);
  });

  test("what a frame says of this machine is not offered to be allowed", async () => {
    const { notebook } = await show(
      `<p>the plot</p><script src="http://127.0.0.1:${port}/x.js"></script>
       <script src="https://127.0.0.1:${port}/x.js"></script><img src="https://localhost:${port}/x.png">`,
    );
    await until("both lines", async () => (await blocked(notebook)).length === 2);
    const buttons = await notebook.page.evaluate(() =>
      [...document.querySelectorAll(".blocked button")].map((button) => button.textContent),
    );
    expect(buttons).toEqual(["Why?", "Why?"]);
    await notebook.page.click("button", "Why?");
    await notebook.page.shows("Outputs never reach other ports of this machine");
    expect(rings).toBe(0);
  });

  test("what a run here made loads scripts and styles over HTTPS, and reaches no port of this machine and no data", async () => {
    const { notebook } = await show(PLOT);
    const strict = (await notebook.guest("the plot")).url;
    const markup = `<p>made here</p><script src="https://127.0.0.1:${port}/x.js"></script>
      <script src="http://127.0.0.1:${port}/x.js"></script><link rel="stylesheet" href="https://localhost:${port}/x.css">
      <script>fetch("https://api.example.org/").catch(() => 0); fetch("http://127.0.0.1:${port}/").catch(() => 0)</script>`;
    await notebook.write("cell-0", `from IPython.display import HTML, display\ndisplay(HTML('''${markup}'''))`);
    await notebook.page.press("Shift+Enter");
    await notebook.finished("cell-0");
    const frame = await notebook.guest("made here");
    expect(frame.url).not.toBe(strict);
    expect(await sources(frame, "script-src")).toEqual(["https://*:443"]);
    expect(await sources(frame, "style-src")).toEqual(["https://*:443"]);
    for (const closed of ["connect-src", "img-src", "font-src", "media-src"])
      expect(await sources(frame, closed)).toEqual([]);
    await until("all lines", async () => (await blocked(notebook)).length >= 4);
    const lines = await blocked(notebook);
    expect(lines).toContain("Blocked: data from api.example.org");
    expect(lines).toContain(`Blocked: scripts from 127.0.0.1:${port}`);
    expect(lines).toContain(`Blocked: styles from localhost:${port}`);
    expect(rings).toBe(0);
  });

  test("after an outside edit what a run here had made is a stranger's", async () => {
    const { notebook } = await show("<p>saved</p>");
    const strict = (await notebook.guest("saved")).url;
    await notebook.write("cell-0", "from IPython.display import HTML, display\ndisplay(HTML('<p>made here</p>'))");
    await notebook.page.press("Shift+Enter");
    expect((await notebook.guest("made here")).url).not.toBe(strict);
    await notebook.finished("cell-0");
    await notebook.page.press("Control+s");
    await stage.world.saved(STRANGER, '"<p>made here</p>"');
    await notebook.page.shows("Saved");
    // Where it runs, each time: for no moment in the frame that was there.
    await notebook.page.evaluate(() => {
      addEventListener("message", ({ data }) => {
        const { dataset } = document.documentElement;
        if (typeof data?.ranAt === "string") dataset.ranAt = `${dataset.ranAt ?? ""} ${data.ranAt}`.trim();
      });
    });
    const made = stage.world.text(STRANGER);
    const theirs = "<p>made elsewhere</p><script>parent.postMessage({ ranAt: location.href }, '*')</script>";
    stage.world.write(STRANGER, made.replace('"<p>made here</p>"', JSON.stringify(theirs)));
    expect((await notebook.guest("made elsewhere")).url).toBe(strict);
    expect(await notebook.page.evaluate(() => document.documentElement.dataset.ranAt)).toBe(strict);
  });

  test("an output that goes to the page of a looser policy is emptied", async () => {
    const { notebook } = await show("<p>the plot</p>");
    const strict = await notebook.guest("the plot");
    await notebook.write("cell-0", "from IPython.display import HTML, display\ndisplay(HTML('<p>made here</p>'))");
    await notebook.page.press("Shift+Enter");
    const looser = (await notebook.guest("made here")).url;
    expect(looser).not.toBe(strict.url);
    const other = await NotebookPage.open(
      stage.world,
      stage.browser,
      stage.world.notebook("other.ipynb", [
        {
          source: "1",
          outputs: [html(`<p>leaving</p><script>location.href = ${JSON.stringify(looser)} + "#secret"</script>`)],
        },
      ]),
    );
    await other.page.shows("This output replaced its own page and was stopped.");
    expect((await other.guests()).length).toBe(0);
  });

  test("a notebook cannot widen what its outputs reach, and what it narrows is narrowed", async () => {
    const policy = { scripts: "https", connect: "https", images: ["cdn.plot.ly"] };
    const { notebook } = await show(PLOT, "wide.ipynb", { fumehood: { policy } });
    const frame = await notebook.guest("the plot");
    for (const directive of ["script-src", "connect-src", "img-src"])
      expect(await sources(frame, directive)).toEqual([]);
    const { notebook: narrow } = await show(PLOT, "narrow.ipynb", { fumehood: { policy: { scripts: "none" } } });
    await until("the line", async () => (await blocked(narrow)).length === 1);
    expect(await narrow.page.all("button", "Allow for this notebook")).toEqual([]);
    await narrow.page.click("button", "Why?");
    await narrow.page.shows("The notebook itself does not let it load scripts");
  });

  test("a policy that cannot be read lets nothing out, and the page says where", async () => {
    const folder = join(stage.world.home, "config");
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, "policy.toml"), "[outputs.own]\nscript = 'https'\n", { mode: 0o600 });
    const { notebook } = await show(PLOT);
    await notebook.page.click("button", "Outputs: policy cannot be read");
    await notebook.page.shows("'script' is no lever. Did you mean 'scripts'?");
  });
});
