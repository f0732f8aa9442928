/// Builds the trusted page into the Python package: `index.html` and hashed files beside it. The page's policy allows
/// neither inline scripts nor inline styles, so nothing may be inlined here.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "/",
  // Solid's templates are HTML strings that the compiler made: they go through the page's one Trusted Types policy.
  plugins: [solid({ solid: { moduleName: "@fumehood/ui/templates" } })],
  resolve: { dedupe: ["yjs", "solid-js", "@codemirror/state", "@codemirror/view", "@codemirror/language"] },
  build: {
    outDir: here("../../../src/fumehood/assets/shell"),
    emptyOutDir: true,
    target: "es2022",
    // Older ones know no `light-dark()`, and what stands in for it ignores a `color-scheme` that a script sets.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    sourcemap: false,
    reportCompressedSize: true,
  },
});
