/// Five short steps in a corner, with what they speak of outlined. Nothing waits for it, and nothing is covered but its
/// corner.

import { Button, CloseIcon, IconButton, keyText } from "@fumehood/ui";
import { createEffect, createSignal, type JSX, onCleanup } from "solid-js";
import { STEPS, type Step } from "./tour";

export interface TourProps {
  readonly onShow: (what: Step["shows"] | undefined) => void;
  readonly onClose: () => void;
}

export function Tour(props: TourProps): JSX.Element {
  const [at, setAt] = createSignal(0);
  const step = () => STEPS[at()] ?? (STEPS[0] as Step);
  createEffect(() => props.onShow(step().shows));
  onCleanup(() => props.onShow(undefined));
  const last = () => at() === STEPS.length - 1;
  return (
    <section
      class="tour"
      aria-label="Tour"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        props.onClose();
      }}
    >
      <header class="panel-row">
        <h2 class="panel-head">{step().title}</h2>
        <span class="panel-fill" />
        <IconButton small icon={CloseIcon} label="End the tour" onClick={() => props.onClose()} />
      </header>
      <p aria-live="polite">{step().text.replace("Ctrl+K", keyText("Mod-K"))}</p>
      <div class="panel-row">
        <span class="column-kind">
          {at() + 1} of {STEPS.length}
        </span>
        <span class="panel-fill" />
        <Button small tone="quiet" disabled={at() === 0} onClick={() => setAt(at() - 1)}>
          Back
        </Button>
        <Button small tone="primary" onClick={() => (last() ? props.onClose() : setAt(at() + 1))}>
          {last() ? "Done" : "Next"}
        </Button>
      </div>
    </section>
  );
}
