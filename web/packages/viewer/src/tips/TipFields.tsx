/// Which columns and genes are told of the cell under the pointer.

import { Button, CloseIcon, Dialog, IconButton, TextField } from "@fumehood/ui";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { Model } from "../model/model";
import type { Names } from "../search/names";
import type { Field } from "../state/document";

export interface TipFieldsProps {
  readonly model: Model;
  readonly columns: readonly { readonly key: string }[];
  readonly genes: Names | undefined;
  readonly onClose: () => void;
}

/// More would hide the picture.
const MOST = 12;
const HITS = 6;

export function TipFields(props: TipFieldsProps): JSX.Element {
  const { model } = props;
  const [text, setText] = createSignal("");
  const tips = () => model.document().tips;
  const chosen = (field: Field) => tips().some((one) => one.of === field.of && one.key === field.key);
  const set = (field: Field, on: boolean) => {
    const rest = tips().filter((one) => one.of !== field.of || one.key !== field.key);
    model.do({ do: "tips", tips: on ? [...rest, field] : rest });
  };
  const full = () => tips().length >= MOST;
  const columns = createMemo(() => {
    const wanted = text().trim().toLowerCase();
    return props.columns.filter((column) => column.key.toLowerCase().includes(wanted));
  });
  const hits = createMemo(() => (props.genes?.find(text(), HITS) ?? []).filter((hit) => !chosen(gene(hit.name))));
  const gene = (key: string): Field => ({ of: "gene", key });
  return (
    <Dialog
      title="What the tooltip tells"
      onClose={props.onClose}
      actions={
        <Button tone="primary" onClick={() => props.onClose()}>
          Done
        </Button>
      }
    >
      <p class="panel-note">A cell's name, what the view is coloured by, and what you choose here, up to {MOST}.</p>
      <TextField
        label="Search columns and genes"
        bare
        placeholder="Search columns and genes"
        value={text()}
        onInput={setText}
        autofocus
      />
      <div class="columns tip-fields">
        <For each={tips().filter((one) => one.of === "gene")}>
          {(field) => (
            <div class="column">
              <bdi title={field.key}>{field.key}</bdi>
              <span class="column-kind">gene</span>
              <IconButton
                small
                icon={CloseIcon}
                label={`Tell nothing of ${field.key}`}
                onClick={() => set(field, false)}
              />
            </div>
          )}
        </For>
        <For each={columns()}>
          {(column) => {
            const field: Field = { of: "column", key: column.key };
            return (
              <label class="column">
                <input
                  type="checkbox"
                  checked={chosen(field)}
                  disabled={full() && !chosen(field)}
                  onChange={(event) => set(field, event.currentTarget.checked)}
                />
                <bdi title={column.key}>{column.key}</bdi>
              </label>
            );
          }}
        </For>
      </div>
      <Show when={hits().length > 0}>
        <div class="panel-row panel-wrap">
          <For each={hits()}>
            {(hit) => (
              <Button small disabled={full()} onClick={() => set(gene(hit.name), true)}>
                Gene <bdi>{hit.name}</bdi>
              </Button>
            )}
          </For>
        </div>
      </Show>
    </Dialog>
  );
}
