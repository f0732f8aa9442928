/// The margin of a cell: its prompt, what its last run came to, the button that runs it. It is also the handle by which
/// the cell is dragged.

import { ChevronDownIcon, ChevronRightIcon, IconButton, RunIcon, StopIcon } from "@fumehood/ui";
import { createMemo, type JSX, Match, Show, Switch } from "solid-js";
import { interrupt, run } from "../commands/running.js";
import { toggleSection } from "../commands/showing.js";
import type { Cell, Notebook } from "../notebook/types.js";
import { useClock } from "./clock.js";
import type { Page } from "./page.js";
import { duration, prompt } from "./words.js";

export interface GutterProps {
  readonly cell: Cell;
  readonly page: Page;
  readonly near: boolean;
}

export function Gutter(props: GutterProps): JSX.Element {
  const { bench } = props.page;
  const { cell } = props;
  // What was asked for while the connection is away, nobody else knows of.
  const away = createMemo(() => waitsAway(bench.notebook, cell.id));
  const status = createMemo(() => (away() ? "queued" : (cell.run()?.status ?? "")));
  const count = createMemo(() => cell.run()?.count ?? null);
  const isCode = () => cell.type() === "code";
  return (
    <div class="gutter" classList={{ "gutter-busy": isCode() && (status() === "running" || status() === "queued") }}>
      <Show when={isCode()}>
        <span class="prompt">{prompt(status(), count())}</span>
        <Show when={props.near}>
          <span class="gutter-run">
            <Switch>
              <Match when={status() === "running"}>
                <IconButton
                  icon={StopIcon}
                  label="Interrupt"
                  small
                  tabindex={bench.isActive(cell.id) ? 0 : -1}
                  onClick={() => interrupt(bench)}
                />
              </Match>
              <Match when={status() !== "queued"}>
                <IconButton
                  icon={RunIcon}
                  label="Run this cell"
                  small
                  tabindex={bench.isActive(cell.id) ? 0 : -1}
                  onClick={() => run(bench, [cell.id])}
                />
              </Match>
            </Switch>
          </span>
          <Mark cell={cell} status={status()} away={away()} />
        </Show>
      </Show>
      <Show when={props.near && bench.folding.level(cell.id) !== null}>
        <span class="gutter-fold" classList={{ "gutter-folded": bench.folding.isFolded(cell.id) }}>
          <IconButton
            icon={bench.folding.isFolded(cell.id) ? ChevronRightIcon : ChevronDownIcon}
            label={bench.folding.isFolded(cell.id) ? "Unfold the section" : "Fold the section"}
            aria-expanded={!bench.folding.isFolded(cell.id)}
            small
            tabindex={bench.isActive(cell.id) ? 0 : -1}
            onClick={() => toggleSection(bench, cell.id)}
          />
        </span>
      </Show>
    </div>
  );
}

/// Its run was asked for here, and waits for the connection.
export function waitsAway({ connection, requests }: Notebook, id: string): boolean {
  return connection().state !== "open" && requests.waiting().has(id);
}

/// Time, queue and stale marks.
function Mark(props: { readonly cell: Cell; readonly status: string; readonly away: boolean }): JSX.Element {
  const times = createMemo(
    () => {
      const run = props.cell.run();
      return { started: run?.started ?? null, finished: run?.finished ?? null };
    },
    undefined,
    { equals: (a, b) => a.started === b.started && a.finished === b.finished },
  );
  const took = () => {
    const { started, finished } = times();
    return started !== null && finished !== null ? duration(finished - started) : "";
  };
  return (
    <>
      <Switch fallback={<span class="gutter-time">{took()}</span>}>
        <Match when={props.status === "queued"}>
          <span class="gutter-time" title={props.away ? "Runs when the connection is back" : undefined}>
            waiting
          </span>
        </Match>
        <Match when={props.status === "running"}>
          <Running since={times().started} />
        </Match>
        <Match when={props.status === "error"}>
          <span class="gutter-time gutter-failed">failed</span>
          <span class="gutter-time">{took()}</span>
        </Match>
        <Match when={props.status === "cancelled"}>
          <span class="gutter-time">cancelled</span>
        </Match>
        <Match when={props.status === "lost"}>
          <span class="gutter-time gutter-failed">lost</span>
        </Match>
      </Switch>
      <Show when={props.cell.stale()}>
        <span class="gutter-stale" title="The source was edited since it ran">
          edited
        </span>
      </Show>
    </>
  );
}

function Running(props: { readonly since: number | null }): JSX.Element {
  const now = useClock();
  // The first second says nothing: most cells are done by then.
  const elapsed = () => {
    const seconds = props.since === null ? 0 : Math.floor(now() - props.since);
    return seconds < 1 ? "" : duration(seconds);
  };
  return (
    <span class="gutter-time gutter-running">
      <span class="gutter-dot" aria-hidden="true" />
      {elapsed()}
    </span>
  );
}
