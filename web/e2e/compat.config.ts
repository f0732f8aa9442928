/// The compatibility table instead of the tests: `make compat`.

import { defineConfig } from "vitest/config";
import { ROOT, RUN } from "./runs.ts";

export default defineConfig({
  root: ROOT,
  test: { ...RUN, include: ["src/compat/compat.ts"], testTimeout: 180_000, hookTimeout: 240_000 },
});
