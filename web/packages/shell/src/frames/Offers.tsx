/// Files that a frame offers to save. One is saved after a click in the frame, one for each click; about everything else
/// the page asks, one question at a time. What comes while it asks is told, and not kept.

import { byteSize } from "@fumehood/ui/sizes";
import { type Accessor, createSignal, Show } from "solid-js";
import { safeName, saveAs } from "../outputs/save.js";
import { ACTIVE_MS } from "./focus.js";

interface Offer {
  readonly name: string;
  readonly file: Blob;
}

export class Offers {
  #saved = Number.NEGATIVE_INFINITY;
  readonly #asked = createSignal<Offer | null>(null);
  readonly #more = createSignal(0);

  get asked(): Accessor<Offer | null> {
    return this.#asked[0];
  }

  /// How many were dropped since.
  get more(): Accessor<number> {
    return this.#more[0];
  }

  /// The person clicked in the frame a moment ago.
  clicked(name: string, file: Blob): void {
    if (performance.now() - this.#saved < ACTIVE_MS) this.ask(name, file);
    else this.#save({ name, file });
  }

  ask(name: string, file: Blob): void {
    if (this.asked() === null) this.#asked[1]({ name, file });
    else this.#more[1](this.more() + 1);
  }

  answer(yes: boolean): void {
    const offer = this.asked();
    this.#asked[1](null);
    this.#more[1](0);
    if (yes && offer !== null) this.#save(offer);
  }

  #save({ name, file }: Offer): void {
    this.#saved = performance.now();
    // Whatever type the frame gave it, the browser has nothing to open.
    saveAs(file.slice(0, file.size, "application/octet-stream"), name);
  }
}

export function OffersNote(props: { readonly offers: Offers }) {
  return (
    <Show when={props.offers.asked()}>
      {(offer) => (
        <p class="out-note" role="status">
          This output wants to save <bdi class="out-url">{safeName(offer().name)}</bdi> ({byteSize(offer().file.size)})
          {props.offers.more() > 0 ? `, and offered ${props.offers.more()} more, which were dropped` : ""}{" "}
          <button type="button" class="out-button" onClick={() => props.offers.answer(true)}>
            Save
          </button>
          <button type="button" class="out-button" onClick={() => props.offers.answer(false)}>
            Dismiss
          </button>
        </p>
      )}
    </Show>
  );
}
