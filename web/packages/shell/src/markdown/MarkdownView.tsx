/// A Markdown cell as it is read. The source becomes elements of an allow-list, made one by one; where it holds raw
/// markup it is shown by a sealed frame instead. The parser is loaded when the first one is to be shown; until then, and
/// where there is too much of it, the source itself is shown as text.

import "./markdown.css";
import { createEffect, createMemo, createSignal, on, onCleanup, Show } from "solid-js";
import { GuestFrame } from "../frames/GuestFrame.js";
import type { Cell, Notebook, Values } from "../notebook/types.js";
import { formatCount } from "../outputs/numbers.js";
import { ANCHOR } from "./anchor.js";
import { build } from "./build.js";
import { withAttachments } from "./images.js";
import type { Typeset } from "./maths.js";
import type { parse } from "./parse.js";

/// Characters that are parsed unasked; a longer cell is shown as text.
const LONGEST = 50_000;
/// Formulas are made for so long at a time.
const TURN_MS = 8;

export interface MarkdownProps {
  readonly source: string;
  readonly attachments: Values;
  readonly cell: Cell;
  readonly notebook: Notebook;
}

const [parser, setParser] = createSignal<typeof parse>();
const [typesetter, setTypesetter] = createSignal<() => Typeset>();
const [trouble, setTrouble] = createSignal("");
let parserAsked = false;
let mathsAsked = false;

/// Asks for it before the first Markdown is there.
export function askParser(): void {
  if (parserAsked) return;
  parserAsked = true;
  import("./parse.js").then(
    (module) => setParser(() => module.parse),
    () => {
      parserAsked = false;
      setTrouble("The part of the page that shows Markdown could not be loaded.");
    },
  );
}

function askMaths(): void {
  if (mathsAsked) return;
  mathsAsked = true;
  import("./maths.js").then(
    (module) => setTypesetter(() => module.typesetter),
    () => {
      mathsAsked = false;
    },
  );
}

export function MarkdownView(props: MarkdownProps) {
  askParser();
  const [wanted, setWanted] = createSignal(false);
  const long = () => props.source.length > LONGEST && !wanted();
  const parsed = createMemo(() => {
    const read = parser();
    return read && !long() ? read(props.source) : null;
  });
  const framed = createMemo(() => {
    const data = { "text/markdown": withAttachments(props.source, props.attachments) };
    return [{ id: "markdown", data, metadata: {} }];
  });
  return (
    <Show
      when={parsed()}
      fallback={
        <div class="md-plain">
          <Show when={long()}>
            <p class="out-note">
              This cell has {formatCount(props.source.length)} characters and is shown as text.{" "}
              <button type="button" class="out-button" onClick={() => setWanted(true)}>
                Show it as Markdown
              </button>
            </p>
          </Show>
          <Show when={trouble() !== ""}>
            <p class="out-note">{trouble()}</p>
          </Show>
          <pre>{props.source}</pre>
        </div>
      }
    >
      {(found) => (
        <Show
          when={!found().raw}
          fallback={
            <GuestFrame
              notebook={props.notebook}
              cell={props.cell.id}
              part="markdown"
              title="Markdown cell"
              outputs={framed()}
              origin="stranger"
            />
          }
        >
          <Built parsed={found()} attachments={props.attachments} />
          <Show when={found().cut}>
            <p class="out-note">The rest of this cell is too much to be shown as Markdown.</p>
          </Show>
        </Show>
      )}
    </Show>
  );
}

function Built(props: { readonly parsed: ReturnType<typeof parse>; readonly attachments: Values }) {
  let root: HTMLDivElement | undefined;
  let urls: string[] = [];
  const formulas: { readonly place: HTMLElement; readonly tex: string; readonly display: boolean }[] = [];
  const [waiting, setWaiting] = createSignal(0);
  const revoke = () => {
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
  };
  onCleanup(revoke);
  createEffect(
    on([() => props.parsed, () => props.attachments], ([parsed, attachments]) => {
      revoke();
      formulas.length = 0;
      const fragment = document.createDocumentFragment();
      build(fragment, parsed.nodes, {
        attachments,
        urls,
        maths: (place, tex, display) => formulas.push({ place, tex, display }),
        onAnchor: goTo,
      });
      root?.replaceChildren(fragment);
      if (formulas.length > 0) askMaths();
      setWaiting(waiting() + 1);
    }),
  );
  let turn: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(turn));
  const typeset = (make: Typeset, from: number) => {
    const until = performance.now() + TURN_MS;
    let at = from;
    for (; at < formulas.length && performance.now() < until; at++) {
      const { place, tex, display } = formulas[at] as (typeof formulas)[number];
      const made = make(tex, display);
      if (typeof made === "string") {
        place.classList.add("md-wrong");
        place.title = made;
      } else place.replaceChildren(made);
    }
    if (at < formulas.length) turn = setTimeout(() => typeset(make, at));
  };
  createEffect(
    on([waiting, typesetter], ([_, make]) => {
      clearTimeout(turn);
      if (make && formulas.length > 0) typeset(make(), 0);
    }),
  );
  return <div ref={root} class="md" dir="auto" />;
}

/// To the heading of this address, in whichever cell it is.
function goTo(from: Element, anchor: string): void {
  const heading = document.querySelector<HTMLElement>(`.md [data-anchor="${CSS.escape(anchor)}"]`);
  if (heading) {
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  } else from.dispatchEvent(new CustomEvent<string>(ANCHOR, { bubbles: true, detail: anchor }));
}
