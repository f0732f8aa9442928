/// All of a long text in a window of its own: only the rows in view are in the DOM, and their bytes are read by range
/// when they come into view. An index of where rows begin is made once, page by page, in turns that leave the page free.

import type { Content } from "@fumehood/protocol";
import { byteSize } from "@fumehood/ui/sizes";
import { createEffect, createMemo, createSignal, on, onCleanup, onMount, Show } from "solid-js";
import { MOST, readBytes, readText, sizeOf } from "./blobs.js";
import { formatCount } from "./numbers.js";
import { type Page, Pages } from "./pages.js";
import { type Row, splitRows } from "./rows.js";
import { showRows } from "./spans.js";
import { TextTools } from "./TextTools.js";

/// The tallest box that every engine lays out; a longer text is scrolled in larger steps.
const TALLEST = 15_000_000;
/// Rows drawn above and below what is in view.
const OVERSCAN = 20;

export interface LongTextProps {
  readonly pieces: readonly Content[];
  readonly blobs: string;
  readonly label: string;
  readonly live: boolean;
  readonly onFold: () => void;
}

export function LongText(props: LongTextProps) {
  const pages = new Pages();
  const [rows, setRows] = createSignal(0);
  const [read, setRead] = createSignal(0);
  const [problem, setProblem] = createSignal("");
  const [lineHeight, setLineHeight] = createSignal(19);
  let box: HTMLDivElement | undefined;
  let sheet: HTMLDivElement | undefined;
  let gone = false;
  let indexed = 0;
  const [indexing, setIndexing] = createSignal(false);
  let following = props.live;
  onCleanup(() => {
    gone = true;
  });

  const size = createMemo(() => props.pieces.reduce((sum, piece) => sum + sizeOf(piece), 0));
  const tall = () => Math.min(TALLEST, Math.max(1, rows()) * lineHeight());

  // -- the index

  const index = async () => {
    if (indexing()) return;
    setIndexing(true);
    try {
      while (!gone && indexed < props.pieces.length) {
        const piece = props.pieces[indexed] as Content;
        const last = indexed === props.pieces.length - 1;
        if (typeof piece === "string") {
          if (last) break;
          pages.addText(piece);
        } else await indexBlob(piece);
        indexed++;
      }
      setProblem("");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "The text could not be read.");
    }
    setIndexing(false);
    if (!gone) showOpen();
  };
  const indexBlob = async (piece: Exclude<Content, string>) => {
    for (let from = 0; from < piece.size && !gone; ) {
      const until = Math.min(piece.size, from + MOST);
      const bytes = await readBytes(props.blobs, piece, from, until);
      const used = pages.add(piece, from, bytes, until === piece.size);
      setRead((before) => before + used);
      setRows(pages.rows);
      if (used === 0) break;
      from += used;
    }
  };
  const showOpen = () => {
    const last = props.pieces[props.pieces.length - 1];
    pages.setOpen(indexed >= props.pieces.length - 1 && typeof last === "string" ? last : "");
    setRows(pages.rows);
    draw();
    if (following) toEnd();
  };
  createEffect(
    on(
      () => props.pieces,
      () => {
        if (indexed < props.pieces.length - 1) pages.setOpen("");
        void index();
      },
    ),
  );

  // -- the window

  let drawn = 0;
  const texts = new Map<Page, Promise<readonly Row[]>>();
  const rowsOf = (page: Page): Promise<readonly Row[]> => {
    if (page.text !== undefined) return Promise.resolve(splitRows(page.text, page.style));
    let made = texts.get(page);
    if (made === undefined && page.ref) {
      made = readText(props.blobs, page.ref, page.from, page.until).then((text) => splitRows(text, page.style));
      made.catch(() => texts.delete(page));
      texts.set(page, made);
      for (const oldest of texts.keys()) {
        if (texts.size <= 8) break;
        texts.delete(oldest);
      }
    }
    return made ?? Promise.resolve([]);
  };
  const draw = () => {
    if (!box || !sheet) return;
    const ticket = ++drawn;
    const high = lineHeight();
    const count = Math.ceil(box.clientHeight / high);
    const scale = rows() * high > TALLEST ? (rows() - count) / Math.max(1, TALLEST - box.clientHeight) : 1 / high;
    const at = Math.max(0, Math.min(Math.floor(box.scrollTop * scale), rows() - count));
    const from = Math.max(0, at - OVERSCAN);
    const until = Math.min(rows(), at + count + OVERSCAN);
    const top = scale === 1 / high ? from * high : box.scrollTop - (at - from) * high;
    void collect(from, until).then(
      (wanted) => {
        if (gone || ticket !== drawn || !sheet) return;
        sheet.style.setProperty("transform", `translateY(${top}px)`);
        showRows(sheet, wanted);
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : "The text could not be read."),
    );
  };
  const collect = async (from: number, until: number): Promise<readonly Row[]> => {
    const wanted: Row[] = [];
    for (const page of pages.between(from, until)) {
      const all = await rowsOf(page);
      wanted.push(...all.slice(Math.max(0, from - page.first), Math.max(0, until - page.first)));
    }
    return wanted;
  };
  const toEnd = () => {
    if (box) box.scrollTop = box.scrollHeight;
  };
  const scrolled = () => {
    if (!box) return;
    following = box.scrollTop + box.clientHeight >= box.scrollHeight - lineHeight();
    draw();
  };
  createEffect(on([rows, lineHeight], draw));
  onMount(() => {
    const probe = sheet?.appendChild(document.createElement("div"));
    if (!probe || !box) return;
    probe.className = "out-row";
    probe.textContent = "x";
    const high = probe.getBoundingClientRect().height;
    probe.remove();
    if (high > 4) setLineHeight(high);
    const watch = new ResizeObserver(draw);
    watch.observe(box);
    onCleanup(() => watch.disconnect());
    box.focus({ preventScroll: true });
  });

  return (
    <div class="out-long">
      <div class="out-fold">
        <button type="button" class="out-button" onClick={() => props.onFold()}>
          Fold
        </button>
        <span class="out-muted">
          {formatCount(rows())} rows, {byteSize(size())}
          <Show when={indexing()}> · {byteSize(read())} read</Show>
        </span>
        <button type="button" class="out-button" onClick={toEnd}>
          To the end
        </button>
        <TextTools pieces={props.pieces} blobs={props.blobs} label={props.label} />
      </div>
      <Show when={problem() !== ""}>
        <p class="out-note">{problem()}</p>
      </Show>
      <section ref={box} class="out-window" tabindex="0" aria-label={props.label} onScroll={scrolled}>
        <div class="out-spacer" style={{ height: `${tall()}px` }}>
          <div ref={sheet} class="out-sheet" />
        </div>
      </section>
    </div>
  );
}
