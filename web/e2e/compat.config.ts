/// The compatibility table instead of the tests: `make compat`.

import { defineConfig } from "vitest/config";
import config from "./vitest.config";

export default defineConfig({
  ...config,
  test: { ...config.test, include: ["src/compat/compat.ts"], retry: 0, testTimeout: 180_000 },
});
