/// Says once more, after everything else, which tests failed and why: of a long run's output often only the end is kept.

import type { Reporter, TestModule } from "vitest/node";

export default class Failing implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const { message } of module.errors()) say(module.relativeModuleId, message);
      for (const test of module.children.allTests("failed")) {
        say(`${module.relativeModuleId} > ${test.fullName}`, test.result().errors?.[0]?.message);
      }
      for (const suite of module.children.allSuites()) {
        for (const { message } of suite.errors()) say(`${module.relativeModuleId} > ${suite.fullName}`, message);
      }
    }
  }
}

function say(what: string, why = "no message"): void {
  process.stdout.write(`  failed: ${what}\n    ${why.replaceAll("\n", "\n    ")}\n`);
}
