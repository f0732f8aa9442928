/// Says at the end of a run how many attacks were tried, where, and what came of them.

import type { Reporter, TestCase, TestModule } from "vitest/node";
import { PROBES } from ".";

interface Count {
  passed: number;
  all: number;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/ > an unsealed page > /, "worked where nothing is sealed"],
  [/ > an output of the product > (?!nothing arrived)/, "refused by the product"],
  [/ > an anywidget's module > in an unsealed page: /, "worked from inside an anywidget where nothing is sealed"],
  [/ > an anywidget's module > in the product: /, "refused by the product from inside an anywidget"],
];

export default class Counting implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, Count>();
    for (const module of modules.filter(({ moduleId }) => moduleId.includes("/probes/"))) {
      for (const test of module.children.allTests()) count(counts, test);
    }
    for (const [what, { passed, all }] of counts) process.stdout.write(`  attacks: ${passed} of ${all} ${what}\n`);
  }
}

function count(counts: Map<string, Count>, test: TestCase): void {
  const kind = KINDS.find(([pattern]) => pattern.test(test.fullName));
  const { state } = test.result();
  if (kind === undefined || (state !== "passed" && state !== "failed")) return;
  const [engine] = test.fullName.split(" > ");
  const probe = PROBES.find(({ name }) => name === test.name.replace("in the product: ", ""));
  const lets = kind[1].startsWith("refused") && Object.hasOwn(probe?.through ?? {}, engine ?? "");
  const name = `${lets ? "let through by the engine, as the threat model says" : kind[1]} (${engine})`;
  const held = counts.get(name) ?? { passed: 0, all: 0 };
  counts.set(name, { passed: held.passed + (state === "passed" ? 1 : 0), all: held.all + 1 });
}
