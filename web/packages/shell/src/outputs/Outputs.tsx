/// The outputs of one cell. What the page shows itself is here; everything else is handed to a sealed frame. However many
/// outputs there are, the DOM is bounded: the rest waits behind a button.

import { byteSize } from "@fumehood/ui/sizes";
import "./ansi.css";
import "./outputs.css";
import type { Content, Output } from "@fumehood/protocol";
import { createEffect, createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import { GuestFrame } from "../frames/GuestFrame.js";
import { guestOutput } from "../frames/payload.js";
import { keepWarm } from "../frames/warm.js";
import type { Cell, Notebook } from "../notebook/types.js";
import { Image } from "./Image.js";
import { JsonOutput } from "./JsonTree.js";
import { type Choice, choose } from "./mime.js";
import { formatCount } from "./numbers.js";
import { arrange, type Segment } from "./segments.js";
import { TextOutput } from "./TextOutput.js";
import { Traceback } from "./Traceback.js";

/// Outputs shown at once, and how many more with each press of the button.
const SHOWN = 100;

const NONE: readonly Output[] = [];

export function Outputs(props: { readonly cell: Cell; readonly notebook: Notebook }) {
  const [most, setMost] = createSignal(SHOWN);
  const waiting = () => props.cell.run()?.status === "queued";
  /// A queued cell shows the outputs of the run before until it starts. A new array each time: the model's is changed in
  /// place.
  const outputs = createMemo(
    () => {
      const run = props.cell.run();
      if (!run) return NONE;
      return run.status === "queued" ? run.previous : run.outputs;
    },
    NONE,
    { equals: false },
  );
  const total = () => outputs().length;
  const segments = createMemo(() => arrange(outputs(), Math.min(total(), most())));
  const keys = createMemo(() => segments().map((segment) => `${segment.place}:${segment.from}`), [], { equals: same });
  createEffect(() => keepWarm(props.notebook.served() ? props.notebook.guest() : null));
  const title = () => {
    const count = props.cell.run()?.count;
    return count == null ? "Output of a cell" : `Output of In [${count}]`;
  };
  const framed = ({ from, until }: Segment) =>
    outputs()
      .slice(from, until)
      .map((output, index) => guestOutput(output, from + index));
  const live = () => props.cell.run()?.status === "running";
  const origin = () => {
    const run = props.cell.run();
    return run === undefined ? "stranger" : run.status === "queued" ? run.previousOrigin : run.origin;
  };
  return (
    <Show when={total() > 0}>
      {/* biome-ignore lint/a11y/useSemanticElements: not a fieldset. */}
      <div class="outputs" classList={{ "outputs-waiting": waiting() }} role="group" aria-label="Output">
        <For each={keys()}>
          {(key) => {
            const segment = createMemo<Segment | undefined>(
              () => segments().find((one) => `${one.place}:${one.from}` === key),
              undefined,
              { equals: (a, b) => a?.from === b?.from && a?.until === b?.until },
            );
            return (
              <Show when={segment()}>
                {(found) => (
                  <Show
                    when={found().place === "frame"}
                    fallback={
                      <For each={indices(found())}>
                        {(index) => (
                          <PageOutput
                            output={outputs()[index]}
                            last={live() && index === total() - 1}
                            cell={props.cell.id}
                            blobs={props.notebook.blobs()}
                          />
                        )}
                      </For>
                    }
                  >
                    <GuestFrame
                      notebook={props.notebook}
                      cell={props.cell.id}
                      part={String(found().from)}
                      title={title()}
                      outputs={framed(found())}
                      origin={origin()}
                    />
                  </Show>
                )}
              </Show>
            );
          }}
        </For>
        <Show when={total() > most()}>
          <div class="out-fold">
            <button type="button" class="out-button" onClick={() => setMost(most() + SHOWN)}>
              Show {formatCount(Math.min(SHOWN, total() - most()))} more outputs
            </button>
            <span class="out-muted">{formatCount(total() - most())} not shown</span>
          </div>
        </Show>
      </div>
    </Show>
  );
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}

function indices(segment: Segment): readonly number[] {
  return Array.from({ length: segment.until - segment.from }, (_, index) => segment.from + index);
}

interface PageOutputProps {
  readonly output: Output | undefined;
  /// It may still grow.
  readonly last: boolean;
  readonly cell: string;
  readonly blobs: string;
}

function PageOutput(props: PageOutputProps) {
  const output = createMemo(() => props.output);
  const choice = createMemo<Choice | undefined>(
    () => {
      const found = output();
      return found && choose(found);
    },
    undefined,
    { equals: (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b) },
  );
  return (
    <Show when={choice()}>
      {(found) => (
        <Switch>
          <Match when={is(output(), "stream")}>
            {(stream) => (
              <>
                <TextOutput
                  pieces={[...(stream().parts ?? []), stream().text ?? ""]}
                  blobs={props.blobs}
                  label={stream().name === "stderr" ? "Error output" : "Printed output"}
                  kind={stream().name === "stderr" ? "stderr" : "stdout"}
                  live={props.last}
                />
                <Show when={stream().dropped}>
                  {(bytes) => (
                    <p class="out-note">{byteSize(bytes())} of output were over the limit and are not kept.</p>
                  )}
                </Show>
              </>
            )}
          </Match>
          <Match when={is(output(), "error")}>
            {(error) => <Traceback output={error()} cell={props.cell} blobs={props.blobs} />}
          </Match>
          <Match when={is(output(), "raw")}>
            {(raw) => (
              <>
                <p class="out-note">The file holds an output of an unknown kind. This is its text.</p>
                <TextOutput pieces={[raw().json]} blobs={props.blobs} label="Output" kind="plain" live={false} />
              </>
            )}
          </Match>
          <Match when={dataOf(output(), found())}>
            {(shown) => (
              <Switch
                fallback={
                  <TextOutput
                    pieces={[shown().content]}
                    blobs={props.blobs}
                    label="Text output"
                    kind="plain"
                    live={false}
                  />
                }
              >
                <Match when={shown().kind === "json"}>
                  <JsonOutput data={shown().content} blobs={props.blobs} expanded={shown().expanded} />
                </Match>
                <Match when={shown().kind === "image" && typeof shown().content !== "string" ? shown() : undefined}>
                  {(image) => (
                    <Image
                      data={image().content as Exclude<Content, string>}
                      mime={image().mime}
                      alt={image().alt}
                      metadata={image().metadata}
                      blobs={props.blobs}
                    />
                  )}
                </Match>
              </Switch>
            )}
          </Match>
        </Switch>
      )}
    </Show>
  );
}

function is<T extends Output["type"]>(output: Output | undefined, type: T): Extract<Output, { type: T }> | undefined {
  return output?.type === type ? (output as Extract<Output, { type: T }>) : undefined;
}

function dataOf(output: Output | undefined, choice: Choice) {
  if (output === undefined || !("data" in output) || !("mime" in choice)) return undefined;
  const content = output.data[choice.mime];
  if (content === undefined || choice.place !== "page") return undefined;
  const plain = output.data["text/plain"];
  const own = output.metadata?.[choice.mime];
  return {
    kind: choice.kind,
    mime: choice.mime,
    content,
    alt: typeof plain === "string" ? plain : "",
    metadata: output.metadata,
    expanded: typeof own === "object" && own !== null && (own as Record<string, unknown>).expanded === true,
  };
}
