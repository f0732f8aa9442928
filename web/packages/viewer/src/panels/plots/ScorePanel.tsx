/// A list of genes becomes one value of each cell: pasted, looked up, said which were not found, and coloured by.

import { Button, TextField } from "@fumehood/ui";
import { createMemo, createSignal, createUniqueId, type JSX, Show } from "solid-js";
import { MOST_PASTED, pasted } from "../../search/genes";
import { count } from "../../words/numbers";
import type { PlotProps } from "./parts";

/// Names that are told; more nobody reads.
const TOLD = 30;

export function ScorePanel(props: PlotProps): JSX.Element {
  const { choices, model } = props;
  const id = createUniqueId();
  const [text, setText] = choices.pasted;
  const [name, setName] = choices.scoreName;
  const [said, setSaid] = createSignal("");
  const read = createMemo(() => pasted(text(), props.genes));
  const shown = createMemo(() => {
    const by = props.shown.view().colour;
    return by.by === "score" ? by : undefined;
  });
  const score = createMemo(() => {
    const by = shown();
    return by && model.shelf.score(by.name, by.genes);
  });

  function colour(): void {
    const { found } = read();
    if (found.length === 0) return;
    const title = name().trim() || `Score of ${count(found.length)} genes`;
    model.do({ do: "colour", view: props.shown.view().id, colour: { by: "score", name: title, genes: found } });
    setSaid(`The view is coloured by “${title}”. It can be chosen in the other plots, too.`);
  }

  return (
    <form
      class="plot-score"
      onSubmit={(event) => {
        event.preventDefault();
        colour();
      }}
    >
      <div class="field">
        <label class="field-label" for={id}>
          Genes
        </label>
        <textarea
          id={id}
          class="field-input"
          rows="5"
          placeholder="One name a line, or with commas"
          value={text()}
          onFocus={() => props.onSearch()}
          onKeyDown={(event) => event.stopPropagation()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <div role="status" class="panel-note">
        <Show when={text().trim() !== ""} fallback="Paste a list of genes, such as the markers of a cell type.">
          <Show when={props.genes} fallback="Loading names…">
            <p>
              {count(read().found.length)} of {count(read().asked)} genes are in this dataset.
              <Show when={read().asked === MOST_PASTED}> No more are read.</Show>
            </p>
            <Show when={read().lost.length > 0}>
              <p>
                Not found: <bdi>{read().lost.slice(0, TOLD).join(", ")}</bdi>
                {read().lost.length > TOLD ? ` and ${count(read().lost.length - TOLD)} more` : ""}
              </p>
            </Show>
            <Show when={read().renamed.length > 0}>
              <p>
                Taken as: <bdi>{read().renamed.slice(0, TOLD).join(", ")}</bdi>
              </p>
            </Show>
          </Show>
        </Show>
      </div>
      <TextField
        label="Name of the score"
        placeholder="Score"
        maxlength="200"
        value={name()}
        onInput={setName}
        onKeyDown={(event: KeyboardEvent) => event.stopPropagation()}
      />
      <div class="panel-row panel-wrap">
        <Button small type="submit" tone="primary" disabled={read().found.length === 0}>
          Colour by the score
        </Button>
        <Button
          small
          type="button"
          disabled={shown() === undefined}
          onClick={() => {
            choices.value[1](shown());
            choices.plot[1]("distribution");
          }}
        >
          Its distribution
        </Button>
      </div>
      <p class="panel-note" role="status">
        {said()}
        <Show when={score()}>
          {(found) =>
            found().controlled
              ? " It is the mean of the genes less the mean of genes that are as high on average, as Scanpy’s score_genes has it."
              : " It is the mean of the genes as they are drawn; there is nobody here to take the mean of other genes from it."
          }
        </Show>
      </p>
    </form>
  );
}
