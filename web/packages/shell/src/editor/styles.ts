/// Lets CodeMirror's style sheets through the page's policy. Its `style-mod` writes a `<style>` element into a document,
/// which `style-src 'self'` refuses, and adopts constructed sheets only in shadow roots; here documents get those too.
/// Must be imported before the first editor is made.

import { StyleModule } from "style-mod";

const sheets = new WeakMap<StyleModule, CSSStyleSheet>();

function sheetOf(module: StyleModule): CSSStyleSheet {
  const known = sheets.get(module);
  if (known !== undefined) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(module.getRules());
  sheets.set(module, sheet);
  return sheet;
}

StyleModule.mount = (root, modules) => {
  const wanted = (Array.isArray(modules) ? (modules as readonly StyleModule[]) : [modules as StyleModule]).map(sheetOf);
  const adopted = root.adoptedStyleSheets;
  if (wanted.every((sheet) => adopted.includes(sheet))) return;
  // Later modules win, and the page's own sheets are more specific than any of them.
  root.adoptedStyleSheets = [...adopted.filter((sheet) => !wanted.includes(sheet)), ...wanted];
};
