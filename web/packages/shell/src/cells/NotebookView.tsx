/// The notebook: its cells in a list that scrolls, with what belongs to it alone (find bar, palette, dialogs). Every
/// cell has its shell in the document; the first come at once, the rest in idle moments.

import {
  createEffect,
  createMemo,
  createSignal,
  type JSX,
  Match,
  mapArray,
  on,
  onCleanup,
  onMount,
  Show,
  Switch,
} from "solid-js";
import { listen } from "../commands/dispatcher.js";
import { exchange } from "../commands/exchange.js";
import { Palette } from "../commands/Palette.js";
import { extendTo, go } from "../commands/place.js";
import type { Bench } from "../commands/types.js";
import { FindBar } from "../find/FindBar.js";
import { markOutputs } from "../find/marks.js";
import type { Query } from "../find/search.js";
import { setSought, setSoughtAt } from "../frames/sought.js";
import type { Cell } from "../notebook/types.js";
import { AddRow } from "./AddRow.js";
import { followAnchors } from "./anchors.js";
import { createApproach, whenIdle } from "./approach.js";
import { CellView } from "./CellView.js";
import { createDrag } from "./drag.js";
import { keepFocus } from "./focus.js";
import { InsertPoint } from "./InsertPoint.js";
import { followJumps } from "./jumps.js";
import type { Page } from "./page.js";
import { arrange } from "./placing.js";
import { createPool } from "./pool.js";
import { Trash } from "./Trash.js";
import { Versions } from "./Versions.js";
import "./notebook.css";

/// So many cells are built before anything is shown, and then in each idle turn.
const FIRST = 40;
const MORE = 60;

export function NotebookView(props: { readonly bench: Bench }): JSX.Element {
  const { bench } = props;
  const { notebook } = bench;
  const [page, setPage] = createSignal<Page>();
  let root: HTMLDivElement | undefined;
  let scroller: HTMLDivElement | undefined;
  let tips: HTMLDivElement | undefined;

  onMount(() => {
    if (root === undefined || scroller === undefined || tips === undefined) return;
    const approach = createApproach(scroller);
    bench.setScroller(scroller);
    const stops = [
      listen(bench, root),
      exchange(bench, root),
      keepFocus(bench, root),
      followJumps(bench, root),
      followAnchors(bench, root),
      approach.stop,
    ];
    onCleanup(() => {
      for (const stop of stops) stop();
      bench.setScroller(undefined);
    });
    setPage({ bench, approach, pool: createPool(), tips, answers: [], heights: new WeakMap() });
  });

  const dialog = createMemo(() => bench.dialog());
  const versionsOf = () => {
    const open = dialog();
    return open?.kind === "versions" ? open.cell : undefined;
  };
  return (
    <div
      class="notebook"
      classList={{ "notebook-editing": bench.place().mode === "edit" }}
      ref={(element) => {
        root = element;
      }}
    >
      <Show when={bench.finding.shown() !== null}>
        <FindBar bench={bench} />
      </Show>
      <div
        class="notebook-scroll"
        ref={(element) => {
          scroller = element;
        }}
      >
        <Show when={page()}>{(shared) => <Cells page={shared()} />}</Show>
        <AddRow bench={bench} />
      </div>
      <div
        class="notebook-tips"
        ref={(element) => {
          tips = element;
        }}
      />
      <div class="notebook-spoken" role="status" aria-live="polite">
        {bench.spoken()}
      </div>
      <Switch>
        <Match when={dialog()?.kind === "palette"}>
          <Palette bench={bench} />
        </Match>
        <Match when={dialog()?.kind === "trash"}>
          <Trash bench={bench} />
        </Match>
        <Match when={versionsOf()}>{(cell) => <Versions bench={bench} cell={cell()} />}</Match>
      </Switch>
      <Show when={notebook.order().length === 0 && notebook.readOnly() === null}>
        <p class="notebook-empty">This notebook has no cells.</p>
      </Show>
    </div>
  );
}

function Cells(props: { readonly page: Page }): JSX.Element {
  const { page } = props;
  const { bench } = page;
  const { notebook } = bench;
  const [built, setBuilt] = createSignal(FIRST);
  const cells = createMemo<readonly Cell[]>(() => {
    const order = notebook.order();
    const most = built();
    const found: Cell[] = [];
    for (const id of most >= order.length ? order : order.slice(0, most)) {
      const cell = notebook.cell(id);
      if (cell !== undefined) found.push(cell);
    }
    return found;
  });
  createEffect(() => {
    if (built() < notebook.order().length) onCleanup(whenIdle(() => setBuilt((count) => count + MORE)));
  });
  // A cell that somebody asks for is built with all before it.
  createEffect(() => {
    const id = bench.ensured() ?? bench.place().active;
    const at = id === null ? -1 : notebook.order().indexOf(id);
    if (at >= built()) setBuilt(at + MORE);
  });
  const views = createMemo(
    mapArray(cells, (cell, index) => {
      const view = <CellView cell={cell} index={index()} page={page} />;
      return view as HTMLElement;
    }),
  );
  const drag = createDrag(bench);
  // Frames look for plain text only.
  createEffect(() => {
    const query = bench.finding.query();
    setSought(
      bench.finding.finder() === null ? "" : plainQuery(query),
      !(query.matchCase || query.word || query.regex),
    );
  });
  createEffect(() => {
    const match = bench.finding.current();
    setSoughtAt(match?.part === undefined ? null : { cell: match.cell, part: match.part, nth: match.from });
  });
  onCleanup(() => {
    setSought("", false);
    setSoughtAt(null);
  });
  return (
    <div class="cells-frame">
      {/* biome-ignore lint/a11y/useSemanticElements: blocks stand between the list and its items. */}
      <div
        class="cells"
        role="list"
        aria-label="Cells"
        classList={{ "cells-several": bench.selected().length > 1 }}
        ref={(element) => {
          createEffect(
            on(views, (now) => {
              arrange(element, now, (cell) => page.heights.get(cell) ?? 0);
              page.approach.arranged(element);
            }),
          );
          const scroller = bench.scroller();
          if (scroller !== undefined) markOutputs(bench.finding, element, scroller);
          element.addEventListener("pointerdown", (event) => {
            if (event.pointerType === "mouse" && !choose(bench, event)) drag.begin(event);
          });
          element.addEventListener("click", (event) => {
            if (event.pointerType !== "mouse") choose(bench, event);
          });
        }}
      />
      <InsertPoint bench={bench} drag={drag} />
    </div>
  );
}

function plainQuery(query: Query): string {
  return query.regex ? "" : query.text;
}

/// A press beside the text makes the cell the active one, and with Shift extends the selection. True where it is all
/// that the press means.
function choose(bench: Bench, event: MouseEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element) || event.button !== 0) return false;
  const id = target.closest<HTMLElement>("[data-cell]")?.dataset.cell;
  if (id === undefined) return false;
  if (event.shiftKey && target.closest(".cm-editor, .source") === null) {
    event.preventDefault();
    bench.move((place) => extendTo(place, id));
    return true;
  }
  const editing = target.closest(".cm-editor, .source") !== null;
  const inGutter = target.closest(".gutter") !== null;
  // Dragging a selection of several begins on one of them: it is let go at the end of the press, if nothing moved.
  if (inGutter && bench.isSelected(id) && bench.selected().length > 1) return false;
  bench.move((place) => go(place, id, editing ? "edit" : "command"));
  return false;
}
