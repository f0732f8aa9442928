// Which package may see which (design, section 11). Untrusted code is a folder: `guest` and `viewer` run in sealed
// frames, `shell` is the trusted page, and all that they share is `protocol`, `bridge` and `ui`.

const SHARED = ["protocol", "bridge", "ui"];
const ALLOWED = {
  protocol: [],
  bridge: ["protocol"],
  ui: [],
  shell: SHARED,
  guest: SHARED,
  viewer: SHARED,
};

const packages = Object.entries(ALLOWED).map(([name, allowed]) => ({
  name: `${name}-sees-only-${allowed.join("-") || "itself"}`,
  severity: "error",
  from: { path: `^packages/${name}/` },
  to: { path: "^packages/", pathNot: `^packages/(${[name, ...allowed].join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...packages,
    {
      name: "a-package-has-a-place",
      comment: "A new folder needs a line in ALLOWED.",
      severity: "error",
      from: { path: "^packages/", pathNot: `^packages/(${Object.keys(ALLOWED).join("|")})/` },
      to: {},
    },
    {
      name: "through-the-index",
      comment:
        "index.ts is a package's public list; styles, templates.ts and sizes.ts (which need no page) have entries of their own.",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: {
        path: "^packages/[^/]+/src/",
        pathNot: "^packages/($1/|[^/]+/src/index[.]ts$|ui/src/([a-z]+[.]css|templates[.]ts|sizes[.]ts)$)",
      },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-node-in-the-browser",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: "[.]test[.]ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-tools-in-the-product",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: "[.]test[.]tsx?$" },
      to: { dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types"] },
  },
};
