/// Who else has the notebook open: initials in their colour; a click goes to where they are.

import { contrast, IconButton, PeopleIcon, tip, visible } from "@fumehood/ui";
import { For, type JSX, Show } from "solid-js";
import type { Person } from "../notebook/types.js";
import { initials, personName } from "./format.js";
import type { Workspace } from "./workspace.js";

/// More than these are a number.
const MOST = 4;
const HEX = /^#[0-9a-f]{6}$/i;
const NEUTRAL = "#57616a";

/// Whichever of black and white is read better on it.
export function textOn(color: string): string {
  return contrast("#000000", color) > contrast("#ffffff", color) ? "#000000" : "#ffffff";
}

export function People(props: { readonly workspace: Workspace }): JSX.Element {
  const people = () => props.workspace.notebook.people();
  const label = (person: Person) => {
    const where = person.cell === null ? "" : `, in ${props.workspace.cellName(person.cell)}`;
    return `${visible(personName(person.name))}${where}`;
  };
  const go = (person: Person) => {
    if (person.cell !== null && props.workspace.notebook.cell(person.cell)) props.workspace.goTo(person.cell);
  };
  return (
    <Show when={people().length > 0}>
      <ul class="people" aria-label="Also here">
        <For each={people().slice(0, MOST)}>
          {(person) => {
            const color = () => (HEX.test(person.color) ? person.color : NEUTRAL);
            return (
              <li>
                <button
                  type="button"
                  class="avatar"
                  style={{ "--avatar": color(), "--avatar-text": textOn(color()) }}
                  ref={(element) => tip(element, () => ({ text: label(person) }))}
                  onClick={() => go(person)}
                >
                  <span aria-hidden="true">{initials(personName(person.name))}</span>
                  <span class="sr-only">{label(person)}</span>
                </button>
              </li>
            );
          }}
        </For>
        <Show when={people().length > MOST}>
          <li class="people-more">
            <IconButton small icon={PeopleIcon} label={people().slice(MOST).map(label).join(", ")} />
            {people().length - MOST} more
          </li>
        </Show>
      </ul>
    </Show>
  );
}
