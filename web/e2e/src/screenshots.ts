/// Pictures of every screen for the guide: `npm run screenshots -w e2e`. Not part of the tests.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, test } from "vitest";
import { pause } from "./page";
import { openScreens, SCREENS } from "./screens";
import { shrink } from "./shrinking";
import { inBrowsers } from "./stage";

const FOLDER = fileURLToPath(new URL("../../../docs/guide/images/", import.meta.url));
const SIZES = [
  ["wide", 1200, 760],
  ["narrow", 480, 760],
] as const;
/// For fonts, frames and transitions.
const REST_MS = 400;

afterAll(() => shrink(FOLDER));

inBrowsers("pictures", (stage) => {
  for (const [size, width, height] of SIZES) {
    test.each(["light", "dark"])(`of every screen, ${size}, %s`, { timeout: 180_000 }, async (theme) => {
      mkdirSync(FOLDER, { recursive: true });
      const look = { width, height, dark: theme === "dark", reducedMotion: true };
      const notebook = await openScreens(stage.world, stage.browser, look);
      for (const screen of SCREENS) {
        await screen.show(notebook);
        await pause(REST_MS);
        await notebook.page.tab.screenshot(join(FOLDER, `${screen.name}-${size}-${theme}.png`));
        await screen.leave(notebook);
      }
    });
  }
});
