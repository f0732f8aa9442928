/// A stand-in for the part of the internet that libraries load from: files of npm's packages under the addresses of the
/// networks that hand them out, and a picture for each map tile. It answers only what the frame's policy let through: the
/// browser asks the policy first.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import type { BrowserContext, Route } from "playwright-core";
import type { Tab } from "../drivers";

const run = promisify(execFile);
const PACK_MS = 60_000;
const LOOK_MS = 100;
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};
/// One green dot.
const TILE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

interface Wanted {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

/// Which file of which package an address means.
export function wanted(url: URL): Wanted | null {
  const { host } = url;
  const pathname = url.pathname.replaceAll(/\/{2,}/g, "/");
  const inPackage = /^\/(?:npm\/)?((?:@[\w.-]+\/)?[\w.-]+)(?:@([\w.^~-]+))?(\/.*)?$/.exec(decodeURIComponent(pathname));
  if (
    (host === "cdn.jsdelivr.net" && pathname.startsWith("/npm/")) ||
    host === "unpkg.com" ||
    host === "www.unpkg.com"
  ) {
    if (!inPackage?.[1]) return null;
    return { name: inPackage[1], version: inPackage[2] ?? "latest", path: inPackage[3] ?? "" };
  }
  const collected = /^\/ajax\/libs\/([\w.-]+)\/([\w.-]+)\/(.+)$/.exec(pathname);
  if (host === "cdnjs.cloudflare.com" && collected) {
    const [, name = "", version = "", file = ""] = collected;
    const other = COLLECTED[name] ?? { name, folder: "dist/" };
    return { name: other.name, version, path: `/${other.folder}${file}` };
  }
  const query = /^\/jquery-([\d.]+)(\.min)?\.js$/.exec(pathname);
  if (host === "code.jquery.com" && query)
    return { name: "jquery", version: query[1] ?? "", path: `/dist/jquery${query[2] ?? ""}.js` };
  const plotly = /^\/plotly-([\d.]+)\.min(?:\.js)?$/.exec(pathname);
  if (host === "cdn.plot.ly" && plotly)
    return { name: "plotly.js-dist-min", version: plotly[1] ?? "", path: "/plotly.min.js" };
  const bokeh = /^\/bokeh\/release\/(bokeh(?:-\w+)?)-([\d.]+)\.min\.js$/.exec(pathname);
  if (host === "cdn.bokeh.org" && bokeh)
    return { name: "@bokeh/bokehjs", version: bokeh[2] ?? "", path: `/build/js/${bokeh[1]}.min.js` };
  const d3 = /^\/d3\.v(\d+)(\.min)?\.js$/.exec(pathname);
  if (host === "d3js.org" && d3)
    return {
      name: "d3",
      version: d3[1] ?? "",
      path: Number(d3[1]) < 4 ? `/d3${d3[2] ?? ""}.js` : `/dist/d3${d3[2] ?? ""}.js`,
    };
  return null;
}

const COLLECTED: Readonly<Record<string, { readonly name: string; readonly folder: string }>> = {
  "font-awesome": { name: "@fortawesome/fontawesome-free", folder: "" },
  "Leaflet.awesome-markers": { name: "leaflet.awesome-markers", folder: "dist/" },
  "vis-network": { name: "vis-network", folder: "" },
  "require.js": { name: "requirejs", folder: "" },
};

export class Internet {
  /// Hosts that were asked, and did not know.
  readonly strange = new Set<string>();
  readonly asked = new Set<string>();
  readonly #folders = new Map<string, Promise<string>>();
  #packing = 0;
  #packed = false;

  constructor(private readonly cache: string) {
    mkdirSync(cache, { recursive: true });
  }

  /// Whether packages had to be fetched since it was asked last, as in a first run; resolves when they are here.
  async fetched(): Promise<boolean> {
    while (this.#packing > 0) await new Promise((done) => setTimeout(done, LOOK_MS));
    const packed = this.#packed;
    this.#packed = false;
    return packed;
  }

  async attach(tab: Tab): Promise<void> {
    const { context } = tab as unknown as { readonly context: BrowserContext };
    await context.route(/^https:/, (route) => this.#answer(route));
  }

  async #answer(route: Route): Promise<void> {
    const url = new URL(route.request().url());
    this.asked.add(url.host);
    const headers = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" };
    if (route.request().resourceType() === "image") {
      await route.fulfill({ status: 200, contentType: "image/png", body: TILE, headers });
      return;
    }
    const file = wanted(url);
    const body = file && (await this.#file(file).catch(() => null));
    if (body) await route.fulfill({ status: 200, contentType: body.type, body: body.bytes, headers });
    else {
      this.strange.add(url.host + url.pathname);
      await route.abort("namenotresolved");
    }
  }

  async #file({ name, version, path }: Wanted): Promise<{ readonly bytes: Buffer; readonly type: string } | null> {
    const key = `${name}@${version}`;
    const coming = this.#folders.get(key) ?? this.#fetch(name, version);
    this.#folders.set(key, coming);
    const folder = await coming;
    const own = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
    const main = String(own.jsdelivr ?? own.unpkg ?? own.main ?? "index.js");
    const inside = path === "" || path === "/" ? main : path.slice(1);
    // What a network minifies by itself, and names without an ending.
    for (const one of [inside, inside.replace(/\.min\.(js|css)$/, ".$1"), `${inside}.js`]) {
      const file = join(folder, one);
      if (file.startsWith(folder) && existsSync(file) && extname(file) !== "")
        return { bytes: readFileSync(file), type: TYPES[extname(file)] ?? "application/octet-stream" };
    }
    return null;
  }

  async #fetch(name: string, version: string): Promise<string> {
    const folder = join(this.cache, `${name.replace("/", "__")}@${version}`);
    if (existsSync(join(folder, "package.json"))) return folder;
    const work = `${folder}.part`;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    this.#packing += 1;
    this.#packed = true;
    try {
      await run("npm", ["pack", `${name}@${version}`, "--silent"], { cwd: work, timeout: PACK_MS });
    } finally {
      this.#packing -= 1;
    }
    const [archive] = readdirSync(work);
    if (archive === undefined) throw new Error(`no ${name}`);
    await run("tar", ["xzf", archive], { cwd: work, timeout: PACK_MS });
    const [inner] = readdirSync(work).filter((one) => !one.endsWith(".tgz"));
    if (inner === undefined) throw new Error(`nothing in ${name}`);
    renameSync(join(work, inner), folder);
    rmSync(work, { recursive: true, force: true });
    return folder;
  }
}
