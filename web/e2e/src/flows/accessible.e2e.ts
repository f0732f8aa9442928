import { expect, test } from "vitest";
import { wrongs } from "../axe";
import { openScreens, SCREENS } from "../screens";
import { inOneBrowser } from "../stage";

inOneBrowser("accessible", (stage) => {
  test.each([
    ["light", false],
    ["dark", true],
  ] as const)("axe finds nothing on any screen, %s", { timeout: 180_000 }, async (_name, dark) => {
    const notebook = await openScreens(stage.world, stage.browser, { dark, reducedMotion: true });
    const found: string[] = [];
    for (const screen of SCREENS) {
      await screen.show(notebook);
      found.push(...(await wrongs(notebook.page.tab)).map((wrong) => `${screen.name}: ${wrong}`));
      await screen.leave(notebook);
    }
    expect(found).toEqual([]);
  });
});
