import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Page } from "../page";
import { type Browser, ENGINES, launch } from ".";
import { HEIGHT, WIDTH } from "./types";

const PAGES: Readonly<Record<string, string>> = {
  "/": `<!doctype html><title>top</title><input aria-label="Name"><button>Greet</button><p id="said"></p>
    <iframe sandbox="allow-scripts" src="/inner"></iframe>
    <script>document.querySelector("button").onclick = () =>
      { document.getElementById("said").textContent = "hello " + document.querySelector("input").value; };</script>`,
  "/inner": "<!doctype html><title>inner</title><p>sealed</p>",
};

let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(PAGES[request.url ?? ""] ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  address = `http://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each(ENGINES)("%s", (engine) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(engine);
  });
  afterAll(() => browser.close());

  test("types, presses and clicks as a person does", async () => {
    const page = new Page(await browser.open(address));
    await page.click("textbox", "Name");
    await page.type("worldx");
    await page.press("Backspace", "Shift+Home");
    await page.type("all");
    await page.click("button", "Greet");
    await page.shows("hello all", "#said");
    await page.tab.close();
  });

  test("looks into a frame whose origin is opaque", async () => {
    const page = new Page(await browser.open(address));
    const frames = await page.tab.frames();
    expect(frames).toHaveLength(1);
    const seen = await frames[0]?.evaluate(async (name: string) => [self.origin, document.title, name], "x");
    expect(seen).toEqual(["null", "inner", "x"]);
    await page.tab.close();
  });

  test("shows a page as large as it was asked for, each time", async () => {
    for (const [width, height] of [
      [WIDTH, HEIGHT],
      [900, 700],
      [WIDTH, HEIGHT],
    ] as const) {
      const tab = await browser.open(address, { width, height });
      expect(await tab.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
      await tab.close();
    }
  });

  test("keeps two tabs apart and counts them", async () => {
    const first = await browser.open(address);
    const before = await browser.count();
    const second = await browser.beside(first, address);
    expect(await browser.count()).toBe(before + 1);
    await second.evaluate(() => {
      document.title = "second";
    });
    expect(await first.evaluate(() => document.title)).toBe("top");
    await second.close();
    await first.close();
  });
});
