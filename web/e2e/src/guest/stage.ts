/// A stage for the sealed page alone: the built guest under its real policy, and a page that frames it under a policy as
/// strict as the product's, with the real bridge. For what is about frames and outputs, and needs neither daemon nor
/// kernel.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = resolve(fileURLToPath(new URL("../../../..", import.meta.url)));
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};

type Files = Map<string, { readonly type: string; readonly body: Buffer; readonly policy?: string }>;

async function listen(files: Files, missing: (request: IncomingMessage) => void): Promise<[Server, string]> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const found = files.get((request.url ?? "").split("?")[0] ?? "");
    if (!found) missing(request);
    response.writeHead(found ? 200 : 404, {
      "Content-Type": found?.type ?? "text/plain",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
      "Content-Security-Policy": found?.policy ?? "sandbox; default-src 'none'",
      "Cache-Control": found ? "private, max-age=31536000, immutable" : "no-store",
    });
    response.end(found?.body ?? "");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the stage has no port");
  return [server, `http://127.0.0.1:${bound.port}`];
}

/// The policy that the product's blob server sends with the page, from the product itself.
function policyOf(blobs: string): string {
  const code = `from fumehood.policy.outputs import OutputPolicy; print(OutputPolicy(${JSON.stringify(blobs)}).header)`;
  return execFileSync(join(ROOT, ".venv", "bin", "python"), ["-c", code], { encoding: "utf8" }).trim();
}

export class Stage {
  private constructor(
    private readonly servers: readonly Server[],
    private readonly folder: string,
    private readonly files: Files,
    readonly url: string,
    readonly blobs: string,
    readonly guest: string,
    /// Requests for what is not there: where an output went that should have gone nowhere.
    readonly strays: readonly string[],
  ) {}

  static async start(): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), "fh-stage-"));
    const common = { logLevel: "error", clearScreen: false } as const;
    await build({
      ...common,
      configFile: join(ROOT, "web/packages/guest/vite.config.ts"),
      build: { outDir: join(folder, "guest"), emptyOutDir: true },
    });
    await build({
      ...common,
      configFile: false,
      build: {
        outDir: join(folder, "shell"),
        lib: { entry: join(ROOT, "web/e2e/src/guest/framing.ts"), formats: ["es"], fileName: "framing" },
      },
    });
    const strays: string[] = [];
    const stray = (request: IncomingMessage) => strays.push(`${request.method} ${request.url}`);
    const files: Files = new Map();
    const [blobServer, blobs] = await listen(files, stray);
    for (const name of readdirSync(join(folder, "guest"))) {
      const body = readFileSync(join(folder, "guest", name));
      if (name === "guest.html")
        files.set("/plugins/guest-page", { type: "text/html; charset=utf-8", body, policy: policyOf(blobs) });
      else files.set(`/plugins/${name}`, { type: TYPES[extname(name)] ?? "application/octet-stream", body });
    }
    const policy = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src ${blobs}; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
    const page = `<!doctype html><title>stage</title><link rel="stylesheet" href="/stage.css"><h1>stage</h1><input aria-label="Text"><script type="module" src="/framing.js"></script>`;
    const own: Files = new Map([
      ["/", { type: "text/html", body: Buffer.from(page), policy }],
      ["/stage.css", { type: "text/css", body: Buffer.from("iframe { border: 0; width: 100%; display: block }") }],
      ["/framing.js", { type: "text/javascript", body: readFileSync(join(folder, "shell", "framing.js")) }],
    ]);
    const [pageServer, url] = await listen(own, () => undefined);
    return new Stage([blobServer, pageServer], folder, files, `${url}/`, blobs, `${blobs}/plugins/guest-page`, strays);
  }

  /// As the blob store would keep it.
  put(data: Uint8Array): { blob: string; size: number } {
    const blob = createHash("sha256").update(data).digest("hex");
    this.files.set(`/blob/${blob}`, { type: "application/octet-stream", body: Buffer.from(data) });
    return { blob, size: data.length };
  }

  stop(): void {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
