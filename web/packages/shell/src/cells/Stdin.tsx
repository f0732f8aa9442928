/// The box in which the user answers what running code asks. The prompt is the code's text, so the frame around it says
/// who asks: a program may pretend to be anybody. Answers can be called up again, passwords cannot.

import type { PendingInput } from "@fumehood/protocol";
import { Button } from "@fumehood/ui";
import { createSignal, createUniqueId, type JSX, onMount } from "solid-js";
import { go } from "../commands/place.js";
import type { Page } from "./page.js";
import "./stdin.css";

/// So many answers can be called up again.
const ANSWERS = 100;

export function Stdin(props: {
  readonly input: PendingInput;
  readonly cell: string;
  readonly page: Page;
}): JSX.Element {
  const id = createUniqueId();
  const { bench, answers } = props.page;
  const [sent, setSent] = createSignal(false);
  let field: HTMLInputElement | undefined;
  let at = answers.length;
  /// Where the user was before the question took the keyboard.
  let from: string | null = null;

  onMount(() => {
    // Whoever ran the cell types the answer next: as commands, its letters would do harm. Not where somebody else ran it,
    // and never away from other text.
    const mine = bench.started.has(props.cell) || bench.place().active === props.cell;
    if (mine && document.activeElement?.closest(".cm-content, input, textarea, iframe, dialog") == null) {
      from = bench.place().active;
      field?.focus();
    }
  });

  const answer = () => {
    const value = field?.value ?? "";
    const { request, password } = props.input;
    if (sent()) return;
    setSent(true);
    if (!password && value !== "") {
      answers.push(value);
      answers.splice(0, answers.length - ANSWERS);
    }
    if (field !== undefined) field.value = "";
    leave();
    bench.attempt(
      bench.notebook.requests.answer(request, value).catch((error: unknown) => {
        setSent(false);
        throw error;
      }),
    );
  };
  /// Back to where the user was: the next Shift+Enter is meant for the next cell.
  const leave = () => {
    const back = from ?? props.cell;
    field?.blur();
    bench.move((place) => (bench.notebook.order().includes(back) ? go(place, back) : place));
    bench.refocus();
  };
  const recall = (by: -1 | 1) => {
    if (props.input.password || field === undefined || answers.length === 0) return;
    at = Math.max(0, Math.min(answers.length, at + by));
    field.value = answers[at] ?? "";
  };

  return (
    <form
      class="stdin"
      onSubmit={(event) => {
        event.preventDefault();
        answer();
      }}
    >
      <span class="stdin-frame" id={`${id}-frame`}>
        {props.input.password ? "The code in this cell asks for a secret" : "The code in this cell asks"}
      </span>
      <div class="stdin-line">
        <label class="stdin-prompt" for={id} dir="auto">
          {props.input.prompt}
        </label>
        <input
          ref={(element) => {
            field = element;
          }}
          id={id}
          class="stdin-field"
          type={props.input.password ? "password" : "text"}
          aria-describedby={`${id}-frame`}
          aria-label={props.input.prompt.trim() === "" ? "Answer" : undefined}
          autocomplete="off"
          spellcheck={false}
          disabled={sent()}
          onKeyDown={(event) => {
            if (event.key === "ArrowUp") recall(-1);
            else if (event.key === "ArrowDown") recall(1);
            else if (event.key === "Escape") leave();
            else return;
            event.preventDefault();
          }}
        />
        <Button small type="submit" disabled={sent()}>
          Answer
        </Button>
      </div>
    </form>
  );
}
