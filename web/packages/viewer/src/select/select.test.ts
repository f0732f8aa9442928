import { describe, expect, it } from "vitest";
import { bounds, FIELD_OF_VIEW, fitted, matrixOf, type Planar } from "../points/camera";
import { type Placed, project } from "../points/project";
import { brushed } from "./brush";
import { holds, inside, rectangle, type Shape } from "./lasso";
import { nearest } from "./nearest";
import { gridOf, nearestInPlane, nearestInSpace } from "./picking";
import { add, type Cells, joined, tidy } from "./sets";

const size = { width: 400, height: 300 };
const COUNT = 5000;

/// The same numbers every time.
function scattered(dimensions: number): Float32Array {
  let seed = 42;
  return Float32Array.from({ length: COUNT * dimensions }, () => {
    seed = (seed * 1664525 + 1013904223) % 2 ** 32;
    return (seed / 2 ** 32) * 2 - 1;
  });
}

function placed(dimensions: number): Placed & { camera: Planar } {
  const points = scattered(dimensions);
  const camera = fitted(dimensions === 3 ? "orbit" : "planar", bounds(points, dimensions), size);
  return { points, dimensions, matrix: matrixOf(camera, size), size, camera: camera as Planar };
}

function plainly(where: Placed, shape: Shape): number[] {
  const found: number[] = [];
  project(where, 0, COUNT, (cell, x, y) => {
    if (x >= 0 && y >= 0 && x < size.width && y < size.height && holds(shape, x, y)) found.push(cell);
  });
  return found;
}

const star: Shape = [200, 20, 260, 280, 40, 100, 360, 100, 140, 280];
const sliver: Shape = [10, 10, 390, 11, 390, 12, 10, 11.5];
const beyond: Shape = [-500, -500, 900, -400, 800, 700];

describe("a lasso", () => {
  it.each([
    ["a loop that crosses itself", star],
    ["one thinner than a pixel", sliver],
    ["one larger than the picture", beyond],
    ["a rectangle", rectangle(100, 50, 300, 250)],
    ["a rectangle drawn backwards", rectangle(300, 250, 100, 50)],
  ])("holds in plane and space just the cells that lie in it: %s", (_, shape) => {
    for (const dimensions of [2, 3]) {
      const where = placed(dimensions);
      expect([...inside(where, shape)]).toEqual(plainly(where, shape));
    }
  });

  it("holds nothing with fewer than three corners", () => {
    expect(inside(placed(2), [1, 1, 200, 200]).length).toBe(0);
  });

  it("leaves out what is hidden, and cells that are nowhere", () => {
    const where = placed(2);
    where.points[0] = Number.NaN;
    const all = inside(where, rectangle(0, 0, 400, 300));
    expect(all.includes(0)).toBe(false);
    expect(
      [...inside(where, rectangle(0, 0, 400, 300), (cell) => cell % 2 === 0)].every((cell) => cell % 2 === 1),
    ).toBe(true);
  });
});

describe("a brush", () => {
  const path = [40, 40, 350, 60, 350, 61, 200, 280];

  it("holds in plane and space what is near its path, between two places of a quick hand too", () => {
    for (const dimensions of [2, 3]) {
      const where = placed(dimensions);
      const found = new Set(brushed(where, path, 24));
      let seen = 0;
      project(where, 0, COUNT, (cell, x, y) => {
        let least = Infinity;
        for (let at = 0; at + 3 < path.length; at += 2)
          for (let share = 0; share <= 1; share += 1 / 256) {
            const along = (axis: number) =>
              (path[at + axis] as number) * (1 - share) + (path[at + 2 + axis] as number) * share;
            least = Math.min(least, Math.hypot(x - along(0), y - along(1)));
          }
        // What lies on the edge is within what these steps tell.
        if (Math.abs(least - 24) < 0.05 || x < 0 || y < 0 || x >= size.width || y >= size.height) return;
        expect(found.has(cell)).toBe(least < 24);
        seen++;
      });
      expect([seen > 1000, found.size > 500]).toEqual([true, true]);
    }
  });

  it("looks at each cell once, however long its path", () => {
    const where = placed(2);
    const long = Array.from({ length: 4000 }, (_, at) =>
      at % 2 === 0 ? 5 + ((at * 37) % 390) : 5 + ((at * 53) % 290),
    );
    let asked = 0;
    const all = brushed(where, long, 24, () => {
      asked++;
      return false;
    });
    expect(asked).toBe(all.length);
    expect(brushed(where, long, 24, (cell) => cell % 2 === 0).every((cell) => cell % 2 === 1)).toBe(true);
  });

  it("covers a disc where it does not move, and nothing without a place", () => {
    const points = new Float32Array([0, 0, 10, 0, 30, 0, Number.NaN, 0]);
    const matrix = matrixOf({ kind: "planar", x: 0, y: 0, scale: 1 }, size);
    const where = { points, dimensions: 2, matrix, size };
    expect([...brushed(where, [200, 150], 24)]).toEqual([0, 1]);
    expect([...brushed(where, [], 24)]).toEqual([]);
  });
});

describe("the pointer", () => {
  it("finds in the plane what a look at every cell finds", () => {
    const where = placed(2);
    const grid = gridOf(where.points, 2);
    for (let at = 0; at < 300; at++) {
      const [x, y] = [(at * 37) % 400, (at * 53) % 300];
      let best = -1;
      let least = 6 * 6;
      project(where, 0, COUNT, (cell, px, py) => {
        const away = (px - x) ** 2 + (py - y) ** 2;
        if (away <= least) [best, least] = [cell, away];
      });
      expect(nearestInPlane(grid, where, where.camera, x, y, 6)).toBe(best);
    }
  });

  it("finds nothing where nothing is, nor what is hidden", () => {
    const where = placed(2);
    const grid = gridOf(where.points, 2);
    expect(nearestInPlane(grid, where, where.camera, -900, -900, 6)).toBe(-1);
    expect(nearestInPlane(grid, where, where.camera, 200, 150, 300, () => true)).toBe(-1);
  });

  it("takes the foremost in space", () => {
    const points = new Float32Array([0, 0, 0, 0.3, -0.5, 0.2]);
    const camera = { ...fitted("orbit", bounds(points, 3), size), target: [0, 0, 0] } as never;
    const where = { points, dimensions: 3, matrix: matrixOf(camera, size), size };
    expect(nearestInSpace(where, 200, 150, 400)).toBe(1);
    expect(nearestInSpace(where, 200, 150, 400, (cell) => cell === 1)).toBe(0);
  });

  it("bears cells that all lie at one place, and none at all", () => {
    const one = gridOf(new Float32Array(20).fill(3), 2);
    expect(one.cells.length).toBe(10);
    expect(gridOf(new Float32Array(0), 2).cells.length).toBe(0);
  });
});

describe("sets of cells", () => {
  const cells = (...all: number[]): Cells => Uint32Array.from(all);

  it("meet as they are told to", () => {
    const [old, fresh] = [cells(1, 3, 5, 9), cells(2, 3, 9, 10)];
    expect(joined(old, fresh, "replace")).toEqual(fresh);
    expect(joined(old, fresh, "add")).toEqual(cells(1, 2, 3, 5, 9, 10));
    expect(joined(old, fresh, "subtract")).toEqual(cells(1, 5));
    expect(joined(old, fresh, "intersect")).toEqual(cells(3, 9));
    expect(joined(cells(), fresh, "subtract")).toEqual(cells());
  });

  it("are tidied when they come from elsewhere", () => {
    expect(tidy([9, 3, 3, -1, 2.5, Number.NaN, 100, 0], 10)).toEqual(cells(0, 3, 9));
  });

  it("mark their own bit and no other", () => {
    const marks = Uint8Array.from([1, 2, 3, 0]);
    add(marks, 4, cells(0, 3));
    expect([...marks]).toEqual([5, 2, 3, 4]);
  });
});

describe("the nearest", () => {
  const plainlyNear = (where: Placed, cell: number, reach: number) =>
    Array.from({ length: COUNT }, (_, other) => other).filter((other) => {
      const of = (one: number) => [...where.points.subarray(one * where.dimensions, (one + 1) * where.dimensions)];
      const [a, b] = [of(cell), of(other)];
      return Math.hypot(...a.map((value, axis) => value - (b[axis] as number))) <= reach;
    });
  const spot = (where: Placed, cell: number) => {
    let found: readonly [number, number] = [0, 0];
    project(where, cell, cell + 1, (_, x, y) => {
      found = [x, y];
    });
    return found;
  };

  it("is one cell where it is pressed, and in the plane all within a circle where it is drawn", () => {
    const where = placed(2);
    const [x, y] = spot(where, 77);
    expect([...nearest(where, [x + 0.2, y, x + 0.2, y])]).toEqual([77]);
    const drawn = nearest(where, [x, y, x + 30, y + 40]);
    expect([...drawn]).toEqual(plainlyNear(where, 77, 50 / where.camera.scale));
    expect(drawn.length).toBeGreaterThan(20);
  });

  it("in space is a ball about the cell: what stands behind it is left out", () => {
    const where = placed(3);
    let front = 0;
    let least = Infinity;
    project(where, 0, COUNT, (cell, x, y, depth) => {
      if (depth < least && x > 50 && x < 350 && y > 50 && y < 250) [front, least] = [cell, depth];
    });
    const [x, y] = spot(where, front);
    const ball = nearest(where, [x, y, x + 60, y]);
    const reach = (60 * 2 * least * Math.tan(FIELD_OF_VIEW / 2)) / size.height;
    expect([...ball]).toEqual(plainlyNear(where, front, reach));
    let disc = 0;
    project(where, 0, COUNT, (_, px, py) => {
      if (Math.hypot(px - x, py - y) <= 60) disc++;
    });
    expect(ball.length).toBeLessThan(disc / 2);
  });

  it("takes no hidden cell, and none that is nowhere", () => {
    const where = placed(2);
    const [x, y] = spot(where, 77);
    where.points[154] = Number.NaN;
    const found = nearest(where, [x, y, x + 50, y], (cell) => cell % 2 === 0);
    expect(found.length).toBeGreaterThan(5);
    expect(found.some((cell) => cell === 77 || cell % 2 === 0)).toBe(false);
    expect(nearest(where, [x, y, x, y], () => true)).toHaveLength(0);
  });
});
