/// Everything that would be installed, file by file: to search, with what changed marked, and a tick for each that runs
/// code of its own at the installation.

import type { Plan, Sheet } from "@fumehood/protocol";
import { Name, TextField } from "@fumehood/ui";
import { byteSize } from "@fumehood/ui/sizes";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { Tick } from "./parts.js";
import { type Answers, changeSaid, differing, lines, matching, type PackageLine, total } from "./sheet.js";

/// A list that is longer wants a field to search in.
const SEARCHED = 12;

export function Packages(props: {
  readonly sheet: Sheet;
  readonly plan: Plan;
  readonly answers: Answers;
  /// The difference to what was approved, and no more.
  readonly partly: boolean;
  readonly onBuild: (name: string, on: boolean) => void;
}): JSX.Element {
  const [query, setQuery] = createSignal("");
  const all = createMemo(() => lines(props.sheet));
  const sized = () => all().some(({ file }) => file !== null && file.size > 0);
  // Whoever searches looks for a package of all.
  const found = createMemo(() => (props.partly && query().trim() === "" ? differing(all()) : matching(all(), query())));
  return (
    <section>
      <div class="trust-head">
        <h3 class="list-title">
          Installed: {total(props.plan)}, for Python <Name text={props.plan.python} />
        </h3>
        <Show when={all().length > SEARCHED}>
          <TextField
            label="Search packages"
            bare
            type="search"
            placeholder="Search"
            value={query()}
            onInput={setQuery}
          />
        </Show>
      </div>
      <div class="trust-scroll">
        <table class="trust-table">
          <thead>
            <tr>
              <th scope="col">Package</th>
              <th scope="col">Version</th>
              <Show when={sized()}>
                <th scope="col" class="trust-size">
                  Size
                </th>
              </Show>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            <For each={found()}>
              {(line) => (
                <Line
                  line={line}
                  sized={sized()}
                  ticked={props.answers.builds.has(line.name)}
                  onBuild={props.onBuild}
                />
              )}
            </For>
          </tbody>
        </table>
        <Show when={found().length === 0}>
          <p class="list-hint" role="status">
            {query().trim() === "" ? "Of the packages nothing changes." : "No package has that in its name."}
          </p>
        </Show>
      </div>
    </section>
  );
}

function Line(props: {
  readonly line: PackageLine;
  readonly sized: boolean;
  readonly ticked: boolean;
  readonly onBuild: (name: string, on: boolean) => void;
}): JSX.Element {
  const file = () => props.line.file;
  const why = () => {
    const one = file();
    if (one === null) return "";
    if (one.builder) return "only to build others";
    return one.direct ? "asked for" : one.needed_by?.length ? `for ${one.needed_by.join(", ")}` : "";
  };
  return (
    <tr class={props.line.change ? `trust-${props.line.change.kind}` : ""}>
      <th scope="row">
        {/* Told apart also where it is read out. */}
        <Name text={props.line.name} />{" "}
        <Show when={props.line.change}>{(change) => <span class="trust-mark">{changeSaid(change())}</span>}</Show>{" "}
        <Show when={file()?.yanked}>
          <span class="trust-mark">withdrawn by its makers</span>
        </Show>
      </th>
      <td>
        <Name text={props.line.version} />
      </td>
      <Show when={props.sized}>
        <td class="trust-size">{file()?.size ? byteSize(file()?.size ?? 0) : ""}</td>
      </Show>
      <td>
        <Name text={why()} />
        <Show when={file()?.build}>
          <Tick checked={props.ticked} onChange={(on) => props.onBuild(props.line.name, on)}>
            <span>Source only: let it run code of its own at the installation</span>
          </Tick>
        </Show>
      </td>
    </tr>
  );
}
