import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { openScreens, SCREENS } from "../screens";
import { inOneBrowser } from "../stage";

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

inOneBrowser("accessible", (stage) => {
  test.each([
    ["light", false],
    ["dark", true],
  ] as const)("axe finds nothing on any screen, %s", { timeout: 180_000 }, async (_name, dark) => {
    const notebook = await openScreens(stage.world, stage.browser, { dark, reducedMotion: true });
    const found: string[] = [];
    for (const screen of SCREENS) {
      await screen.show(notebook);
      if (await notebook.page.evaluate(() => !("axe" in window))) {
        await notebook.page.tab.inject(AXE);
      }
      const violations = await notebook.page.evaluate(async () => {
        // A colour on its way to another is none; WebKit cannot be told to move less.
        const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
        await Promise.allSettled(fading.map((one) => one.finished));
        const page = window as unknown as {
          axe?: { run(context: unknown, options: unknown): Promise<{ violations: Violation[] }> };
        };
        if (page.axe === undefined) {
          throw new Error("axe did not come in");
        }
        const answer = await page.axe.run(document, { iframes: false, resultTypes: ["violations"] });
        return answer.violations.map(({ id, impact, nodes }) => ({
          id,
          impact,
          nodes: nodes
            .slice(0, 3)
            .map((node) => ({ html: node.html.slice(0, 200), failureSummary: node.failureSummary })),
        }));
      });
      found.push(
        ...violations.map(
          ({ id, impact, nodes }) =>
            `${screen.name}: ${id} (${impact}) ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`,
        ),
      );
      await screen.leave(notebook);
    }
    expect(found).toEqual([]);
  });
});
