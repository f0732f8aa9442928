/// Printed text of any size: all of it while it is short, else its first and last rows with a way to all of it. What is
/// in the DOM is bounded whatever the text, and so is the cost of an append: at most `FOLD_ROWS` rows are looked at.

import type { Content } from "@fumehood/protocol";
import { byteSize } from "@fumehood/ui/sizes";
import { createEffect, createMemo, createSignal, on, onCleanup, Show } from "solid-js";
import { readText } from "./blobs.js";
import { EDGE_ROWS, type Edge, type Excerpt, excerpt } from "./excerpt.js";
import { LongText } from "./LongText.js";
import { formatCount } from "./numbers.js";
import { showRows } from "./spans.js";
import { TextTools } from "./TextTools.js";

export interface TextProps {
  readonly pieces: readonly Content[];
  readonly blobs: string;
  /// For assistive technology, and the name of a saved file.
  readonly label: string;
  readonly kind: "stdout" | "stderr" | "plain";
  /// It may still grow.
  readonly live: boolean;
}

/// Edges of texts kept by a view, as `hash:from`.
const EDGES = 16;

export function TextOutput(props: TextProps) {
  const [shown, setShown] = createSignal<Excerpt | null>(null);
  const [problem, setProblem] = createSignal("");
  const [open, setOpen] = createSignal(false);
  const edges = new Map<string, string>();
  const name = (edge: Edge) => `${edge.ref.blob}:${edge.from}`;
  let gone = false;
  let fetching = false;
  onCleanup(() => {
    gone = true;
  });

  const look = () => {
    const found = excerpt(props.pieces, (edge) => edges.get(name(edge)));
    if ("head" in found) {
      setProblem("");
      setShown(found);
    } else if (!fetching) void fetchEdges(found);
  };
  const fetchEdges = async (missing: readonly Edge[]) => {
    fetching = true;
    try {
      for (const edge of missing) edges.set(name(edge), await readText(props.blobs, edge.ref, edge.from, edge.until));
      for (const oldest of edges.keys()) {
        if (edges.size <= EDGES) break;
        edges.delete(oldest);
      }
      fetching = false;
      if (!gone) look();
    } catch (error) {
      fetching = false;
      if (!gone) setProblem(error instanceof Error ? error.message : "The text could not be read.");
    }
  };
  createEffect(on([() => props.pieces, () => props.blobs], look));

  const folded = createMemo(() => (shown()?.tail.length ?? 0) > 0);
  const amount = () => {
    const now = shown();
    if (!now) return "";
    return now.lines === null ? byteSize(now.size) : `${formatCount(now.lines)} lines`;
  };
  const hidden = () => {
    const now = shown();
    if (!now) return "";
    if (now.lines === null) return `${byteSize(now.size)} in all`;
    return `${formatCount(Math.max(1, now.lines - 2 * EDGE_ROWS))} lines not shown`;
  };

  return (
    <div class="out-text" classList={{ "out-stderr": props.kind === "stderr" }}>
      <Show when={problem() === ""} fallback={<p class="out-note">{problem()}</p>}>
        <Show
          when={!(open() && folded())}
          fallback={
            <LongText
              pieces={props.pieces}
              blobs={props.blobs}
              label={props.label}
              live={props.live}
              onFold={() => setOpen(false)}
            />
          }
        >
          <Rows rows={() => shown()?.head ?? []} />
          <Show when={folded()}>
            <div class="out-fold">
              <button type="button" class="out-button" onClick={() => setOpen(true)}>
                Show all {amount()}
              </button>
              <span class="out-muted">{hidden()}</span>
              <TextTools pieces={props.pieces} blobs={props.blobs} label={props.label} />
            </div>
            <Rows rows={() => shown()?.tail ?? []} />
          </Show>
        </Show>
      </Show>
    </div>
  );
}

function Rows(props: { readonly rows: () => Excerpt["head"] }) {
  let element: HTMLDivElement | undefined;
  createEffect(() => {
    const rows = props.rows();
    if (element) showRows(element, rows);
  });
  return <div ref={element} class="out-rows" />;
}
