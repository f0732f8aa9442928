/// Real browsers against the real program. Attacks mostly wait for what must not come, so their engines run side by side,
/// and beside nothing else.

import { defineConfig } from "vitest/config";
import { ROOT, RUN } from "./runs.ts";

const PROBES = "src/probes/*.e2e.ts";

export default defineConfig({
  test: {
    reporters: ["default", ...["src/probes/counting.ts", "src/failing.ts"].map((path) => ROOT + path)],
    projects: [
      {
        root: ROOT,
        test: { ...RUN, name: "flows", sequence: { groupOrder: 0 }, include: ["src/**/*.e2e.ts"], exclude: [PROBES] },
      },
      {
        root: ROOT,
        test: {
          ...RUN,
          name: "attacks",
          sequence: { groupOrder: 1 },
          include: [PROBES],
          maxWorkers: 3,
          fileParallelism: true,
        },
      },
    ],
  },
});
