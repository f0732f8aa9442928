/// Real browsers against the real program. One file and one test at a time: two cores, and a browser takes both.

import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  test: {
    include: ["src/**/*.e2e.ts"],
    environment: "node",
    reporters: ["default", new URL("src/probes/counting.ts", import.meta.url).pathname],
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    teardownTimeout: 30_000,
  },
});
