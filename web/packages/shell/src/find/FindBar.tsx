/// The bar over the notebook that looks for text and replaces it.

import { Button, ChevronDownIcon, ChevronUpIcon, CloseIcon, IconButton } from "@fumehood/ui";
import { createEffect, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import type { Bench } from "../commands/types.js";
import type { Query } from "./search.js";
import "./find.css";

/// The search waits for a pause in the typing.
const PAUSE_MS = 120;

export function FindBar(props: { readonly bench: Bench }): JSX.Element {
  const { bench } = props;
  const { finding } = bench;
  const [by, setBy] = createSignal("");
  const [done, setDone] = createSignal("");
  let field: HTMLInputElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  createEffect(
    on(finding.opened, () => {
      field?.focus();
      field?.select();
    }),
  );
  const change = (part: Partial<Query>) => {
    clearTimeout(timer);
    setDone("");
    // What was typed a moment ago counts too.
    finding.setQuery({ ...finding.query(), text: field?.value ?? "", ...part });
  };
  const typed = (text: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => change({ text }), PAUSE_MS);
  };
  const now = (text: string) => {
    if (text !== finding.query().text) change({ text });
  };
  const close = () => finding.close();
  const count = () => {
    if (finding.problem() !== "") return finding.problem();
    if (finding.query().text === "") return "";
    const all = finding.matches().length;
    if (all === 0) return finding.searching() ? "Searching…" : "No matches";
    const of = finding.more() ? `${all}+` : `${all}`;
    if (finding.index() < 0) return `${of} found`;
    return `${finding.index() + 1} of ${of}${finding.current()?.where === "source" ? "" : ", in output"}`;
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: Firefox ESR and WebKitGTK do not all know the element.
    <div
      role="search"
      class="find-bar"
      aria-label="Find in the notebook"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <div class="find-row">
        <input
          class="find-field"
          classList={{ "find-wrong": finding.problem() !== "" }}
          type="text"
          aria-label="Find"
          placeholder="Find"
          autocomplete="off"
          spellcheck={false}
          value={finding.query().text}
          ref={(element) => {
            field = element;
          }}
          onInput={(event) => typed(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.isComposing) return;
            event.preventDefault();
            if (event.currentTarget.value !== finding.query().text) now(event.currentTarget.value);
            else finding.go(event.shiftKey ? -1 : 1);
          }}
        />
        <Switch
          label="Match case"
          sign="Aa"
          on={finding.query().matchCase}
          set={(matchCase) => change({ matchCase })}
        />
        <Switch label="Whole words" sign="ab" on={finding.query().word} set={(word) => change({ word })} />
        <Switch label="Regular expression" sign=".*" on={finding.query().regex} set={(regex) => change({ regex })} />
        <Switch label="In outputs too" sign="Out" on={finding.outputs()} set={finding.setOutputs} />
        <Switch
          label="In the selected cells only"
          sign="Sel"
          on={finding.within() !== null}
          set={(only) => finding.setWithin(only ? new Set(bench.selected()) : null)}
        />
        <span class="find-count" role="status">
          {done() || count()}
        </span>
        <IconButton
          small
          icon={ChevronUpIcon}
          label="Previous match"
          shortcut="Mod-Shift-G"
          onClick={() => finding.go(-1)}
        />
        <IconButton small icon={ChevronDownIcon} label="Next match" shortcut="Mod-G" onClick={() => finding.go(1)} />
        <IconButton small icon={CloseIcon} label="Close" shortcut="Escape" onClick={close} />
      </div>
      <Show when={finding.shown() === "replace"}>
        <div class="find-row">
          <input
            class="find-field"
            type="text"
            aria-label="Replace by"
            placeholder="Replace by"
            autocomplete="off"
            spellcheck={false}
            value={by()}
            onInput={(event) => setBy(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.isComposing) return;
              event.preventDefault();
              finding.replace(by());
            }}
          />
          <Button small onClick={() => finding.replace(by())} disabled={finding.current()?.where !== "source"}>
            Replace
          </Button>
          <Button
            small
            disabled={finding.matches().length === 0 || finding.searching()}
            onClick={() => {
              const times = finding.replaceAll(by());
              setDone(times === 1 ? "1 replaced" : `${times} replaced`);
            }}
          >
            Replace all
          </Button>
        </div>
      </Show>
    </div>
  );
}

function Switch(props: {
  readonly label: string;
  readonly sign: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="find-switch"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.on}
      onClick={() => props.set(!props.on)}
      // Drawn by the style sheet: it is a picture of what the name says.
      data-sign={props.sign}
    />
  );
}
