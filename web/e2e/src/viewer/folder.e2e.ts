/// An export with its page on a static host that knows nothing but files: no server of ours, no Python behind it.

import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inOneBrowser } from "../stage";
import { ViewerFrame } from "./picture";

const ROOT = resolve(fileURLToPath(new URL("../../../..", import.meta.url)));
const TYPES: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", css: "text/css" };

/// As plain as one can be: no ranges, no encodings.
async function host(folder: string): Promise<{ readonly url: string; readonly asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
    asked.push(path);
    try {
      const name = path.endsWith("/") ? `${path}index.html` : path;
      const data = readFileSync(join(folder, normalize(name)));
      response.writeHead(200, { "Content-Type": TYPES[name.split(".").pop() ?? ""] ?? "application/octet-stream" });
      response.end(data);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, asked, close: () => server.close() };
}

function atlas(): string {
  const lib = join(ROOT, ".venv", "lib");
  const python = readdirSync(lib).find((name) => name.startsWith("python3.")) ?? "";
  return join(lib, python, "site-packages", "scanpy", "datasets", "10x_pbmc68k_reduced.h5ad");
}

inOneBrowser("an exported folder", (stage) => {
  test("is a viewer of its own on a static host, below whatever address it lies", async () => {
    await stage.world.hood("export", atlas(), "site", "--with-page");
    const served = await host(stage.world.folder);
    const tab = await stage.browser.open(`${served.url}site/`);
    try {
      const viewer = await ViewerFrame.of(async () => [tab]);
      await viewer.shows("the dataset", ({ count }) => count.startsWith("700 cells"));
      // The first column and the points were fetched as files, and nothing was asked of a server of ours.
      expect(served.asked.some((path) => path.startsWith("/site/points_"))).toBe(true);
      expect(served.asked.filter((path) => path.includes("_fumehood"))).toEqual([]);
    } finally {
      await tab.close();
      served.close();
    }
  });
});
