import { createServer, type Server } from "node:http";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";
import { html } from "../world";

/// One pixel.
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const picture = { output_type: "display_data", data: { "image/png": PNG }, metadata: {} };
/// Higher than what a page looks ahead.
const FAR = 60;
const LOOK_MS = 2_000;

/// Another program that listens where the daemon was: it answers everything, and remembers what it was asked for.
async function impostor(port: number): Promise<{ readonly asked: readonly string[]; readonly server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "Content-Type": "text/html", "Access-Control-Allow-Origin": "*" });
    response.end("<p>not yours</p>");
  });
  // The daemon's own socket may outlive its process by a moment.
  await until(
    `port ${port} is free`,
    () =>
      new Promise<boolean>((resolve) => {
        const no = () => resolve(false);
        server.once("error", no).listen(port, "127.0.0.1", () => {
          server.off("error", no);
          resolve(true);
        });
      }),
  );
  return { asked, server };
}

inBrowsers("a daemon that is away", (stage) => {
  const open = async () => {
    const long = Array.from({ length: 30 }, (_, line) => `# line ${line}`).join("\n");
    const path = stage.world.notebook("away.ipynb", [
      { source: "'near'", outputs: [html("<p>the near frame</p>"), picture] },
      ...Array.from({ length: FAR }, () => ({ source: long })),
      { source: "'far'", outputs: [html("<p>the far frame</p>"), picture] },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.guest("the near frame");
    const { blobs } = await stage.world.status();
    return { notebook, port: Number(new URL(blobs).port) };
  };
  const far = `cell-${FAR + 1}`;
  const toFar = async (notebook: NotebookPage) => {
    await notebook.page.waitFor(
      "the far cell",
      (css: string) => {
        document.querySelector(css)?.scrollIntoView({ block: "start" });
        return document.querySelector(css) !== null;
      },
      notebook.cell(far),
    );
  };

  test("is asked for no frame and no blob, whoever listens in its place; what is shown stays", async () => {
    const { notebook, port } = await open();
    const [gateway = 0] = stage.world.processes("fumehood.doors.gateway");
    process.kill(gateway, "SIGKILL");
    await notebook.page.shows("lost");
    await stage.world.killDaemon();
    const { asked, server } = await impostor(port);
    try {
      await toFar(notebook);
      await notebook.page.shows("This output is shown when the connection is back.", notebook.cell(far));
      const shown = await notebook.guest("the near frame");
      expect(shown).toBeDefined();
      // A run that was asked for meanwhile says that it waits.
      await notebook.run("cell-0");
      await notebook.page.shows("waiting", `${notebook.cell("cell-0")} .gutter`);
      expect(asked).toEqual([]);
    } finally {
      server.close();
    }
  });

  test("comes back where the page may not go, and a reload shows the outputs again", async () => {
    const { notebook, port } = await open();
    const [gateway = 0] = stage.world.processes("fumehood.doors.gateway");
    process.kill(gateway, "SIGSTOP");
    await stage.world.killDaemon();
    const { asked, server } = await impostor(port);
    try {
      process.kill(gateway, "SIGCONT");
      await notebook.page.shows("Outputs need a reload of this page");
      await toFar(notebook);
      await notebook.edit(far);
      await notebook.page.type(" + ' edited'");
      expect(asked).toEqual([]);
      await notebook.page.evaluate(() => {
        document.documentElement.dataset.old = "";
      });
      await notebook.page.click("button", "Reload");
      await notebook.page.waitFor("another page", () => document.documentElement.dataset.old === undefined);
      await notebook.ready();
      // The page shows its first cell when it has been made, which may be later.
      await until("the far frame is seen", async () => {
        await toFar(notebook);
        return notebook.guest("the far frame", LOOK_MS);
      });
      expect(await notebook.source(far)).toBe("'far' + ' edited'");
      expect(asked).toEqual([]);
    } finally {
      server.close();
    }
  });
});
