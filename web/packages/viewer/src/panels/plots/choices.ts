/// What is chosen in the plots of a model. It outlives the panel, which is in the page only while it is looked at; it is no
/// part of the document, because it changes nothing of what is shown.

import { type Accessor, createSignal, type Setter } from "solid-js";
import type { Model } from "../../model/model";
import type { SpreadKind } from "../../plots/spreads";
import type { ColourBy } from "../../state/document";

export type Plot = "composition" | "distribution" | "correlation" | "score";
export type Scope = "all" | "filtered" | "selected";
/// "": none; "groups": those of the page; else `column:` and its key.
export type ByChoice = string;

type Signal<T> = readonly [Accessor<T>, Setter<T>];

export interface Choices {
  readonly plot: Signal<Plot>;
  readonly scope: Signal<Scope>;
  /// Rows; undefined: whatever suits.
  readonly by: Signal<ByChoice | undefined>;
  readonly within: Signal<string | undefined>;
  readonly percent: Signal<boolean>;
  /// undefined: what the view is coloured by.
  readonly value: Signal<ColourBy | undefined>;
  readonly kind: Signal<SpreadKind>;
  readonly logarithmic: Signal<boolean>;
  readonly order: Signal<"legend" | "median">;
  readonly x: Signal<ColourBy | undefined>;
  readonly y: Signal<ColourBy | undefined>;
  readonly pasted: Signal<string>;
  readonly scoreName: Signal<string>;
}

const kept = new WeakMap<Model, Choices>();

export function choicesOf(model: Model): Choices {
  let found = kept.get(model);
  if (found === undefined) {
    found = {
      plot: createSignal<Plot>("composition"),
      scope: createSignal<Scope>("filtered"),
      by: createSignal<ByChoice | undefined>(),
      within: createSignal<string | undefined>(),
      percent: createSignal(true),
      value: createSignal<ColourBy | undefined>(),
      kind: createSignal<SpreadKind>("violin"),
      logarithmic: createSignal(false),
      order: createSignal<"legend" | "median">("legend"),
      x: createSignal<ColourBy | undefined>(),
      y: createSignal<ColourBy | undefined>(),
      pasted: createSignal(""),
      scoreName: createSignal(""),
    };
    kept.set(model, found);
  }
  return found;
}
