/// The keyboard map, from the same table that the keys are read from, and what this program is.

import { Button, Dialog, Kbd, type KeyGroup, KeyMap, type Tab, Tabs, TextField } from "@fumehood/ui";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { isPlain } from "../commands/dispatcher.js";
import { COMMANDS } from "../commands/table.js";
import type { Command } from "../commands/types.js";

type Section = "keys" | "about";

export default function HelpDialog(props: {
  readonly onClose: () => void;
  /// Of the outputs of the notebook that is open.
  readonly onDiagnostics?: () => void;
}): JSX.Element {
  const [section, setSection] = createSignal<Section>("keys");
  const tabs: readonly Tab<Section>[] = [
    { value: "keys", label: "Keyboard", content: () => <Keys /> },
    { value: "about", label: "About", content: () => <About diagnostics={props.onDiagnostics} /> },
  ];
  return (
    <Dialog title="Help" width="wide" onClose={props.onClose} onSubmit={props.onClose}>
      <Tabs label="Help" tabs={tabs} value={section()} onChange={setSection} />
    </Dialog>
  );
}

/// Where its keys work, as the dispatcher reads them.
function whereOf({ mode, keys }: Command): string {
  if (mode === "edit") return "while editing";
  return mode === "both" && keys.some((binding) => !isPlain(binding)) ? "anywhere" : "";
}

function Keys(): JSX.Element {
  const [filter, setFilter] = createSignal("");
  const groups = createMemo((): readonly KeyGroup[] => {
    const words = filter().toLowerCase().split(/\s+/).filter(Boolean);
    const found = COMMANDS.filter(
      ({ keys, title, group }) =>
        keys.length > 0 && words.every((word) => `${title} ${group}`.toLowerCase().includes(word)),
    );
    return [...new Set(found.map(({ group }) => group))].map((group) => ({
      title: group,
      rows: found
        .filter((command) => command.group === group)
        .map((command) => ({ does: command.title, where: whereOf(command), by: command.keys })),
    }));
  });
  return (
    <div class="help-keys">
      <p>
        <Kbd keys="Escape" /> leaves a cell's text, <Kbd keys="Enter" /> goes back to it. What is not marked otherwise
        works while no text is edited.
      </p>
      <TextField
        label="Filter the keyboard map"
        bare
        type="search"
        placeholder="Filter"
        value={filter()}
        onInput={setFilter}
        autofocus
      />
      <KeyMap groups={groups()} />
      <Show when={groups().length === 0}>
        <p>No shortcut is called that.</p>
      </Show>
    </div>
  );
}

function About(props: { readonly diagnostics: (() => void) | undefined }): JSX.Element {
  return (
    <div class="help-about">
      <p>
        <strong>fumehood</strong> shows notebooks and runs nothing until you do. What other people's outputs hold is
        alive but sealed: it cannot reach this page, your kernel, your files or the network.
      </p>
      <p>Your code and data stay on this machine. There is no account and nothing is reported to anybody.</p>
      <p>
        Code that you run is not held back by this page: it has your power on this machine, unless its kernel is
        sandboxed.
      </p>
      <Show when={props.diagnostics}>
        {(show) => (
          <p>
            <Button onClick={() => show()()}>Diagnostics of outputs…</Button>
          </p>
        )}
      </Show>
    </div>
  );
}
