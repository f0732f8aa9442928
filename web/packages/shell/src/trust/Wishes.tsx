/// What the notebook asks for, wish by wish, with where each is written and what is doubtful about its name.

import type { Judgement, Requirement, Sheet } from "@fumehood/protocol";
import { Button, Name, TextField, WarningIcon } from "@fumehood/ui";
import { createSignal, type JSX, Show } from "solid-js";
import type { Workspace } from "../app/workspace.js";
import { Listed, Tick } from "./parts.js";
import {
  type Answers,
  askerSaid,
  changeOf,
  changeSaid,
  doubtful,
  isFirstOfFile,
  judged,
  otherChanges,
} from "./sheet.js";

export interface WishesProps {
  readonly workspace: Workspace;
  readonly sheet: Sheet;
  readonly answers: Answers;
  readonly busy: boolean;
  /// The difference to what was approved, and no more.
  readonly partly: boolean;
  readonly onMeant: (name: string, on: boolean) => void;
  /// `text` in place of the requirement of that `name`.
  readonly onReplace: (text: string, name: string) => void;
  /// What this file offers was taken up, and is not wanted any more.
  readonly onLeave: (file: string) => void;
}

export function Wishes(props: WishesProps): JSX.Element {
  const asked = () => props.sheet.asked;
  const own = () => new Set((asked().requirements ?? []).map(({ name }) => name));
  const judgements = () => new Map((props.sheet.judgements ?? []).map((one) => [one.name, one] as const));
  // A name that comes with another has no wish beside which it could stand.
  const others = () => doubtful(props.sheet).filter(({ judgement }) => !own().has(judgement.name));
  const wishes = () => {
    const all = asked().requirements ?? [];
    return props.partly ? all.filter((one) => changeOf(props.sheet, one) || judgements().has(one.name)) : all;
  };
  const Own = (one: Requirement) => <Wish {...props} wish={one} judgement={judgements().get(one.name)} />;
  return (
    <>
      <Listed title={props.partly ? "New or doubtful in what it asks for" : "It asks for"} rows={wishes()}>
        {Own}
      </Listed>
      <Listed title="Other changes" rows={props.sheet.status === "approved" ? [] : otherChanges(props.sheet)}>
        {(one) => <span dir="auto">{one}</span>}
      </Listed>
      <Listed title="Doubtful names that come with it" rows={others()}>
        {({ judgement }) => (
          <>
            <Name class="trust-code" text={judgement.name} />
            <Doubt {...props} judgement={judgement} replaceable={false} />
          </>
        )}
      </Listed>
      <Listed title="Cells would install while they run" rows={asked().magics ?? []}>
        {Own}
      </Listed>
      <Listed
        title="Cannot be had, or not be read"
        rows={[...(asked().complaints ?? []), ...(props.sheet.plan?.left ?? [])]}
      >
        {(one) => (
          <span class="list-text">
            <span dir="auto">
              {one.message} {one.hint}
            </span>
            <span class="list-hint">
              <Name text={askerSaid(one.asker, props.workspace.cellName)} />
            </span>
          </span>
        )}
      </Listed>
    </>
  );
}

function Wish(
  props: WishesProps & { readonly wish: Requirement; readonly judgement: Judgement | undefined },
): JSX.Element {
  return (
    <>
      <span class="list-text">
        <span>
          <Name class="trust-code" text={props.wish.text} />{" "}
          <Show when={changeOf(props.sheet, props.wish)}>
            {(change) => <span class="trust-mark">{changeSaid(change())}</span>}
          </Show>
        </span>
        <span class="list-hint">
          <Name text={askerSaid(props.wish.asker, props.workspace.cellName)} />
          <Show when={props.wish.kind !== "index"}> · an address, not a name on an index</Show>
          <Show when={props.wish.ecosystem === "conda"}> · conda</Show>
        </span>
      </span>
      <Show when={isFirstOfFile(props.sheet, props.wish)}>
        <Button small disabled={props.busy} onClick={() => props.onLeave(props.wish.asker.name)}>
          Leave <Name text={props.wish.asker.name} /> out
        </Button>
      </Show>
      <Show when={props.judgement}>
        {(judgement) => <Doubt {...props} judgement={judgement()} replaceable={props.wish.asker.kind === "metadata"} />}
      </Show>
    </>
  );
}

function Doubt(props: WishesProps & { readonly judgement: Judgement; readonly replaceable: boolean }): JSX.Element {
  const [typed, setTyped] = createSignal("");
  const name = () => props.judgement.name;
  const meant = () => props.answers.meant.has(name());
  const said = () => judged(props.judgement);
  const facts = () => props.judgement.facts ?? [];
  return (
    <div class={`trust-doubt trust-${props.judgement.verdict}`}>
      <WarningIcon size={14} />
      <span class="list-text">
        <Show when={said().length > 0}>
          <span dir="auto">
            <Name text={name()} /> {said().join("; ")}.
          </span>
        </Show>
        <Show when={facts().length > 0}>
          <span dir="auto">
            Of <Name text={name()} /> its index says: {facts().join("; ")}.
          </span>
        </Show>
        <Show when={props.sheet.status !== "approved"}>
          <span class="trust-doubt-actions">
            <Show when={props.judgement.target && props.replaceable}>
              <Button
                small
                disabled={props.busy}
                onClick={() => props.onReplace(props.judgement.target ?? "", props.judgement.name)}
              >
                Use {props.judgement.target} instead
              </Button>
            </Show>
            <Show when={props.judgement.verdict === "stop"}>
              <Tick checked={meant()} onChange={(on) => props.onMeant(name(), on)}>
                <span>
                  I mean <Name text={name()} />
                </span>
              </Tick>
            </Show>
            <Show when={props.judgement.verdict === "block"}>
              <TextField
                label="Type its name to have it all the same"
                value={typed()}
                code
                onInput={(value) => {
                  setTyped(value);
                  props.onMeant(name(), value.trim() === name());
                }}
              />
            </Show>
          </span>
        </Show>
      </span>
    </div>
  );
}
