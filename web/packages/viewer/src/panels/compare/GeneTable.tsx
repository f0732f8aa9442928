/// The genes of a result in a table of any length: the rows in sight are on the page, and the one that has the keyboard.

import { ChevronDownIcon, ChevronUpIcon } from "@fumehood/ui";
import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import type { Genes } from "../../compare/genes";
import { type ColumnName, leaves, moved, type Order, pieces, turned } from "../../compare/table";
import { foldText, pText, shareText } from "../../compare/words";

export interface GeneTableProps {
  readonly genes: Genes;
  /// In the order in which they are shown.
  readonly rows: Uint32Array;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
  readonly a: string;
  readonly b: string;
  /// The gene that is looked at; -1: none.
  readonly picked: number;
  readonly onPick: (row: number) => void;
  readonly onGene: (row: number) => void;
  /// The keyboard goes back to the picture.
  readonly onLeave: () => void;
  /// What the active view is coloured by.
  readonly coloured: string | undefined;
}

const LINE = 24;
const HEAD = 28;

export function GeneTable(props: GeneTableProps): JSX.Element {
  const [top, setTop] = createSignal(0);
  const [height, setHeight] = createSignal(240);
  const [held, setHeld] = createSignal(0);
  let frame: HTMLDivElement | undefined;
  const columns = createMemo<readonly { name: ColumnName; label: string; title: string }[]>(() => [
    { name: "gene", label: "Gene", title: "Gene" },
    { name: "fold", label: "log2FC", title: `log2 of how many times more of it ${props.a} has than ${props.b}` },
    { name: "adjusted", label: "adj. p", title: "p, adjusted for all genes (Benjamini–Hochberg)" },
    { name: "p", label: "p", title: "p of this gene alone" },
    { name: "score", label: "Score", title: "The test’s score; above 0: higher in A" },
    { name: "inA", label: "% in A", title: `Cells of ${props.a} that have any of it` },
    { name: "inB", label: "% in B", title: `Cells of ${props.b} that have any of it` },
  ]);
  // In one list, so that rows which stay keep their elements while others scroll by.
  const shown = createMemo(() => pieces(props.rows.length, top(), height(), LINE, held()));
  const keys = createMemo(() => shown().map((piece) => ("at" in piece ? piece.at : -1 - piece.gap)));

  onMount(() => {
    if (!frame) return;
    const watch = new ResizeObserver(() => setHeight(frame?.clientHeight ?? 240));
    watch.observe(frame);
    onCleanup(() => watch.disconnect());
  });
  createEffect(
    on(
      () => props.rows,
      () => {
        setHeld(0);
        frame?.scrollTo({ top: 0 });
      },
      { defer: true },
    ),
  );
  // What is picked in the plot comes into sight here.
  createEffect(
    on(
      () => props.picked,
      (row) => {
        const at = props.rows.indexOf(row);
        if (row < 0 || at < 0 || at === held()) return;
        setHeld(at);
        reveal(at);
      },
    ),
  );

  function reveal(at: number): void {
    if (!frame) return;
    const from = at * LINE;
    const room = height() - HEAD - LINE;
    if (from < frame.scrollTop) frame.scrollTop = from;
    else if (from > frame.scrollTop + room) frame.scrollTop = from - room;
    setTop(frame.scrollTop);
  }
  /// First out of the table; the next Escape, at the picture, is the one that selects nothing.
  function leave(event: KeyboardEvent): void {
    if (!leaves(event)) return;
    event.preventDefault();
    event.stopPropagation();
    (event.target as HTMLElement).blur();
    props.onLeave();
  }
  function onKeyDown(event: KeyboardEvent): void {
    leave(event);
    const page = Math.max(1, Math.floor((height() - HEAD) / LINE) - 1);
    const to = moved(event.key, held(), props.rows.length, page);
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    setHeld(to);
    reveal(to);
    props.onPick(props.rows[to] as number);
    frame?.querySelector<HTMLElement>(`[data-at="${to}"]`)?.focus({ preventScroll: true });
  }

  return (
    <div
      class="genes"
      ref={(element) => {
        frame = element;
      }}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <table aria-label="Genes" aria-rowcount={props.rows.length + 1}>
        <thead onKeyDown={leave}>
          <tr>
            <For each={columns()}>
              {(column) => {
                const sorted = () => props.order.by === column.name;
                return (
                  <th
                    scope="col"
                    aria-sort={sorted() ? (props.order.descending ? "descending" : "ascending") : undefined}
                    classList={{ "genes-name": column.name === "gene" }}
                  >
                    <button
                      type="button"
                      title={column.title}
                      onClick={() => props.onOrder(turned(props.order, column.name))}
                    >
                      {column.label}
                      <Show when={sorted()}>
                        {props.order.descending ? <ChevronDownIcon size={10} /> : <ChevronUpIcon size={10} />}
                      </Show>
                    </button>
                  </th>
                );
              }}
            </For>
          </tr>
        </thead>
        <tbody onKeyDown={onKeyDown}>
          <For each={keys()}>
            {(key) => (
              <Show
                when={key >= 0}
                fallback={
                  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus, nor does it itself.
                  <tr aria-hidden="true">
                    <td class="genes-gap" colspan="7" style={{ height: `${-1 - key}px` }} />
                  </tr>
                }
              >
                <Row {...props} at={key} held={held() === key} onHold={() => setHeld(key)} />
              </Show>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends GeneTableProps {
  readonly at: number;
  readonly held: boolean;
  readonly onHold: () => void;
}

function Row(props: RowProps): JSX.Element {
  const row = () => props.rows[props.at] ?? 0;
  const value = (column: Exclude<ColumnName, "gene">) => props.genes[column][row()] ?? Number.NaN;
  const name = () => props.genes.names[row()] ?? "";
  function use(): void {
    props.onHold();
    props.onPick(row());
    props.onGene(row());
  }
  return (
    // Its name is a button; the rest of the row is a larger place to hit.
    <tr
      aria-rowindex={props.at + 2}
      classList={{ "genes-picked": props.picked === row(), "genes-coloured": props.coloured === name() }}
      onClick={use}
    >
      <th scope="row" class="genes-name">
        <button
          type="button"
          data-at={props.at}
          tabindex={props.held ? 0 : -1}
          aria-pressed={props.coloured === name()}
          title={name()}
          onFocus={() => props.onHold()}
        >
          <bdi>{name() === "" ? "(empty)" : name()}</bdi>
        </button>
      </th>
      <td>{foldText(value("fold"))}</td>
      <td>{pText(value("adjusted"))}</td>
      <td>{pText(value("p"))}</td>
      <td>{value("score").toFixed(1).replace("-", "−").replace("NaN", "–")}</td>
      <td>{shareText(value("inA"))}</td>
      <td>{shareText(value("inB"))}</td>
    </tr>
  );
}
