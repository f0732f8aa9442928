/// The page of the guide that begins with a file and ends with a figure, done as it says.

import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { kept } from "./flow";
import { followed, guide, shell } from "./guide";
import { view } from "./hood";
import { ViewerFrame } from "./picture";

inOneBrowser("the guide", (stage) => {
  test("from h5ad to figure in five minutes: what the page says is done, and there at the end", async () => {
    const page = guide("five-minutes");
    const [make = "", open = "", ...more] = page.commands;
    expect(more).toEqual([]);
    shell(make, stage.world.folder, stage.world.home);
    const [, file = ""] = /^hood view (\S+)$/.exec(open) ?? [];
    const serving = await view(stage.world.home, join(stage.world.folder, file));
    const tab = await stage.browser.open(Object.values(serving.links)[0] ?? "");
    const viewer = await ViewerFrame.of(async () => [tab]);
    expect(await followed(viewer, page)).toBeGreaterThan(25);
    await until("a figure and a session are saved", async () => (await stage.browser.saved()) === 2);
    await tab.reload();
    const again = await ViewerFrame.of(async () => [tab]);
    await again.press("Groups");
    await kept(again, "Monocytes");
    await kept(again, "T cells");
    expect(await tab.violations()).toEqual([]);
    expect(tab.problems).toEqual([]);
    await tab.close();
    await serving.end();
  });
});
