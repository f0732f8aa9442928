/// Asks for several genes, and puts them beside each other.

import { Button, Dialog } from "@fumehood/ui";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { Model } from "../model/model";
import { pasted } from "../search/genes";
import type { Names } from "../search/names";
import { beside, MOST_GENES } from "./several";

export interface SeveralProps {
  readonly model: Model;
  /// Undefined while they are on their way.
  readonly genes: Names | undefined;
  readonly fresh: () => string;
  readonly onClose: () => void;
}

export function Several(props: SeveralProps): JSX.Element {
  const { model } = props;
  const [text, setText] = createSignal(
    model
      .shown()
      .flatMap((shown) => {
        const { colour } = shown.view();
        return colour.by === "gene" ? [colour.name] : [];
      })
      .join(" "),
  );
  const meant = createMemo(() => pasted(text(), props.genes));
  const genes = () => meant().found;
  const said = () => {
    const { lost } = meant();
    if (props.genes === undefined) return "Loading the names of the genes…";
    if (lost.length > 0) {
      const more = lost.length > 8 ? ` and ${lost.length - 8} more` : "";
      return `Not in this dataset: ${lost.slice(0, 8).join(", ")}${more}.`;
    }
    return genes().length > MOST_GENES ? `The first ${MOST_GENES} of ${genes().length} are shown.` : "";
  };
  function show(): void {
    const view = model.active()?.view();
    if (view === undefined || genes().length === 0) return;
    model.do({ do: "views", views: beside(view, genes(), props.fresh) });
    props.onClose();
  }
  return (
    <Dialog
      title="Several genes beside each other"
      onClose={props.onClose}
      onSubmit={show}
      actions={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={genes().length === 0}>
            Show {Math.min(MOST_GENES, genes().length)} {genes().length === 1 ? "gene" : "genes"}
          </Button>
        </>
      }
    >
      <p class="panel-note">
        Type or paste up to {MOST_GENES} genes. Each has a view and a scale of its own; they move together.
      </p>
      <textarea
        class="field-input"
        rows="4"
        aria-label="Genes"
        placeholder="CD3D, MS4A1, NKG7"
        autofocus
        spellcheck={false}
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          show();
        }}
      />
      <p class="panel-note" role="status">
        <bdi>{said()}</bdi>
      </p>
      <Show when={model.shown().length > 1}>
        <p class="panel-note">The views that are there make place for them; undo brings them back.</p>
      </Show>
    </Dialog>
  );
}
