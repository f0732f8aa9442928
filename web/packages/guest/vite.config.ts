/// Builds the untrusted page: `guest.html`, a constant page that holds its own script and style, and what it fetches when
/// it needs it. The blob server serves those flat under `/plugins/`, each name with its content's hash.
///
/// The core is inside the page because browsers give each opaque frame a cache of its own: a file beside it would be
/// one more request for every frame.

import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/// Puts the entry's script and style into the page. No other file may import the entry: it would run twice.
function onePage(): Plugin {
  return {
    name: "one-page",
    enforce: "post",
    // Behind Vite's own, which writes the addresses of what is fetched later into the entry.
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const files = Object.values(bundle);
        const page = files.find((file) => file.fileName.endsWith(".html"));
        const entry = files.find(
          (file) => file.type === "chunk" && file.isEntry && file.facadeModuleId?.endsWith(".html"),
        );
        if (page?.type !== "asset" || entry?.type !== "chunk") throw new Error("There must be one page and one entry.");
        for (const file of files)
          if (file.type === "chunk" && file.imports.includes(entry.fileName))
            throw new Error(`${file.fileName}, which is fetched later, imports the page's own script.`);
        if (entry.imports.length > 0) throw new Error("The page's own script imports another file at once.");
        let html = String(page.source);
        const put = (pattern: RegExp, element: string) => {
          if (!pattern.test(html)) throw new Error(`The page has no ${pattern.source}.`);
          html = html.replace(pattern, () => element);
        };
        put(/\s*<script type="module"[^>]*><\/script>/, "");
        put(/(?=\s*<\/body>)/, `<script type="module">${entry.code.replaceAll("</script", "<\\/script")}</script>`);
        delete bundle[entry.fileName];
        for (const name of entry.viteMetadata?.importedCss ?? []) {
          const style = bundle[name];
          if (style?.type !== "asset") continue;
          put(/\s*<link rel="stylesheet"[^>]*>/, `<style>${String(style.source).trim()}</style>`);
          delete bundle[name];
        }
        page.source = html;
      },
    },
  };
}

/// `plugins.json`: of each source that the page or an exported notebook loads by itself, the files that it needs at once.
/// What these name in turn (fonts, scripts) is found in their texts, as the names are their contents' hashes.
function catalogue(): Plugin {
  const sources = here("./src/");
  return {
    name: "catalogue",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const found: Record<string, string[]> = {};
        for (const file of Object.values(bundle)) {
          if (file.type !== "chunk" || !(file.isDynamicEntry || file.isEntry)) continue;
          if (!file.facadeModuleId?.startsWith(sources)) continue;
          const needed = new Set<string>();
          const walk = (name: string): void => {
            const one = bundle[name];
            if (one?.type !== "chunk" || needed.has(name)) return;
            needed.add(name);
            for (const style of one.viteMetadata?.importedCss ?? []) needed.add(style);
            for (const other of one.imports) walk(other);
          };
          walk(file.fileName);
          found[file.facadeModuleId.slice(sources.length).replace(/\.ts$/, "")] = [...needed];
        }
        this.emitFile({ type: "asset", fileName: "plugins.json", source: JSON.stringify(found) });
      },
    },
  };
}

/// KaTeX names each font in three formats, Font Awesome in five; every engine here reads the smallest.
function onlyWoff2(): Plugin {
  const awesome = /src: url\([^)]*eot[^)]*\);\s*src:.*?(url\([^)]*woff2[^)]*\) format\('woff2'\)).*?;/s;
  return {
    name: "only-woff2",
    enforce: "pre",
    transform(code, id) {
      if (id.endsWith("font-awesome.css")) return code.replace(awesome, "src: $1;").replaceAll("?v=4.7.0", "");
      if (!id.includes("katex") || !id.endsWith(".css")) return null;
      return code.replaceAll(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[a-z]+"\)/g, "");
    },
  };
}

/// anywidget's front end is a module for RequireJS.
function anywidget(): Plugin {
  const call = /^define\(\["@jupyter-widgets\/base"\], (\w+)\);\s*$/m;
  return {
    name: "anywidget",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/anywidget/dist/index.js")) return null;
      if (!call.test(code)) throw new Error("anywidget's front end is not what it was.");
      return code.replace(call, "export default $1;");
    },
  };
}

export default defineConfig({
  root: here("."),
  base: "./",
  plugins: [onlyWoff2(), anywidget(), onePage(), catalogue()],
  build: {
    outDir: here("../../../src/fumehood/assets/guest"),
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { guest: here("guest.html"), formulas: here("src/formulas.ts") },
      // The second one's names are known outside: exported notebooks load it.
      preserveEntrySignatures: "exports-only",
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
