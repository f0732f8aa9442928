/// An error: its frames as terminal text, places in cells as buttons that lead there, frames of libraries muted.

import type { Content, ErrorOutput } from "@fumehood/protocol";
import { createEffect, createMemo, createSignal, For, Show } from "solid-js";
import { jump } from "./jump.js";
import { fillRow, showRows } from "./spans.js";
import { TextOutput } from "./TextOutput.js";
import { TextTools } from "./TextTools.js";
import { readTraceback, SECTIONS, type Section } from "./traceback.js";

/// Characters that are read for frames; a longer traceback is shown as text.
const LONGEST = 262_144;
/// Rows that are shown as elements; a traceback of more is text of which the page shows what is seen.
const ROWS = 4000;

export function Traceback(props: { readonly output: ErrorOutput; readonly cell: string; readonly blobs: string }) {
  const pieces = createMemo(() => piecesOf(props.output));
  const sections = createMemo(() => {
    const [text, ...more] = pieces();
    if (more.length > 0 || typeof text !== "string" || text.length > LONGEST) return null;
    const found = readTraceback(text);
    const rows = found.reduce((sum, section) => sum + section.rows.length, 0);
    return found.length > SECTIONS || rows > ROWS ? null : found;
  });
  const libraries = () => (sections() ?? []).filter((section) => section.library).length;
  const [wide, setWide] = createSignal(false);
  return (
    <section class="out-error" aria-label="Error">
      <Show
        when={sections()}
        fallback={<TextOutput pieces={pieces()} blobs={props.blobs} label="Traceback" kind="plain" live={false} />}
      >
        {(all) => (
          <For each={all()}>
            {(section) => <Frame section={section} cell={props.cell} folded={section.library && !wide()} />}
          </For>
        )}
      </Show>
      <Show when={libraries() > 0}>
        <div class="out-fold">
          <button type="button" class="out-button" aria-expanded={wide()} onClick={() => setWide(!wide())}>
            {wide() ? "Fold" : "Show"} the code of{" "}
            {libraries() === 1 ? "1 library frame" : `${libraries()} library frames`}
          </button>
        </div>
      </Show>
      <div class="out-hover">
        <TextTools pieces={pieces()} blobs={props.blobs} label="Traceback" />
      </div>
    </section>
  );
}

/// The lines joined as a terminal would show them; where parts are blobs, all pieces in their order.
function piecesOf(output: ErrorOutput): readonly Content[] {
  const lines = output.traceback ?? [];
  if (lines.length === 0) return [output.evalue === "" ? output.ename : `${output.ename}: ${output.evalue}`];
  const pieces: Content[] = [];
  for (const line of lines) {
    const last = pieces[pieces.length - 1];
    if (typeof line === "string" && typeof last === "string") pieces[pieces.length - 1] = `${last}\n${line}`;
    else if (pieces.length > 0) pieces.push("\n", line);
    else pieces.push(line);
  }
  return pieces;
}

function Frame(props: { readonly section: Section; readonly cell: string; readonly folded: boolean }) {
  let rest: HTMLDivElement | undefined;
  createEffect(() => {
    const rows = props.folded ? [] : props.section.rows.slice(1);
    if (rest) showRows(rest, rows);
  });
  const heading = (element: HTMLElement) => {
    const row = props.section.rows[0];
    if (row) fillRow(element, row);
  };
  const target = () => {
    const place = props.section.place;
    return place?.count === undefined ? null : { cell: props.cell, count: place.count, line: place.line };
  };
  return (
    <div class="out-frame" classList={{ "out-library": props.section.library }}>
      <Show when={target()} fallback={<div ref={heading} class="out-row" />}>
        {(place) => (
          <button
            ref={heading}
            type="button"
            class="out-row out-jump"
            title={`Go to line ${place().line} of In [${place().count}]`}
            onClick={(event) => jump(event.currentTarget, place())}
          />
        )}
      </Show>
      <div ref={rest} class="out-rows" />
    </div>
  );
}
