/// The source of a cell: coloured text until its editor is there, which comes in an idle moment when the cell is near,
/// or at once where the user goes. Text and editor look alike to the pixel, so that nothing jumps.

import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show, untrack } from "solid-js";
import type { CellHandle, EditorHandle } from "../commands/types.js";
import { createEditor, type Editor } from "../editor/editor.js";
import { paint, pieces, plainLines, STATIC_CHARACTERS } from "../editor/highlight.js";
import { grammar, languageOf, loadGrammar } from "../editor/languages.js";
import type { Cell } from "../notebook/types.js";
import { whenIdle } from "./approach.js";
import type { Page } from "./page.js";
import "./source.css";

export interface SourceProps {
  readonly cell: Cell;
  readonly page: Page;
  readonly near: boolean;
  readonly label: string;
  readonly lineNumbers: boolean;
  /// Hands out how to get at the editor while this is on the page.
  readonly offer: (editor: CellHandle["editor"] | null) => void;
  readonly leave: (direction: -1 | 1) => boolean;
}

export function Source(props: SourceProps): JSX.Element {
  const { bench, pool, tips } = props.page;
  const { cell } = props;
  const [editor, setEditor] = createSignal<Editor>();
  const language = createMemo(() => languageOf(bench.notebook, cell.type()));
  let box: HTMLDivElement | undefined;

  const options = () => ({
    settings: { ...bench.settings },
    lineNumbers: props.lineNumbers,
    language: language(),
    label: props.label,
    code: cell.type() === "code",
  });

  const mount = (): Editor | undefined => {
    const old = editor();
    if (old !== undefined || box === undefined) return old;
    const made = untrack(() =>
      createEditor(box as HTMLElement, {
        ...options(),
        cell,
        notebook: bench.notebook,
        tips,
        leave: (direction) => props.leave(direction),
      }),
    );
    setEditor(made);
    pool.take(pooled);
    return made;
  };
  const unmount = () => {
    editor()?.destroy();
    setEditor(undefined);
    pool.drop(pooled);
  };
  const pooled = {
    release: () => {
      if (untrack(() => props.near) || editor()?.view.hasFocus === true) return false;
      untrack(unmount);
      return true;
    },
  };

  props.offer((): EditorHandle | undefined => untrack(mount));
  onCleanup(() => {
    props.offer(null);
    unmount();
  });

  createEffect(() => {
    if (!props.near) return;
    const taken = editor();
    if (taken !== undefined) pool.take(pooled);
    else onCleanup(whenIdle(() => untrack(mount)));
  });
  // The document was fetched anew: the old text is nobody's any more.
  createEffect(on(() => cell.text, unmount, { defer: true }));
  createEffect(
    on(options, (now, before) => {
      if (before !== undefined) editor()?.change(now);
      return now;
    }),
  );
  createEffect(() => {
    const { finding } = bench;
    const spans = finding.inCell(cell.id);
    const now = finding.current();
    editor()?.mark({ spans, current: now?.cell === cell.id && now.where === "source" ? now : null });
  });

  return (
    <div
      class="source"
      classList={{ "source-wrap": bench.settings.wrap, "source-numbered": props.lineNumbers }}
      // Before the browser places the cursor: the editor is there when the press arrives.
      onPointerDown={(event) => {
        if (editor() !== undefined || event.button !== 0) return;
        const made = mount();
        const at = made?.view.posAtCoords({ x: event.clientX, y: event.clientY }, false);
        event.preventDefault();
        made?.focus(at ?? "end");
      }}
    >
      <Show when={editor() === undefined}>
        <Still source={cell.source()} near={props.near} language={language()} />
      </Show>
      <div
        ref={(element) => {
          box = element;
        }}
      />
    </div>
  );
}

/// The source as text.
function Still(props: { readonly source: string; readonly near: boolean; readonly language: string | null }) {
  const [loaded, setLoaded] = createSignal(0);
  const known = () => {
    loaded();
    return props.language === null ? undefined : grammar(props.language);
  };
  createEffect(() => {
    const name = props.language;
    if (props.near && name !== null && grammar(name) === undefined)
      void loadGrammar(name).then(() => setLoaded((times) => times + 1));
  });
  return (
    <div
      class="source-still cm-content"
      // Rebuilt as a whole: it is replaced by the editor as soon as somebody writes in it.
      ref={(element) =>
        createEffect(() => {
          const language = props.near ? known()?.language : undefined;
          if (!props.near) element.textContent = props.source;
          else if (language === undefined || props.source.length > STATIC_CHARACTERS)
            paint(element, plainLines(props.source));
          else paint(element, pieces(props.source, language));
        })
      }
    />
  );
}
