/// Where one says how long a unit of the data is; what the dataset itself says stands there until then.

import { Button } from "@fumehood/ui";
import { type JSX, Show } from "solid-js";
import type { Model } from "../model/model";
import { LONGEST_NAME } from "../state/bounds";
import type { Length } from "../state/document";
import { typed } from "../words/numbers";
import { givenOf, ownOf, type Said } from "./units";

export function LengthFields(props: {
  readonly model: Model;
  readonly embeddings: readonly Said[];
  /// Of places.
  readonly embedding: string;
}): JSX.Element {
  const own = () => ownOf(props.model.parts.lengths(), props.embedding);
  const given = () => {
    const said = props.embeddings.find((one) => one.key === props.embedding);
    return said && givenOf(said);
  };
  const now = () => own() ?? given() ?? { each: 1, name: "µm" };
  const put = (length: Length | null) => props.model.do({ do: "length", embedding: props.embedding, length });
  const told = () => {
    if (own() !== undefined) return "As you said.";
    return given() === undefined ? "The dataset does not say it: say it here." : "As the dataset says.";
  };
  return (
    <>
      <div class="panel-row">
        One unit of the data is
        <input
          class="field-input scale-end"
          inputmode="decimal"
          aria-label="Length of one unit of the data"
          value={own() === undefined && given() === undefined ? "" : typed(now().each)}
          onKeyDown={(event) => event.stopPropagation()}
          onChange={(event) => {
            const each = Number(event.currentTarget.value);
            if (each > 0 && Number.isFinite(each)) put({ ...now(), each });
            else event.currentTarget.value = typed(now().each);
          }}
        />
        <input
          class="field-input scale-end"
          aria-label="What that length is counted in"
          maxlength={LONGEST_NAME}
          value={now().name}
          onKeyDown={(event) => event.stopPropagation()}
          onChange={(event) => put({ ...now(), name: event.currentTarget.value.trim() })}
        />
      </div>
      <div class="panel-row">
        <p class="panel-note">{told()}</p>
        <Show when={own()}>
          <Button small tone="quiet" onClick={() => put(null)}>
            {given() === undefined ? "No scale bar" : "As the dataset says"}
          </Button>
        </Show>
      </div>
    </>
  );
}
