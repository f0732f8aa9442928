/// The compatibility table instead of the tests: `make compat`. Of its own: what runs the tests' projects runs all tests.

import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  test: {
    include: ["src/compat/compat.ts"],
    environment: "node",
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 30_000,
  },
});
