/// The table of `docs/reference/compatibility.md`: real outputs of real libraries, each in the real page in a real browser.
/// `make compat` writes it. A case that is no longer what it says here fails.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Browser, launch } from "../drivers";
import { NotebookPage } from "../notebook";
import { type Page, pause, until } from "../page";
import { NOTEBOOKS, World } from "../world";
import { CASES } from "./cases";
import { Internet } from "./internet";
import { missing, picture, press, said } from "./judge";
import { type Row, table } from "./table";
import type { Case, Verdict } from "./types";

const ROOT = resolve(fileURLToPath(new URL("../../../..", import.meta.url)));
const PYTHON = join(ROOT, ".compat", "bin", "python");
/// Pictures and records, outside the repository's files.
const KEPT = process.env.HOOD_COMPAT ?? join(ROOT, ".compat", "results");
const SHOWS_MS = 12_000;
const LEVERS = 6;
const ONLY = process.env.HOOD_CASES?.split(",");

const RECORDS = join(KEPT, "records");

/// One daemon, one window and one kernel at a time for all of them.
describe("what libraries show", () => {
  const internet = new Internet(join(KEPT, "internet"));
  let browser: Browser;
  let world: World;
  let page: Page;
  let origin = "";

  beforeAll(async () => {
    mkdirSync(RECORDS, { recursive: true });
    mkdirSync(join(KEPT, "pictures"), { recursive: true });
    browser = await launch("chromium");
    world = World.make();
    const share = join(world.folder, "share");
    mkdirSync(join(share, "kernels", "compat"), { recursive: true });
    const argv = [PYTHON, "-m", "ipykernel_launcher", "-f", "{connection_file}"];
    const spec = { argv, display_name: "compat", language: "python" };
    writeFileSync(join(share, "kernels", "compat", "kernel.json"), JSON.stringify(spec));
    world.environment = { JUPYTER_PATH: share };
    const { link } = await world.open(world.notebook("first.ipynb", ["1"]));
    page = await world.visit(browser, "about:blank");
    await internet.attach(page.tab);
    await page.tab.goto(link);
    await NotebookPage.of(page);
    origin = new URL(link).origin;
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await world.end();
  });
  afterEach(() => {
    for (const pid of world.processes(PYTHON)) process.kill(pid, "SIGKILL");
  });

  const shown = async (one: Case): Promise<NotebookPage> => {
    internet.asked.clear();
    internet.strange.clear();
    const metadata = { kernelspec: { display_name: "compat", language: "python", name: "compat" } };
    const path = one.saved
      ? world.copy(join(NOTEBOOKS, one.saved))
      : world.notebook(`${nameOf(one)}.ipynb`, one.cells ?? [], metadata);
    await page.tab.goto(`${origin}/#path=${encodeURIComponent(path)}`);
    await page.tab.reload();
    const notebook = await NotebookPage.of(page);
    for (const index of (one.cells ?? []).keys()) {
      await notebook.run(`cell-${index}`);
      const ended = async () => /^(?:ok|error)$/.test(await notebook.status(`cell-${index}`));
      await until(`cell ${index} has ended`, ended, 90_000);
    }
    if (one.saved) await scrolled(notebook, one);
    return notebook;
  };

  /// As somebody reads it: every output comes near once, until one shows what is looked for.
  const scrolled = async (notebook: NotebookPage, one: Case) => {
    for (let step = 0; step < 14; step++) {
      if ((await missing(notebook, one.signs, one.plain ?? false, 0)).length === 0) return;
      await notebook.page.tab.wheel(640, 500, 1100);
      await pause(500);
    }
  };

  const allow = async (notebook: NotebookPage): Promise<string | null> => {
    const host = await notebook.page.evaluate(() => {
      const button = document.querySelector<HTMLButtonElement>(".blocked button:not([aria-expanded])");
      button?.focus();
      return button
        ? (button.closest(".blocked")?.textContent ?? "")
            .replace(/Allow.*$/, "")
            .replace("Blocked: ", "")
            .trim()
        : null;
    });
    if (host === null) return null;
    await notebook.page.waitFor("an Allow that can be pressed", () => {
      const button = document.querySelector<HTMLButtonElement>(".blocked button:not([aria-expanded])");
      button?.focus();
      return button !== null && !button.disabled && document.activeElement === button;
    });
    await notebook.page.press("Enter");
    await pause(800);
    return host;
  };

  for (const one of CASES.filter(({ name }) => !ONLY || ONLY.some((part) => name.includes(part)))) {
    test(one.name, async () => {
      const notebook = await shown(one);
      const plain = one.plain ?? false;
      const levers: string[] = [];
      let left = await missing(notebook, one.signs, plain, one.verdict === "does not work" ? 8000 : SHOWS_MS);
      while (left.length > 0 && (await internet.fetched())) left = await missing(notebook, one.signs, plain, SHOWS_MS);
      while (levers.length < LEVERS && (left.length > 0 || one.verdict === "works after a policy lever")) {
        const lever = await allow(notebook).catch(() => null);
        if (lever === null) break;
        levers.push(lever);
        left = await missing(notebook, one.signs, plain, SHOWS_MS / 2);
      }
      if (left.length === 0 && one.press) {
        await press(notebook, one.press.css);
        left = await missing(notebook, [one.press.gives], plain, SHOWS_MS);
      }
      const file = join(KEPT, "pictures", `${nameOf(one)}.png`);
      const { colours, inked } = await picture(notebook, file, plain);
      const drawn = colours >= (one.colours ?? 6) && inked > 0.001;
      const verdict: Verdict =
        left.length > 0 || !drawn ? "does not work" : levers.length > 0 ? "works after a policy lever" : "works";
      const notes = await said(notebook);
      const record = {
        name: one.name,
        verdict,
        left,
        colours,
        inked,
        levers,
        notes,
        asked: [...internet.asked],
        strange: [...internet.strange],
        problems: page.tab.problems.slice(-8),
      };
      writeFileSync(join(RECORDS, `${nameOf(one)}.json`), JSON.stringify(record, null, 1));
      expect(verdict, JSON.stringify(record, null, 1)).toBe(one.verdict ?? "works");
    });
  }

  test("the table is written from all of them", () => {
    const rows = CASES.flatMap((one): Row[] => {
      const file = join(RECORDS, `${nameOf(one)}.json`);
      return existsSync(file) ? [{ one, ...(JSON.parse(readFileSync(file, "utf8")) as Omit<Row, "one">) }] : [];
    });
    // A part of them, without the others' records, is no table.
    expect(CASES.map(nameOf)).toEqual(rows.map(({ one }) => nameOf(one)));
    const constraints = readFileSync(join(ROOT, "requirements", "compat-constraints.txt"), "utf8");
    writeFileSync(join(ROOT, "docs", "reference", "compatibility.md"), table(rows, constraints));
  });
});

const nameOf = ({ name }: Case): string => name.replace(/\W+/g, "-");
