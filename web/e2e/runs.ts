/// What every run of browsers has in common: one file at a time unless it is said otherwise, because a machine of two
/// cores has none to spare beside a browser, and patience for a busy one.

import type { InlineConfig } from "vitest/node";

export const ROOT = new URL(".", import.meta.url).pathname;

export const RUN = {
  environment: "node",
  pool: "forks",
  maxWorkers: 1,
  fileParallelism: false,
  testTimeout: 90_000,
  hookTimeout: 90_000,
  teardownTimeout: 30_000,
} as const satisfies InlineConfig;
