/// Follows the links of tracebacks to the line of a cell.

import { go } from "../commands/place.js";
import type { Bench } from "../commands/types.js";
import { JUMP, type Jump } from "../outputs/jump.js";

/// Returns how to stop.
export function followJumps(bench: Bench, root: HTMLElement): () => void {
  const onJump = (event: Event) => {
    if (!(event instanceof CustomEvent)) return;
    const { cell, count, line } = event.detail as Jump;
    const id = find(bench, cell, count);
    const source = id === undefined ? undefined : bench.notebook.cell(id)?.source();
    if (id === undefined || source === undefined) {
      bench.announce(`No cell shows execution ${count} any more`);
      return;
    }
    bench.move((place) => go(place, id, "edit"));
    bench.ensure(id);
    bench.cells.get(id)?.editor()?.focus(offsetOf(source, line));
  };
  root.addEventListener(JUMP, onJump);
  return () => root.removeEventListener(JUMP, onJump);
}

function find(bench: Bench, cell: string, count: number): string | undefined {
  const { notebook } = bench;
  if (notebook.cell(cell)?.run()?.count === count) return cell;
  return notebook.order().find((id) => notebook.cell(id)?.run()?.count === count);
}

/// Where line `line` (from 1) begins; the last one's where there are fewer.
export function offsetOf(source: string, line: number): number {
  let at = 0;
  for (let seen = 1; seen < line; seen++) {
    const next = source.indexOf("\n", at);
    if (next < 0) return at;
    at = next + 1;
  }
  return at;
}
