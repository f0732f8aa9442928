/// One cell of the list. Its shell is always in the document; what costs something comes when the cell is near the view.
/// A Markdown cell shows its rendering unless the user opened its source.

import { ArrowDownIcon, ArrowUpIcon, ChevronRightIcon, IconButton, LinkIcon, PlusIcon, TrashIcon } from "@fumehood/ui";
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show, untrack } from "solid-js";
import * as editing from "../commands/editing.js";
import { go, step } from "../commands/place.js";
import {
  edit,
  hiddenInput,
  hiddenOutputs,
  hideInputs,
  hideOutputs,
  scrolledOutputs,
  toggleSection,
} from "../commands/showing.js";
import type { CellHandle } from "../commands/types.js";
import { MarkdownView } from "../markdown/MarkdownView.js";
import type { Cell } from "../notebook/types.js";
import { Outputs } from "../outputs/Outputs.js";
import { onPaper } from "../paper/paper.js";
import { Gutter, waitsAway } from "./Gutter.js";
import type { Page } from "./page.js";
import { Source } from "./Source.js";
import { Stdin } from "./Stdin.js";
import { cellLabel, guessHeight } from "./words.js";
import "./cell.css";

export interface CellViewProps {
  readonly cell: Cell;
  readonly index: number;
  readonly page: Page;
}

export function CellView(props: CellViewProps): JSX.Element {
  const { bench, approach } = props.page;
  const { cell } = props;
  const { id } = cell;
  const [near, setNear] = createSignal(false);
  // Outputs stay once they were shown: their frames are what a mounted cell costs, and these are bounded elsewhere.
  const [seen, setSeen] = createSignal(false);
  const [numbers, setNumbers] = createSignal<boolean>();
  const lineNumbers = () => numbers() ?? bench.settings.lineNumbers;
  const status = createMemo(() => cell.run()?.status ?? "");
  const count = createMemo(() => cell.run()?.count ?? null);
  const hasOutputs = createMemo(() => {
    const run = cell.run();
    return run !== undefined && (run.outputs.length > 0 || run.previous.length > 0);
  });
  // Stays while a new run has said nothing yet.
  const hadOutputs = createMemo<boolean>((had) => had || hasOutputs(), false);
  const rendered = () => cell.type() === "markdown" && !bench.isOpen(id);
  const showsSource = createMemo(() => !rendered());
  const inputHidden = createMemo(() => hiddenInput(cell));
  const outputsHidden = createMemo(() => hiddenOutputs(cell));
  const scrolled = createMemo(() => scrolledOutputs(cell));
  const active = () => bench.isActive(id);
  const folded = createMemo(() => bench.folding.below(id).length);
  const label = createMemo(() =>
    cellLabel({
      type: cell.type(),
      // Numbers of cells far away are not kept up: an insertion at the top would touch every cell.
      position: near() ? props.index + 1 : null,
      count: cell.type() === "code" ? count() : null,
      status: cell.type() !== "code" ? "" : waitsAway(bench.notebook, id) ? "queued" : status(),
      stale: cell.stale(),
      selected: near() && bench.isSelected(id) && bench.selected().length > 1,
    }),
  );
  const lines = cell.source().split("\n").length;

  let editor: CellHandle["editor"] | null = null;
  const leave = (direction: -1 | 1): boolean => {
    const next = step(go(bench.place(), id), bench.folding.visible(), direction).active;
    const type = bench.notebook.cell(next ?? "")?.type();
    if (next === null || next === id) return false;
    if (type === "markdown" && !bench.place().open.has(next)) {
      bench.move((place) => go(place, next));
      return true;
    }
    bench.move((place) => go(place, next, "edit"));
    bench.cells
      .get(next)
      ?.editor()
      ?.focus(direction < 0 ? "end" : "start");
    return true;
  };

  const mountShell = (element: HTMLElement) => {
    props.page.heights.set(element, guessHeight(lines, untrack(hasOutputs)));
    bench.cells.set(id, {
      element,
      editor: () => {
        setSeen(true);
        setNear(true);
        return editor?.();
      },
      toggleLineNumbers: () => setNumbers(!lineNumbers()),
    });
    const stop = approach.watch(element, (now) => {
      setNear(now);
      if (now) setSeen(true);
    });
    onCleanup(() => {
      stop();
      bench.cells.delete(id);
    });
  };

  // A cell whose code asks is shown whole, wherever it is.
  createEffect(on(cell.input, (input) => input !== undefined && setSeen(true)));
  createEffect(() => onPaper() && setSeen(true));

  return (
    // biome-ignore lint/a11y/useSemanticElements: its list is no list element either.
    <div
      ref={mountShell}
      class="cell"
      classList={{
        "cell-active": active(),
        "cell-folded": bench.folding.isHidden(id),
        "cell-selected": bench.isSelected(id),
        "cell-editing": active() && bench.place().mode === "edit",
      }}
      role="listitem"
      aria-label={label()}
      aria-current={active() ? "true" : undefined}
      tabindex={active() ? 0 : -1}
      data-cell={id}
      data-type={cell.type()}
      data-status={status()}
    >
      <Gutter cell={cell} page={props.page} near={near()} />
      <div class="cell-body">
        <Show
          when={!inputHidden()}
          fallback={
            <Hidden
              what={`Source hidden, ${lines === 1 ? "1 line" : `${lines} lines`}`}
              active={active()}
              show={() => hideInputs(bench, [id], false)}
            />
          }
        >
          <Show
            when={showsSource()}
            fallback={
              // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the cell does the same.
              <div class="cell-markdown" onDblClick={() => edit(bench)}>
                <Show when={seen()} fallback={<pre class="cell-unseen">{cell.source()}</pre>}>
                  <Show
                    when={cell.source().trim() !== ""}
                    fallback={<p class="cell-empty">Empty Markdown cell: Enter to write</p>}
                  >
                    <MarkdownView
                      source={cell.source()}
                      attachments={cell.attachments()}
                      cell={cell}
                      notebook={bench.notebook}
                    />
                  </Show>
                </Show>
              </div>
            }
          >
            <Show when={seen()} fallback={<pre class="source source-unseen">{cell.source()}</pre>}>
              <Source
                cell={cell}
                page={props.page}
                near={near()}
                lineNumbers={lineNumbers()}
                offer={(get) => {
                  editor = get;
                }}
                leave={leave}
              />
            </Show>
          </Show>
        </Show>
        <Show when={folded() > 0}>
          <Hidden
            what={folded() === 1 ? "1 cell is folded" : `${folded()} cells are folded`}
            active={active()}
            show={() => toggleSection(bench, id)}
          />
        </Show>
        <Show when={cell.input()}>{(input) => <Stdin input={input()} cell={id} page={props.page} />}</Show>
        <Show when={cell.type() === "code" && hadOutputs()}>
          <Show
            when={!outputsHidden()}
            fallback={
              <Show when={hasOutputs()}>
                <Hidden what="Outputs hidden" active={active()} show={() => hideOutputs(bench, [id], false)} />
              </Show>
            }
          >
            <div class="cell-outputs" classList={{ "out-scrolls": scrolled() }} tabindex={scrolled() ? 0 : undefined}>
              <Show when={seen()}>
                <Outputs cell={cell} notebook={bench.notebook} />
              </Show>
            </div>
          </Show>
        </Show>
      </div>
      <Show when={active() && near()}>
        <Tools page={props.page} />
      </Show>
    </div>
  );
}

function Hidden(props: { readonly what: string; readonly active: boolean; readonly show: () => void }): JSX.Element {
  return (
    <button type="button" class="cell-hidden" tabindex={props.active ? 0 : -1} onClick={() => props.show()}>
      <ChevronRightIcon />
      {props.what}
    </button>
  );
}

/// What is done to a cell most, at the active one.
function Tools(props: { readonly page: Page }): JSX.Element {
  const { bench } = props.page;
  return (
    <div class="cell-tools" role="toolbar" aria-label="Cell">
      <IconButton small icon={ArrowUpIcon} label="Move up" onClick={() => editing.moveUp(bench)} />
      <IconButton small icon={ArrowDownIcon} label="Move down" onClick={() => editing.moveDown(bench)} />
      <IconButton small icon={PlusIcon} label="Insert a cell below" onClick={() => editing.insertBelow(bench)} />
      <Show when={bench.enabled("open-outputs")}>
        <IconButton
          small
          icon={LinkIcon}
          label="Open the outputs in a window"
          onClick={() => bench.execute("open-outputs")}
        />
      </Show>
      <IconButton small icon={TrashIcon} label="Delete" tone="danger" onClick={() => editing.remove(bench)} />
    </div>
  );
}
