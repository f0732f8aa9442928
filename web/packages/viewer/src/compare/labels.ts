/// Names beside the points of a plot: as many of the first as fit without covering one another or leaving the plot.

export interface Spot {
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

export interface Label extends Spot {
  /// Where the text begins, and its middle line.
  readonly left: number;
  readonly middle: number;
}

interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const AWAY = 5;

/// `spots` in the order in which they may choose; `measure` gives a text's width.
export function labelled(
  spots: readonly Spot[],
  measure: (row: number) => number,
  height: number,
  within: Edges,
  most: number,
): Label[] {
  // A text lies on no other, and on no point that has a text.
  const taken: Edges[] = [];
  const labels: Label[] = [];
  const points = spots.map(({ x, y }) => ({ left: x - 2, top: y - 2, right: x + 2, bottom: y + 2 }));
  for (const [at, spot] of spots.entries()) {
    if (labels.length >= most) break;
    const width = measure(spot.row);
    const box = places(spot, width, height).find(
      (one) =>
        one.left >= within.left &&
        one.right <= within.right &&
        one.top >= within.top &&
        one.bottom <= within.bottom &&
        !taken.some((other) => meet(one, other)) &&
        !points.some((other, index) => index !== at && index < most && meet(one, other)),
    );
    if (box === undefined) continue;
    taken.push(box);
    labels.push({ ...spot, left: box.left, middle: box.top + height / 2 });
  }
  return labels;
}

/// Outwards first: right of what is on the right.
function places({ x, y }: Spot, width: number, height: number): Edges[] {
  const box = (left: number, top: number) => ({ left, top, right: left + width, bottom: top + height });
  return [
    box(x + AWAY, y - height / 2),
    box(x - AWAY - width, y - height / 2),
    box(x - width / 2, y - AWAY - height),
    box(x - width / 2, y + AWAY),
    box(x + AWAY, y - height),
    box(x - AWAY - width, y - height),
    box(x + AWAY, y),
    box(x - AWAY - width, y),
  ];
}

function meet(one: Edges, other: Edges): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
