/// The places that the camera of a film goes to, in their order, with the seconds between them.

import { ArrowDownIcon, ArrowUpIcon, CloseIcon, IconButton, Select } from "@fumehood/ui";
import { createMemo, createSignal, Index, type JSX, Show } from "solid-js";
import { EVERYTHING, PLACES, type Place, placeOf } from "../../film/draft";
import type { Camera } from "../../points/camera";
import type { Snapshot } from "../../state/document";

export interface PlacesProps {
  readonly places: readonly Place[];
  readonly kept: readonly Snapshot[];
  /// Of what is shown now.
  readonly now: () => Camera | null;
  readonly onChange: (places: readonly Place[]) => void;
}

export function Places(props: PlacesProps): JSX.Element {
  const [adding, setAdding] = createSignal("");
  const choices = createMemo(() => [
    { value: "", label: "Add a place…" },
    { value: "now", label: "What is shown now" },
    { value: "whole", label: "Everything" },
    ...props.kept.map(({ id, name }) => ({ value: `kept:${id}`, label: name })),
  ]);
  function add(choice: string): void {
    setAdding(choice);
    const kept = props.kept.find((one) => choice === `kept:${one.id}`);
    if (kept) put(placeOf(kept.name, kept.view.camera));
    else if (choice === "now") put(placeOf("As it was shown", props.now()));
    else if (choice === "whole") put(EVERYTHING);
    queueMicrotask(() => setAdding(""));
  }
  function put(place: Place): void {
    if (props.places.length < PLACES) props.onChange([...props.places, place]);
  }
  function swap(at: number): void {
    const { places } = props;
    const [one, other] = [places[at], places[at + 1]];
    if (one && other) props.onChange([...places.slice(0, at), other, one, ...places.slice(at + 2)]);
  }
  const take = (at: number, seconds: string) =>
    props.onChange(props.places.map((place, other) => (other === at ? { ...place, seconds } : place)));
  const leave = (at: number) => props.onChange(props.places.filter((_, other) => other !== at));
  const last = () => props.places.length - 1;

  return (
    <>
      <ol class="film-keys" aria-label="Places on the way">
        <Index each={props.places}>
          {(place, row) => (
            <li class="panel-row">
              <bdi title={place().name}>{place().name}</bdi>
              <Show when={row < last()}>
                <input
                  class="field-input film-seconds"
                  type="number"
                  min="0.1"
                  max="600"
                  step="any"
                  aria-label={`Seconds from place ${row + 1} to the next`}
                  value={place().seconds}
                  onInput={(event) => take(row, event.currentTarget.value)}
                />
                <span class="panel-note">s</span>
              </Show>
              <IconButton
                small
                icon={ArrowUpIcon}
                label={`Place ${row + 1} earlier`}
                disabled={row === 0}
                onClick={() => swap(row - 1)}
              />
              <IconButton
                small
                icon={ArrowDownIcon}
                label={`Place ${row + 1} later`}
                disabled={row === last()}
                onClick={() => swap(row)}
              />
              <IconButton small icon={CloseIcon} label={`Leave place ${row + 1} out`} onClick={() => leave(row)} />
            </li>
          )}
        </Index>
      </ol>
      <Select label="Add a place" bare value={adding()} choices={choices()} onChange={add} />
      <Show when={props.kept.length === 0}>
        <p class="panel-note">Views of this embedding that you keep (K) are places, too.</p>
      </Show>
    </>
  );
}
