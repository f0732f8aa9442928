/// A bench over a real document without a daemon, for tests: requests are written down, nothing runs.

import { createRoot, createSignal } from "solid-js";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { DEFAULT_VIEW } from "../editor/settings.js";
import { NotebookDocument } from "../notebook/document.js";
import { DocumentEdits } from "../notebook/edits.js";
import type { Cell, Copied, Notebook } from "../notebook/types.js";
import { Undo } from "../notebook/undo.js";
import { createBench } from "./bench.js";
import type { Bench } from "./types.js";

export interface Tried {
  readonly bench: Bench;
  readonly notebook: Notebook;
  /// `run a b`, `restart`, …
  readonly asked: string[];
  readonly reported: unknown[];
  /// Ids by what the tests call the cells.
  readonly ids: readonly string[];
  sources(): readonly string[];
  /// What the user answers to questions.
  answer: boolean;
  end(): void;
}

const PARTS = { type: "code", metadata: {}, attachments: {} } as const;

export function tryBench(cells: readonly (string | Partial<Copied>)[]): Tried {
  return createRoot((dispose) => {
    const document = new NotebookDocument();
    const edits = new DocumentEdits(document, new Undo(document), () => {});
    const ids = edits.paste(
      null,
      cells.map((cell) => (typeof cell === "string" ? { ...PARTS, source: cell } : { ...PARTS, source: "", ...cell })),
    );
    const asked: string[] = [];
    const reported: unknown[] = [];
    const ask =
      (name: string) =>
      (...args: readonly unknown[]) => {
        asked.push([name, ...args.flat().filter((arg) => typeof arg === "string")].join(" "));
        return Promise.resolve();
      };
    const [kernel] = createSignal({ type: "kernel" as const, status: "idle" as const });
    const awareness = new Awareness(new Y.Doc());
    const known = new Map<string, Cell>();
    const cell = (id: string): Cell | undefined => {
      const content = document.cell(id);
      if (content === undefined) return undefined;
      const made = known.get(id) ?? {
        ...content,
        get text() {
          return content.text();
        },
        run: () => undefined,
        stale: () => false,
        input: () => undefined,
      };
      known.set(id, made);
      return made;
    };
    const notebook = {
      order: document.order,
      metadata: document.metadata,
      cell,
      edits,
      awareness,
      kernel,
      queue: () => new Map(),
      people: () => [],
      onEvent: () => () => {},
      requests: Object.fromEntries(
        ["run", "interrupt", "restart", "shutdown", "clear", "save"].map((name) => [name, ask(name)]),
      ),
    } as unknown as Notebook;
    const bench = createBench(
      notebook,
      { ...DEFAULT_VIEW },
      {
        confirm: () => Promise.resolve(tried.answer),
        pickKernel: () => asked.push("pick"),
        showKeys: () => asked.push("keys"),
        saveAs: () => asked.push("save as"),
        openOutputs: (cell) => asked.push(`outputs ${cell}`),
        exportHtml: () => asked.push("export"),
        print: () => asked.push("print"),
        showDiagnostics: () => asked.push("diagnostics"),
        showPackages: () => asked.push("packages"),
        report: (error) => reported.push(error),
        change: () => asked.push("change"),
      },
    );
    const tried: Tried = {
      bench,
      notebook,
      asked,
      reported,
      ids,
      sources: () => document.order().map((id) => document.cell(id)?.source() ?? ""),
      answer: true,
      end: () => {
        awareness.destroy();
        dispose();
      },
    };
    return tried;
  });
}
