/// What axe finds wrong with a page as it stands, a line each.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Tab } from "./drivers";

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function wrongs(tab: Tab): Promise<readonly string[]> {
  if (await tab.evaluate(() => !("axe" in window))) {
    await tab.inject(AXE);
  }
  const violations = await tab.evaluate(async () => {
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
      nodes: nodes.slice(0, 3).map((node) => ({ html: node.html.slice(0, 200), failureSummary: node.failureSummary })),
    }));
  });
  return violations.map(
    ({ id, impact, nodes }) =>
      `${id} (${impact}) ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`,
  );
}
