/// The pictures of the guide instead of the tests.

import { defineConfig } from "vitest/config";
import { ROOT, RUN } from "./runs.ts";

export default defineConfig({
  root: ROOT,
  test: { ...RUN, include: ["src/screenshots.ts", "src/viewer/pictures.ts"] },
});
