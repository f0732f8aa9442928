/// Real browsers against the real program. One file and one test at a time: two cores, and a browser takes both. Attacks
/// mostly wait for what must not come, so their engines take turns with each other.

import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const PROBES = "src/probes/*.e2e.ts";

const project = (
  name: string,
  groupOrder: number,
  maxWorkers: number,
  files: object,
): TestProjectInlineConfiguration => ({
  root: new URL(".", import.meta.url).pathname,
  test: {
    name,
    ...files,
    environment: "node",
    pool: "forks",
    sequence: { groupOrder },
    maxWorkers,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    teardownTimeout: 30_000,
  },
});

export default defineConfig({
  test: {
    reporters: ["default", new URL("src/probes/counting.ts", import.meta.url).pathname],
    projects: [
      project("flows", 0, 1, { include: ["src/**/*.e2e.ts"], exclude: [PROBES] }),
      project("attacks", 1, 3, { include: [PROBES] }),
    ],
  },
});
