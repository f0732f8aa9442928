/// The box in which the user answers what running code asks. The prompt is the code's text, so the frame around it says
/// who asks: a program may pretend to be anybody. Answers can be called up again, passwords cannot.

import type { PendingInput } from "@fumehood/protocol";
import { Button } from "@fumehood/ui";
import { createSignal, createUniqueId, type JSX, onMount } from "solid-js";
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

  onMount(() => {
    const { place } = bench;
    // Only where the user is at this cell already, and types nothing else.
    if (place().active === props.cell && document.activeElement?.closest(".cm-content, input, textarea") == null)
      field?.focus();
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
    bench.attempt(
      bench.notebook.requests.answer(request, value).catch((error: unknown) => {
        setSent(false);
        throw error;
      }),
    );
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
      <label class="stdin-line">
        <bdi class="stdin-prompt" dir="auto">
          {props.input.prompt}
        </bdi>
        <input
          ref={(element) => {
            field = element;
          }}
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
            else if (event.key === "Escape") bench.refocus();
            else return;
            event.preventDefault();
          }}
        />
        <Button small type="submit" disabled={sent()}>
          Answer
        </Button>
      </label>
    </form>
  );
}
