/// The question that an operation waits for (restart, shut down).

import { Confirm } from "@fumehood/ui";
import { type JSX, Show } from "solid-js";
import type { Workspace } from "./workspace.js";

export function ConfirmQuestion(props: { readonly workspace: Workspace }): JSX.Element {
  return (
    <Show when={props.workspace.question()} keyed>
      {(asked) => (
        <Confirm
          title={asked.title}
          confirm={asked.action}
          tone={asked.danger ? "danger" : "primary"}
          onConfirm={() => asked.answer(true)}
          onClose={() => asked.answer(false)}
        >
          <p dir="auto">{asked.text}</p>
        </Confirm>
      )}
    </Show>
  );
}
