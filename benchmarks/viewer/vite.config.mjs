/// Builds the page that peers are measured in. Their packages are those of `.peers/web`; ours are the sources.

import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const peers = ["regl-scatterplot", "@deck.gl/core", "@deck.gl/layers"];

export default {
  root: here("pages"),
  base: "./",
  publicDir: false,
  logLevel: "warn",
  resolve: {
    alias: peers.map((name) => ({ find: name, replacement: here(`../../.peers/web/node_modules/${name}`) })),
  },
  build: { target: "es2022", emptyOutDir: true, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 4000 },
};
