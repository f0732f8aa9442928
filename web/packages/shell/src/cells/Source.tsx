/// The source of a cell: coloured text, until the pointer or the keyboard comes to it; then an editor takes its place.
/// Text and editor look alike to the pixel, so that nothing jumps. Measured: sixty editors that were made while scrolling
/// past made every frame of the scrolling wait for their layout.

import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show, untrack } from "solid-js";
import type { CellHandle, EditorHandle } from "../commands/types.js";
import { createEditor, type Editor } from "../editor/editor.js";
import { marked, paint, pieces, plainLines, STATIC_CHARACTERS } from "../editor/highlight.js";
import { grammar, languageOf, loadGrammar } from "../editor/languages.js";
import type { Span } from "../find/search.js";
import type { Cell } from "../notebook/types.js";
import { whenIdle } from "./approach.js";
import type { Page } from "./page.js";
import "./source.css";

export interface SourceProps {
  readonly cell: Cell;
  readonly page: Page;
  readonly near: boolean;
  readonly lineNumbers: boolean;
  /// Hands out how to get at the editor while this is on the page.
  readonly offer: (editor: CellHandle["editor"] | null) => void;
  readonly leave: (direction: -1 | 1) => boolean;
}

export function Source(props: SourceProps): JSX.Element {
  const { bench, pool, tips } = props.page;
  const { cell } = props;
  const { finding } = bench;
  const [editor, setEditor] = createSignal<Editor>();
  const language = createMemo(() => languageOf(bench.notebook, cell.type()));
  const spans = createMemo(() => (props.near ? finding.inCell(cell.id) : NONE));
  const current = () => {
    const match = finding.current();
    return match?.cell === cell.id && match.where === "source" ? match : null;
  };
  let box: HTMLDivElement | undefined;

  const options = () => ({
    settings: { ...bench.settings },
    lineNumbers: props.lineNumbers,
    language: language(),
    label: cell.type() === "code" ? "Code" : cell.type() === "markdown" ? "Markdown" : "Raw text",
    code: cell.type() === "code",
  });
  const mount = (): Editor | undefined => {
    const old = editor();
    if (old !== undefined || box === undefined) return old;
    const leave = (direction: -1 | 1) => props.leave(direction);
    const made = createEditor(box, { ...options(), cell, notebook: bench.notebook, tips, leave });
    setEditor(made);
    pool.take(pooled);
    return made;
  };
  const unmount = () => {
    editor()?.destroy();
    setEditor(undefined);
    pool.drop(pooled);
  };
  const inUse = () => bench.isActive(cell.id) || editor()?.view.hasFocus === true || visited();
  const pooled = {
    release: () =>
      untrack(() => {
        if (inUse()) return false;
        unmount();
        return true;
      }),
  };
  /// Somebody else is in this cell: their cursor shows in an editor only.
  const visited = createMemo(() => props.near && bench.notebook.people().some((person) => person.cell === cell.id));

  /// The editor takes the place of the text under the pointer, with the cursor there.
  const enter = (event: MouseEvent) => {
    if (untrack(editor) !== undefined) return;
    const made = untrack(mount);
    made?.focus(made.view.posAtCoords({ x: event.clientX, y: event.clientY }, false));
    // What was pressed is gone: the browser would look for something around it to focus.
    if (event.type === "pointerdown")
      document.addEventListener("mousedown", (press) => press.preventDefault(), { capture: true, once: true });
  };

  props.offer((): EditorHandle | undefined => untrack(mount));
  onCleanup(() => {
    props.offer(null);
    untrack(unmount);
  });
  createEffect(() => {
    if (editor() === undefined && visited()) onCleanup(whenIdle(() => untrack(mount)));
  });
  // The document was fetched anew: the old text is nobody's any more.
  createEffect(on(() => cell.text, unmount, { defer: true }));
  createEffect(() => {
    const made = editor();
    if (made === undefined) return;
    createEffect(on(options, (now) => made.change(now), { defer: true }));
    createEffect(() => made.mark({ spans: spans(), current: current() }));
  });

  return (
    <div
      class="source"
      classList={{ "source-wrap": bench.settings.wrap, "source-numbered": props.lineNumbers }}
      onPointerMove={(event) => {
        // Scrolling moves cells under a pointer that stands still.
        const moved = event.movementX !== 0 || event.movementY !== 0;
        if (moved && event.pointerType === "mouse" && event.buttons === 0) untrack(mount);
      }}
      ref={(element) => {
        element.addEventListener("pointerdown", (event) => {
          if (event.pointerType === "mouse" && event.button === 0) enter(event);
        });
        // A finger that scrolls presses too.
        element.addEventListener("click", (event) => {
          if (event.pointerType !== "mouse") enter(event);
        });
      }}
    >
      <Show when={editor() === undefined}>
        <Still source={cell.source()} near={props.near} language={language()} spans={spans()} current={current()} />
      </Show>
      <div
        ref={(element) => {
          box = element;
        }}
      />
    </div>
  );
}

const NONE: readonly Span[] = [];

interface StillProps {
  readonly source: string;
  readonly near: boolean;
  readonly language: string | null;
  readonly spans: readonly Span[];
  readonly current: Span | null;
}

/// The source as text. Painted when near; what was painted stays.
function Still(props: StillProps): JSX.Element {
  const [loaded, setLoaded] = createSignal(0);
  const known = () => {
    loaded();
    return props.language === null ? undefined : grammar(props.language)?.language;
  };
  createEffect(() => {
    const name = props.language;
    if (props.near && name !== null && grammar(name) === undefined)
      void loadGrammar(name).then(() => setLoaded((times) => times + 1));
  });
  const lines = createMemo(() => {
    const language = known();
    const plain = language === undefined || props.source.length > STATIC_CHARACTERS;
    return plain ? plainLines(props.source) : pieces(props.source, language);
  });
  return (
    <div
      class="source-still"
      ref={(element) => createEffect(() => paint(element, marked(lines(), props.spans, props.current)))}
    />
  );
}
