/// Hooks in a real marimo, through the comm.

import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { launch } from "../drivers";
import { until } from "../page";
import { removed } from "../world";
import { ViewerFrame } from "./picture";

const ROOT = resolve(fileURLToPath(new URL("../../../..", import.meta.url)));

/// marimo has an environment of its own; what is shown comes from the project's, which is behind it.
const NOTEBOOK = `
import marimo
app = marimo.App()

@app.cell
def _():
    import sys
    sys.path.append(${JSON.stringify(join(ROOT, ".venv", "lib"))} + f"/python3.{sys.version_info[1]}/site-packages")
    import importlib.util, pathlib, fumehood
    scanpy = pathlib.Path(importlib.util.find_spec("scanpy").origin).parent
    viewer = fumehood.show(scanpy / "datasets" / "10x_pbmc68k_reduced.h5ad")
    @viewer.on_selection
    def got(selection):
        viewer.highlight(selection.obs_names[:50], "#00ff00")
    return (viewer,)

@app.cell
async def _(viewer):
    for wait in viewer.wait_for, viewer.wait_for_async:
        try:
            found = wait("selection", 30)
            await found
        except Exception as error:
            print(error)
    return

if __name__ == "__main__":
    app.run()
`;

function freePort(): Promise<number> {
  return new Promise((done) => {
    const asked = createServer().listen(0, "127.0.0.1", () => {
      const { port } = asked.address() as AddressInfo;
      asked.close(() => done(port));
    });
  });
}

test("a selection reaches Python in marimo, and a command comes back", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fh-mo-"));
  writeFileSync(join(folder, "view.py"), NOTEBOOK);
  const port = await freePort();
  const words = [
    "-m",
    "marimo",
    "run",
    "view.py",
    "--headless",
    "--no-token",
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
  ];
  const own = { HOME: folder, FUMEHOOD_HOME: folder, XDG_CONFIG_HOME: folder, PYTHONPATH: join(ROOT, "src") };
  const env = { ...process.env, ...own };
  const python = join(ROOT, ".peers", "bin", "python");
  const server = spawn(python, words, { cwd: folder, env, detached: true });
  let said = "";
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (data: Buffer) => {
      said += data.toString();
    });
  const browser = await launch("chromium");
  try {
    const url = `http://127.0.0.1:${port}/`;
    await until(`marimo serves`, async () => (await fetch(url)).ok, 60_000);
    const tab = await browser.open(url);
    const viewer = await ViewerFrame.of(async () => [tab]);
    await viewer.select([0.1, 0.1], [0.6, 0.9]);
    await viewer.shows("what Python highlights", ({ colors }) => (colors["0,255,0"] ?? 0) > 2);
    await until("who would wait for ever was told", async () => said.split("Use a hook").length === 3);
  } finally {
    await browser.close();
    const ended = new Promise((done) => server.once("exit", done));
    if (server.pid !== undefined) process.kill(-server.pid, "SIGKILL");
    await ended;
    await removed(folder);
  }
});
