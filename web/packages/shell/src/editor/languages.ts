/// The grammars that sources are coloured and indented by, loaded when a notebook needs them. Which one it is follows
/// what kernel or file say; that is text from outside, so only names of this table load anything.

import type { Language, LanguageSupport, StreamParser } from "@codemirror/language";
import type { CellType, Notebook, Values } from "../notebook/types.js";

export interface Grammar {
  readonly language: Language;
  readonly support: LanguageSupport;
}

type Load = () => Promise<LanguageSupport>;

async function legacy(mode: Promise<StreamParser<unknown>>): Promise<LanguageSupport> {
  const [{ LanguageSupport, StreamLanguage }, parser] = await Promise.all([import("@codemirror/language"), mode]);
  return new LanguageSupport(StreamLanguage.define(parser));
}

const LOADERS: Readonly<Record<string, Load>> = {
  python: () => import("@codemirror/lang-python").then((m) => m.python()),
  markdown: () => import("@codemirror/lang-markdown").then((m) => m.markdown({ base: m.markdownLanguage })),
  r: () => legacy(import("@codemirror/legacy-modes/mode/r").then((m) => m.r)),
  julia: () => legacy(import("@codemirror/legacy-modes/mode/julia").then((m) => m.julia)),
  shell: () => legacy(import("@codemirror/legacy-modes/mode/shell").then((m) => m.shell)),
  javascript: () => legacy(import("@codemirror/legacy-modes/mode/javascript").then((m) => m.javascript)),
  typescript: () => legacy(import("@codemirror/legacy-modes/mode/javascript").then((m) => m.typescript)),
  c: () => legacy(import("@codemirror/legacy-modes/mode/clike").then((m) => m.c)),
  cpp: () => legacy(import("@codemirror/legacy-modes/mode/clike").then((m) => m.cpp)),
  java: () => legacy(import("@codemirror/legacy-modes/mode/clike").then((m) => m.java)),
  csharp: () => legacy(import("@codemirror/legacy-modes/mode/clike").then((m) => m.csharp)),
  scala: () => legacy(import("@codemirror/legacy-modes/mode/clike").then((m) => m.scala)),
  kotlin: () => legacy(import("@codemirror/legacy-modes/mode/clike").then((m) => m.kotlin)),
  sql: () => legacy(import("@codemirror/legacy-modes/mode/sql").then((m) => m.standardSQL)),
  ruby: () => legacy(import("@codemirror/legacy-modes/mode/ruby").then((m) => m.ruby)),
  rust: () => legacy(import("@codemirror/legacy-modes/mode/rust").then((m) => m.rust)),
  go: () => legacy(import("@codemirror/legacy-modes/mode/go").then((m) => m.go)),
  haskell: () => legacy(import("@codemirror/legacy-modes/mode/haskell").then((m) => m.haskell)),
  octave: () => legacy(import("@codemirror/legacy-modes/mode/octave").then((m) => m.octave)),
  fortran: () => legacy(import("@codemirror/legacy-modes/mode/fortran").then((m) => m.fortran)),
  lua: () => legacy(import("@codemirror/legacy-modes/mode/lua").then((m) => m.lua)),
  perl: () => legacy(import("@codemirror/legacy-modes/mode/perl").then((m) => m.perl)),
  sas: () => legacy(import("@codemirror/legacy-modes/mode/sas").then((m) => m.sas)),
};

const OTHER_NAMES: Readonly<Record<string, string>> = {
  ipython: "python",
  python3: "python",
  ir: "r",
  bash: "shell",
  sh: "shell",
  zsh: "shell",
  js: "javascript",
  node: "javascript",
  ts: "typescript",
  "c++": "cpp",
  "c#": "csharp",
  matlab: "octave",
  postgresql: "sql",
  sqlite: "sql",
};

/// The name of a grammar of ours; null for plain text.
export function grammarName(language: string): string | null {
  const name = language.toLowerCase().replace(/\d+(\.\d+)*$/, "");
  const known = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : name;
  return known !== undefined && Object.hasOwn(LOADERS, known) ? known : null;
}

function text(values: unknown, key: string): string {
  const value = typeof values === "object" && values !== null ? (values as Values)[key] : undefined;
  return typeof value === "string" ? value : "";
}

/// What the kernel says, else the file, else Python.
export function codeLanguage(notebook: Notebook): string | null {
  const metadata = notebook.metadata();
  const said = [
    text(notebook.languageInfo(), "name"),
    notebook.kernel().language ?? "",
    text(metadata.language_info, "name"),
    text(metadata.kernelspec, "language"),
  ].find((name) => name !== "");
  return said === undefined ? "python" : grammarName(said);
}

export function languageOf(notebook: Notebook, type: CellType): string | null {
  if (type === "code") return codeLanguage(notebook);
  return type === "markdown" ? "markdown" : null;
}

const loaded = new Map<string, Grammar>();
const loading = new Map<string, Promise<Grammar>>();

/// Already loaded, or undefined.
export function grammar(name: string): Grammar | undefined {
  return loaded.get(name);
}

export function loadGrammar(name: string): Promise<Grammar> {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const load = LOADERS[name];
  if (load === undefined) return Promise.reject(new RangeError(`There is no grammar of the name ${name}.`));
  const made = load().then((support) => {
    const entry = { language: support.language, support };
    loaded.set(name, entry);
    return entry;
  });
  loading.set(name, made);
  return made;
}
