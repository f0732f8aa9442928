/// What a plot is asked to show, from the document and the data: which cells count, and how they are told apart. Each is a
/// memo of just what it depends on: moving the camera computes no plot anew.

import { type Accessor, createEffect, createMemo, createSignal, onCleanup, untrack } from "solid-js";
import type { Model, Shown } from "../../model/model";
import type { Inner } from "../../plots/composition";
import type { Division } from "../../plots/parts";
import { run, type Work } from "../../plots/slices";
import { activePage } from "../../state/document";
import { count } from "../../words/numbers";
import { sentence } from "../../words/sentence";
import type { ByChoice, Choices, Scope } from "./choices";

export interface ColumnAbout {
  readonly key: string;
  readonly kind: "category" | "continuous";
}

export interface Asked {
  /// 1 for each cell that does not count; null: all do.
  readonly out: Accessor<Uint8Array | null>;
  readonly division: (by: ByChoice) => Division | undefined;
  readonly inner: (key: string) => Inner | undefined;
  /// How rows can be told apart, for a list of choices.
  readonly waysBy: Accessor<readonly { readonly value: ByChoice; readonly label: string }[]>;
  readonly categories: Accessor<readonly string[]>;
  readonly by: Accessor<ByChoice>;
  /// Groups are asked for, and none are kept.
  readonly noGroups: Accessor<boolean>;
}

export function asked(
  model: Model,
  shown: Accessor<Shown>,
  choices: Choices,
  columns: Accessor<readonly ColumnAbout[]>,
): Asked {
  // Whoever switched a group off does not look at it.
  const { groups } = model;
  const selection = createMemo(() => model.document().selection);
  const colour = createMemo(() => shown().view().colour);
  const categories = createMemo(() =>
    columns()
      .filter((column) => column.kind === "category")
      .map((column) => column.key),
  );

  const out = createMemo(() => outOf(choices.scope[0]()));
  function outOf(scope: Scope): Uint8Array | null {
    if (scope === "all") return null;
    if (scope === "selected") {
      const out = new Uint8Array(model.cells).fill(1);
      for (const cell of selection()) out[cell] = 0;
      return out;
    }
    return shown().filtered().hidden;
  }

  /// The column of the colours is what is looked at; else the first one.
  const by = createMemo<ByChoice>((): ByChoice => {
    const chosen = choices.by[0]();
    if (chosen !== undefined && (chosen === "" || chosen === "groups" || categories().includes(chosen.slice(7))))
      return chosen;
    const now = colour();
    if (now.by === "column" && categories().includes(now.key)) return `column:${now.key}`;
    if (now.by === "group" && groups().length > 0) return "groups";
    const [first] = categories();
    return first === undefined ? "" : `column:${first}`;
  });

  function entriesOf(key: string) {
    const column = model.shelf.column(key);
    if (column?.kind !== "categories") return undefined;
    return { column, entries: model.legend(key)?.entries ?? [], none: model.theme().none };
  }

  return {
    out,
    categories,
    by,
    noGroups: () => by() === "groups" && groups().length === 0,
    waysBy: createMemo(() => [
      { value: "", label: "all together" },
      { value: "groups", label: `groups of ${activePage(model.document()).name} (${count(groups().length)})` },
      ...categories().map((key) => ({ value: `column:${key}`, label: key })),
    ]),
    division: (choice) => {
      if (choice === "") return { by: "nothing", part: { name: "", colour: model.theme().plain } };
      if (choice === "groups") return { by: "groups", groups: groups() };
      const found = entriesOf(choice.slice(7));
      if (found === undefined) return undefined;
      const { column, entries } = found;
      return { by: "category", codes: column.codes, entries, categories: column.names.length };
    },
    inner: (key) => {
      const found = entriesOf(key);
      if (found === undefined) return undefined;
      const { column, entries, none } = found;
      return { codes: column.codes, entries, categories: column.names.length, none };
    },
  };
}

export interface Computed<T> {
  /// The last one that was computed, also while the next one is.
  readonly value: Accessor<T | undefined>;
  readonly busy: Accessor<boolean>;
  /// Why there is none; "" unless it failed.
  readonly trouble: Accessor<string>;
}

/// `work` gives undefined while its data is on its way.
export function computed<T>(work: () => Work<T> | undefined): Computed<T> {
  const [value, setValue] = createSignal<T | undefined>(undefined);
  const [busy, setBusy] = createSignal(true);
  const [trouble, setTrouble] = createSignal("");
  createEffect(() => {
    const next = work();
    untrack(() => {
      setBusy(true);
      setTrouble("");
      if (next === undefined) return;
      const running = run(
        next,
        (result) => {
          setValue(() => result);
          setBusy(false);
        },
        (error) => {
          setValue(undefined);
          setTrouble(sentence(error));
          setBusy(false);
        },
      );
      onCleanup(() => running.stop());
    });
  });
  return { value, busy, trouble };
}
