/// What is drawn of one view, as a value.

import type { Camera, Size, Vector } from "./camera";
import type { Numbers } from "./columns";

/// What is not selected while something is.
export const FADED = 0.35;

export interface Positions {
  readonly points: Float32Array;
  readonly dimensions: 1 | 2 | 3;
}

export type Rgba = readonly [number, number, number, number];

export type Colour =
  | { readonly kind: "plain"; readonly rgba: Rgba }
  /// Categories: colours of four bytes each by code; alpha 0 hides one.
  | {
      readonly kind: "codes";
      readonly codes: Uint8Array | Uint16Array | Uint32Array;
      readonly palette: Uint8Array;
      readonly missing: number;
    }
  /// Values through 256 colours. Quantised ones give `low` and `high` in their own steps.
  | {
      readonly kind: "values";
      readonly values: Numbers;
      readonly map: Uint8Array;
      readonly low: number;
      readonly high: number;
      readonly logarithmic: boolean;
      readonly missing: number;
      /// High values lie above low ones.
      readonly ordered: boolean;
    };

/// Between points, by their places in the columns, two and two; any beginning of them is a fair sample.
export interface Lines {
  readonly pairs: Uint32Array;
  readonly opacity: number;
}

/// Lines along a field of directions (`flow/streams.ts`).
export interface Flow {
  readonly strip: Float32Array;
  readonly ink: Rgba;
}

/// A cube of boxes (`volume/density.ts`), drawn instead of points; what is selected is drawn as ever.
export interface Smoke {
  readonly boxes: Uint8Array;
  readonly low: Vector;
  readonly size: number;
}

export interface Scene {
  /// In CSS pixels from the canvas's upper left.
  readonly left: number;
  readonly top: number;
  readonly size: Size;
  readonly camera: Camera;
  readonly here: Positions;
  /// Where the points are going, and how much of the way they have gone.
  readonly there?: Positions;
  readonly share: number;
  readonly colour: Colour;
  readonly marks?: Uint8Array;
  readonly lines?: Lines;
  readonly flow?: Flow;
  /// Only with a camera that turns.
  readonly smoke?: Smoke;
  /// Whether any mark says that a cell is selected or raised: then the others step back.
  readonly anyRaised: boolean;
  readonly pointSize: number;
  readonly opacity: number;
  readonly perspective: boolean;
  /// Of cells without a value.
  readonly none: Rgba;
  readonly outline: Rgba;
  readonly highlight: Rgba;
  readonly background: Rgba;
}

export function countOf(positions: Positions): number {
  return Math.floor(positions.points.length / positions.dimensions);
}

/// Whether two scenes, or parts of them, look the same. Columns are the same where they are one: nothing is compared cell
/// by cell.
export function alike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (ArrayBuffer.isView(one) || ArrayBuffer.isView(other)) return false;
  const others = new Map(Object.entries(other));
  const parts = Object.entries(one);
  return parts.length === others.size && parts.every(([name, part]) => alike(part, others.get(name)));
}
