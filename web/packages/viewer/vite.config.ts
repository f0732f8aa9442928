/// Builds the viewer three times: the page that a server serves (`index.html` and hashed files beside it), the same as
/// one module for a notebook's widget (`widget.js`), and the loader that fetches that module through the comm
/// (`loader.js`), which is all that a notebook keeps. The page's policy allows no inline scripts or styles.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type UserConfig } from "vite";
import solid from "vite-plugin-solid";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/// `manifest.json`: SHA-256 of every file. Servers serve, and widgets send, what is in it and unchanged.
function manifest(): Plugin {
  return {
    name: "manifest",
    writeBundle({ dir }) {
      const folder = dir ?? "";
      const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
      const files: Record<string, string> = {};
      for (const name of found)
        if (name !== "manifest.json" && statSync(join(folder, name)).isFile())
          files[name] = createHash("sha256")
            .update(readFileSync(join(folder, name)))
            .digest("hex");
      writeFileSync(join(folder, "manifest.json"), JSON.stringify({ files }));
    },
  };
}

/// Under a shadow root nothing of the document's styles counts: what was imported goes into the module as a text, said of
/// the host where it was said of the root.
function styles(): Plugin {
  return {
    name: "styles",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        let css = "";
        for (const [name, one] of Object.entries(bundle)) {
          if (one.type !== "asset" || !name.endsWith(".css")) continue;
          css += one.source;
          delete bundle[name];
        }
        const hosted = css
          .replace(/:root((?:\[[^\]]*\])+)/g, ":host($1)")
          .replace(/:root\b/g, ":host")
          .replace(/(^|[{},])html\b/g, "$1:host");
        for (const one of Object.values(bundle))
          if (one.type === "chunk")
            one.code = one.code.replace(/["'`]__VIEWER_STYLES__["'`]/, () => JSON.stringify(hosted));
      },
    },
  };
}

const page: NonNullable<UserConfig["build"]> = { emptyOutDir: true };
const one = (name: string): NonNullable<UserConfig["build"]> => ({
  emptyOutDir: false,
  lib: { entry: here(`src/${name}.ts`), formats: ["es"], fileName: () => `${name}.js` },
  rolldownOptions: { output: { codeSplitting: false } },
});

export default defineConfig(({ mode }) => ({
  root: here("."),
  base: "./",
  publicDir: false as const,
  // Solid's templates are HTML strings that the compiler made: they go through the page's one Trusted Types policy.
  plugins: [
    solid({ solid: { moduleName: "@fumehood/ui/templates" } }),
    ...(mode === "widget" ? [styles()] : []),
    manifest(),
  ],
  resolve: { dedupe: ["solid-js"] },
  build: {
    outDir: here("../../../src/fumehood/assets/viewer"),
    target: "es2022",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    minify: "oxc" as const,
    sourcemap: false,
    ...(mode === "widget" || mode === "loader" ? one(mode) : page),
  },
}));
