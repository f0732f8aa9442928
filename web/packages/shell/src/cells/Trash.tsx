/// Cells that were deleted, with what was in them, and the way back.

import type { TrashedCell } from "@fumehood/protocol";
import type { JSX } from "solid-js";
import { go } from "../commands/place.js";
import type { Bench } from "../commands/types.js";
import { Sources } from "./Sources.js";
import { moment } from "./words.js";

/// So much of a source stands in the list.
const HEAD = 80;

export function Trash(props: { readonly bench: Bench }): JSX.Element {
  const { bench } = props;
  const restore = ({ cell }: TrashedCell) =>
    bench.attempt(
      bench.notebook.requests.restore(cell).then(() => {
        if (bench.notebook.order().includes(cell)) bench.move((place) => go(place, cell));
      }),
    );
  return (
    <Sources
      bench={bench}
      title="Deleted cells"
      load={() => bench.notebook.requests.trash().then((all) => [...all].sort((a, b) => b.deleted - a.deleted))}
      none="No cell was deleted."
      head={(cell) => (
        <>
          <bdi class="choice-head">{head(cell)}</bdi>
          <span class="choice-by">{moment(cell.deleted)}</span>
        </>
      )}
      action="Restore"
      onAct={restore}
    />
  );
}

function head(cell: TrashedCell): string {
  const line = cell.source.trim().split("\n")[0] ?? "";
  return line === "" ? "(empty)" : line.slice(0, HEAD);
}
