/// Which page of groups is shown; pages are added, renamed and removed.

import { IconButton, MenuButton, MoreIcon, PlusIcon, Select } from "@fumehood/ui";
import { createSignal, type JSX, Show } from "solid-js";
import type { Model } from "../model/model";
import { MOST } from "../state/bounds";
import { activePage } from "../state/document";

export function PagePicker(props: { readonly model: Model }): JSX.Element {
  const { model } = props;
  const [renaming, setRenaming] = createSignal<string>();
  const pages = () => model.parts.pages();
  const page = () => activePage({ pages: pages(), page: model.parts.page() });
  let row: HTMLDivElement | undefined;
  /// The keyboard goes back to the list.
  const back = () => queueMicrotask(() => row?.querySelector("select")?.focus());

  function rename(text: string): void {
    const id = renaming();
    setRenaming(undefined);
    const name = text.trim();
    if (id !== undefined && name !== "" && name !== page().name) model.do({ do: "change-page", id, name });
  }
  function add(): void {
    const number = pages().length + 1;
    const id = `page-${number}-${Date.now().toString(36)}`;
    model.do({ do: "add-page", page: { id, name: `Page ${number}`, groups: [] } });
  }

  return (
    <div
      class="panel-row"
      ref={(element) => {
        row = element;
      }}
    >
      <Show
        when={renaming() === page().id}
        fallback={
          <Select
            label="Page"
            bare
            value={page().id}
            choices={pages().map((one) => ({ value: one.id, label: one.name }))}
            onChange={(id) => model.do({ do: "page", id })}
          />
        }
      >
        <input
          class="field-input group-name"
          aria-label={`New name of ${page().name}`}
          value={page().name}
          dir="auto"
          maxlength="200"
          ref={(element) =>
            queueMicrotask(() => {
              element.focus();
              element.select();
            })
          }
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === "Enter") rename(event.currentTarget.value);
            if (event.key === "Escape") setRenaming(undefined);
            if (event.key === "Enter" || event.key === "Escape") back();
          }}
          // Taken away by Enter or Escape it loses the focus too.
          onBlur={(event) => renaming() !== undefined && rename(event.currentTarget.value)}
        />
      </Show>
      <IconButton
        small
        icon={PlusIcon}
        label="New page of groups"
        disabled={pages().length >= MOST.pages}
        onClick={add}
      />
      <MenuButton
        icon={MoreIcon}
        label={`More about ${page().name}`}
        small
        items={() => [
          { label: "Rename…", run: () => setRenaming(page().id) },
          {
            label: "Remove the page",
            danger: true,
            disabled: pages().length < 2,
            hint: page().groups.length > 0 ? "With its groups" : undefined,
            run: () => model.do({ do: "remove-page", id: page().id }),
          },
        ]}
      />
    </div>
  );
}
