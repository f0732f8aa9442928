/// Every hostile output of the corpus, in a page that seals nothing (where it works) and in the guest (where it does
/// not). The guest stands on the stage; the attacks by scripts' interfaces are in `probes/`.

import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, ENGINES, type Frame, launch, type Tab } from "../drivers";
import type { Framing } from "../guest/framing";
import { Stage } from "../guest/stage";
import { painted, pause, until } from "../page";
import { type Arena, startArena } from "../probes/arena";
import { Catcher } from "../probes/catcher";
import { armed, HOSTILE_OUTPUTS, type HostileOutput } from ".";

/// How long a refused attack gets to prove the test wrong; the catcher is asked again at the end.
const GRACE_MS = 100;
const WORKS_MS = 8000;

let stage: Stage;
let arena: Arena;
let catcher: Catcher;

beforeAll(async () => {
  [stage, arena, catcher] = await Promise.all([Stage.start(), startArena(), Catcher.start()]);
});
afterAll(() => {
  stage.stop();
  arena.stop();
  catcher.stop();
});

interface Look {
  readonly href: string;
  readonly marked: boolean;
  readonly title: string;
}

/// Runs in the unsealed frame: what a page does that trusts its outputs.
function careless(markup: string): void {
  document.body.innerHTML = markup;
  for (const script of document.querySelectorAll("script")) {
    const copy = document.createElement("script");
    for (const { name, value } of script.attributes) copy.setAttribute(name, value);
    copy.text = script.textContent;
    script.replaceWith(copy);
  }
}

function look(mark: string): Look {
  const marked = document.title.includes(mark) || document.body.textContent.includes(mark);
  return { href: location.href, marked, title: document.title };
}

/// A frame that is gone has run nothing that counts.
async function hasRun(frame: Frame): Promise<boolean> {
  try {
    return await frame.evaluate(() => (window as unknown as { ran?: number }).ran === 1);
  } catch {
    return false;
  }
}

async function clickOn(tab: Tab, frame: Frame, selector: string): Promise<void> {
  // An animation has begun by then, too.
  await frame.evaluate(painted);
  const inside = await frame.evaluate((wanted: string) => {
    const element = document.querySelector(wanted);
    element?.scrollIntoView({ block: "nearest" });
    const box = element?.getBoundingClientRect();
    return box ? [box.x + Math.min(box.width / 2, 20), box.y + box.height / 2] : null;
  }, selector);
  const [left, top] = await tab.evaluate(() => {
    const box = document.querySelector("iframe")?.getBoundingClientRect();
    return [box?.x ?? 0, box?.y ?? 0];
  });
  // What the guest did not make cannot be clicked on: that is an answer, too.
  if (inside) await tab.click((left ?? 0) + (inside[0] ?? 0), (top ?? 0) + (inside[1] ?? 0));
}

describe.each(ENGINES)("%s", (engine) => {
  let browser: Browser;
  let mark: string;
  let before: { readonly look: Look; readonly tabs: number; readonly dialogs: number };
  beforeAll(async () => {
    browser = await launch(engine);
  });
  afterAll(() => browser.close());

  async function begin(tab: Tab): Promise<void> {
    mark = `mark${randomBytes(8).toString("hex")}`;
    before = { look: await tab.evaluate(look, mark), tabs: await browser.count(), dialogs: tab.dialogs };
  }

  /// What the attack brought about; a page that cannot answer is another one.
  async function effects(tab: Tab, frame: Frame): Promise<readonly string[]> {
    const now = await tab.evaluate(look, mark).catch(() => null);
    const ran = await hasRun(frame);
    const changed = now === null || now.marked || now.href !== before.look.href || now.title !== before.look.title;
    return [
      ...(catcher.got(mark) ? ["arrival"] : []),
      ...(changed ? ["page"] : []),
      ...((await browser.count()) === before.tabs ? [] : ["tab"]),
      ...(tab.dialogs === before.dialogs ? [] : ["dialog"]),
      ...(ran ? ["ran"] : []),
    ];
  }

  describe("works where nothing is sealed", () => {
    const working = HOSTILE_OUTPUTS.filter((one) => !one.tame?.includes(engine));
    let tab: Tab | undefined;
    test.each(working.map((one) => [one.name, one] as const))("%s", async (_, hostile) => {
      if (tab) await tab.goto(arena.url);
      else tab = await browser.open(arena.url);
      const own = tab;
      try {
        const frame = await until("the arena's frame", async () => (await own.frames())[0]);
        await begin(own);
        const { naive, data } = armed(hostile, catcher.origin, mark);
        await frame.evaluate(careless, naive ?? Object.values(data)[0] ?? "").catch(() => undefined);
        if (hostile.click) await clickOn(own, frame, hostile.click).catch(() => undefined);
        await until(
          `"${hostile.name}" has an effect`,
          async () => (await effects(own, frame)).includes(hostile.seen),
          WORKS_MS,
        );
      } finally {
        // Whatever it opened or left goes with the profile.
        if (hostile.seen !== "arrival" && hostile.seen !== "ran") {
          tab = undefined;
          await own.close();
        }
      }
    });
  });

  describe("does nothing from inside the guest", () => {
    let tab: Tab | undefined;
    const marks: string[] = [];
    const refused = (hostile: HostileOutput, seen: readonly string[]) =>
      // A script of the output's own may run inside; of a text, none.
      seen.filter((effect) => effect !== "ran" || hostile.seen === "ran");

    test.each(HOSTILE_OUTPUTS.map((one) => [one.name, one] as const))("%s", async (_, hostile) => {
      tab ??= await browser.open(stage.url);
      const own = tab;
      await begin(own);
      marks.push(mark);
      const { data, metadata } = armed(hostile, catcher.origin, mark);
      const output = { id: "a", data, metadata: metadata ?? {} };
      await own.evaluate(
        ({ guest, blobs, sent }) => {
          const { framing } = window as unknown as { framing: Framing };
          framing.mount(guest, blobs, [JSON.parse(sent)], false);
        },
        { guest: stage.guest, blobs: stage.blobs, sent: JSON.stringify(output) },
      );
      const frame = await until("the guest's frame", async () => (await own.frames())[0]);
      const shown = () =>
        own.evaluate(() => {
          const { notes } = (window as unknown as { framing: Framing }).framing;
          return notes.heights.length > 0 || notes.loads > 1;
        });
      await until("the output is shown", shown);
      if (hostile.click) await clickOn(own, frame, hostile.click).catch(() => undefined);
      await pause(GRACE_MS);
      expect(refused(hostile, await effects(own, frame))).toEqual([]);
      const heights = await own.evaluate(() => (window as unknown as { framing: Framing }).framing.notes.heights);
      expect(Math.max(0, ...heights)).toBeLessThan(10_000_001);
    });

    test("and nothing arrived later", () => {
      expect(marks.length).toBe(HOSTILE_OUTPUTS.length);
      expect(marks.filter((one) => catcher.got(one))).toEqual([]);
    });
  });
});
