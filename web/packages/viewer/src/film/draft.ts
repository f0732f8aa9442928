/// What one puts together before a film is made: the places that the camera goes to, and whether it turns instead. It
/// stays with the dataset for as long as the page lives, so that one can go away, look for the next place and come back.

import type { Model } from "../model/model";
import type { Camera } from "../points/camera";
import type { Snapshot, View } from "../state/document";

/// A place on the way.
export interface Place {
  readonly name: string;
  /// null: everything is seen.
  readonly camera: Camera | null;
  /// As they are typed.
  readonly seconds: string;
}

export interface Draft {
  readonly places: readonly Place[];
  readonly turning: boolean;
  /// Seconds of a turn, as they are typed.
  readonly turn: string;
}

/// Of a way.
export const PLACES = 100;
export const EVERYTHING = placeOf("Everything", null);

const drafts = new WeakMap<Model, Draft & { readonly of: string }>();

/// What was put together before, if it is of the same embedding.
export function draftOf(model: Model, view: View | undefined): Draft {
  const before = drafts.get(model);
  if (before?.of === keyOf(view)) return before;
  const places = keptOf(model, view).map((kept) => placeOf(kept.name, kept.view.camera));
  if (places.length < 2) places.unshift(EVERYTHING);
  if (places.length < 2 && view?.camera) places.push(placeOf("As it was shown", view.camera));
  return { places: places.slice(0, PLACES), turning: view?.embedding.dimensions === 3, turn: "10" };
}

export function putAway(model: Model, view: View | undefined, draft: Draft): void {
  drafts.set(model, { ...draft, of: keyOf(view) });
}

export function placeOf(name: string, camera: Camera | null): Place {
  return { name, camera, seconds: "3" };
}

/// Kept views whose cameras are cameras of this one.
export function keptOf(model: Model, view: View | undefined): readonly Snapshot[] {
  return model.document().snapshots.filter((one) => keyOf(one.view) === keyOf(view));
}

function keyOf(view: View | undefined): string {
  return JSON.stringify([view?.embedding.key, view?.embedding.dimensions]);
}
