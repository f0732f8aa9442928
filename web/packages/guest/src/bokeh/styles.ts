/// Panel's documents name their styles by address, on its own host. They are the same files that come with its script.

const FILES = import.meta.glob<string>(
  [
    "../../../../node_modules/@holoviz/panel/dist/css/*.css",
    "../../../../node_modules/@holoviz/panel/dist/bundled/theme/*.css",
  ],
  { query: "?url", import: "default", eager: true },
);
const ADDRESS = /https:\/\/cdn\.holoviz\.org\/panel\/[\w.]+\/dist\/((?:css|bundled\/theme)\/\w+\.css)/g;

const HERE = new Map(Object.entries(FILES).map(([path, address]) => [path.slice(path.indexOf("/dist/") + 6), address]));

export function localStyles(text: string): string {
  return text.replace(ADDRESS, (address, file: string) => {
    const here = HERE.get(file);
    return here === undefined ? address : new URL(here, import.meta.url).href;
  });
}
