/// Operations that run code, and those that stop it.

import { NO_CELLS, withSection } from "./editing.js";
import { go, show } from "./place.js";
import type { Bench } from "./types.js";

/// Runs code cells and shows Markdown cells rendered.
export function run(bench: Bench, ids: readonly string[]): void {
  const { notebook } = bench;
  const kinds = ids.map((id) => [id, notebook.cell(id)?.type()] as const);
  const texts = kinds.filter(([, type]) => type === "markdown").map(([id]) => id);
  const code = kinds.filter(([, type]) => type === "code").map(([id]) => id);
  bench.move((place) => show({ ...place, mode: "command" }, texts, false));
  for (const id of code) bench.started.add(id);
  if (code.length > 0) bench.attempt(notebook.requests.run(code));
}

export function runSelected(bench: Bench): void {
  run(bench, bench.selected());
}

/// And goes to the cell behind; makes one at the end.
export function runAndAdvance(bench: Bench): void {
  const ids = bench.selected();
  run(bench, ids);
  const next = behind(bench, ids.at(-1));
  if (next !== undefined) bench.move((place) => go(place, next));
  else insertAfter(bench, withSection(bench, ids).at(-1) ?? null);
}

/// The next cell that is seen.
function behind(bench: Bench, id: string | undefined): string | undefined {
  const order = bench.notebook.order();
  return order.slice(order.indexOf(id ?? "") + 1).find((other) => !bench.folding.isHidden(other));
}

export function runAndInsert(bench: Bench): void {
  const ids = bench.selected();
  run(bench, ids);
  insertAfter(bench, ids.at(-1) ?? null);
}

function insertAfter(bench: Bench, after: string | null): void {
  const id = bench.notebook.edits.insert(after);
  bench.move((place) => go(place, id, "edit"));
}

export function runAll(bench: Bench): void {
  run(bench, bench.notebook.order());
}

export function runAbove(bench: Bench): void {
  const order = bench.notebook.order();
  run(bench, order.slice(0, Math.max(0, order.indexOf(bench.selected()[0] ?? ""))));
}

/// The selected one and all behind it.
export function runBelow(bench: Bench): void {
  const order = bench.notebook.order();
  const first = bench.selected()[0];
  run(bench, first === undefined ? NO_CELLS : order.slice(order.indexOf(first)));
}

export function interrupt(bench: Bench): void {
  bench.attempt(bench.notebook.requests.interrupt());
}

export function restart(bench: Bench): void {
  bench.attempt(confirmed(bench, "Restart", "", () => undefined));
}

export function restartAndRunAll(bench: Bench): void {
  bench.attempt(confirmed(bench, "Restart and run all", " Then all cells run from the top.", () => runAll(bench)));
}

/// The selected one included.
export function restartAndRunTo(bench: Bench): void {
  const order = bench.notebook.order();
  const ids = order.slice(0, order.indexOf(bench.selected().at(-1) ?? "") + 1);
  const more = " Then the cells run from the top to the selected one.";
  bench.attempt(confirmed(bench, "Restart and run", more, () => run(bench, ids)));
}

export function restartAndClear(bench: Bench): void {
  bench.attempt(
    confirmed(bench, "Restart and clear", " All outputs of the notebook are removed.", () => clearAll(bench)),
  );
}

async function confirmed(bench: Bench, action: string, more: string, then: () => void): Promise<void> {
  const yes = await bench.host.confirm({
    title: "Restart the kernel?",
    text: `All variables are lost, and what runs is stopped.${more}`,
    action,
    danger: true,
  });
  if (!yes) return;
  await bench.notebook.requests.restart();
  then();
}

export function shutdown(bench: Bench): void {
  const ask = async () => {
    const yes = await bench.host.confirm({
      title: "Shut the kernel down?",
      text: "All variables are lost, and what runs is stopped.",
      action: "Shut down",
      danger: true,
    });
    if (yes) await bench.notebook.requests.shutdown();
  };
  bench.attempt(ask());
}

export function clearSelected(bench: Bench): void {
  bench.attempt(bench.notebook.requests.clear(codeOf(bench, bench.selected())));
}

export function clearAll(bench: Bench): void {
  bench.attempt(bench.notebook.requests.clear(codeOf(bench, bench.notebook.order())));
}

function codeOf(bench: Bench, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => bench.notebook.cell(id)?.type() === "code");
}
