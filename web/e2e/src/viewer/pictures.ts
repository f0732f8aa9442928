/// The pictures of the guide to the viewer, taken while its steps are followed: `npm run screenshots -w e2e`. Not part of
/// the tests.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, test } from "vitest";
import { pause } from "../page";
import { shrink } from "../shrinking";
import { inBrowsers } from "../stage";
import { followed, guide, shell } from "./guide";
import { view } from "./hood";
import { ViewerFrame } from "./picture";

const DOCS = fileURLToPath(new URL("../../../../docs/guide/", import.meta.url));
const FOLDER = join(DOCS, "images");
/// For what moves, and for the preview of the figure.
const REST_MS = 1500;

afterAll(() => shrink(FOLDER));

inBrowsers(
  "pictures of the viewer",
  (stage) => {
    test.each(["light", "dark"])("as the guide has them, %s", async (theme) => {
      const page = guide("five-minutes");
      const text = readFileSync(join(DOCS, "five-minutes.md"), "utf8");
      const file = join(stage.world.folder, "pbmc.h5ad");
      if (!existsSync(file)) shell(page.commands[0] ?? "", stage.world.folder, stage.world.home);
      const serving = await view(stage.world.home, file);
      const look = { width: 1200, height: 760, dark: theme === "dark", reducedMotion: true };
      const tab = await stage.browser.open(Object.values(serving.links)[0] ?? "", look);
      const viewer = await ViewerFrame.of(async () => [tab]);
      await followed(viewer, page, async (name) => {
        const wanted = name.replace(/light$/, theme);
        if (!text.includes(`images/${wanted}.png`)) return;
        await pause(REST_MS);
        await tab.screenshot(join(FOLDER, `${wanted}.png`));
      });
      await tab.close();
      await serving.end();
    });
  },
  { engines: ["chromium"] },
);
