import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [solid({ solid: { moduleName: "@fumehood/ui/templates" } })],
  test: { include: ["packages/*/src/**/*.test.ts"], environment: "node" },
});
