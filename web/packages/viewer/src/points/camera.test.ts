import { describe, expect, it } from "vitest";
import {
  between,
  bounds,
  type Camera,
  fitted,
  flown,
  matrixOf,
  type Orbit,
  over,
  panned,
  turned,
  zoomed,
} from "./camera";
import { project } from "./project";

const size = { width: 800, height: 600 };
const corners = new Float32Array([-1, -2, 3, 2]);

function places(camera: Camera, points: Float32Array, dimensions: number): [number, number][] {
  const found: [number, number][] = [];
  project({ points, dimensions, matrix: matrixOf(camera, size), size }, 0, points.length / dimensions, (_, x, y) =>
    found.push([x, y]),
  );
  return found;
}

describe("a camera", () => {
  it("takes the bounds of what is finite", () => {
    const odd = new Float32Array([Number.NaN, 1, 2, Infinity, -3, 4]);
    expect(bounds(odd, 2)).toEqual({ low: [-3, 1, 0], high: [2, 4, 0] });
    expect(bounds(new Float32Array([Number.NaN, Number.NaN]), 2)).toEqual({ low: [0, 0, 0], high: [0, 0, 0] });
  });

  it.each(["planar", "orbit"] as const)("shows everything when it is fitted: %s", (kind) => {
    for (const [x, y] of places(fitted(kind, bounds(corners, 2), size), corners, 2)) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(size.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(size.height);
    }
  });

  it("draws the second dimension upwards", () => {
    const [low, high] = places(fitted("planar", bounds(corners, 2), size), corners, 2);
    expect(low?.[1]).toBeGreaterThan(high?.[1] as number);
  });

  it("moves a point with the hand", () => {
    const camera = fitted("planar", bounds(corners, 2), size);
    const [before] = places(camera, corners, 2);
    const [after] = places(panned(camera, 30, -20, size), corners, 2);
    expect((after?.[0] as number) - (before?.[0] as number)).toBeCloseTo(30, 3);
    expect((after?.[1] as number) - (before?.[1] as number)).toBeCloseTo(-20, 3);
  });

  it("keeps what is under the pointer where it is when it zooms", () => {
    const camera = fitted("planar", bounds(corners, 2), size);
    const [, point] = places(camera, corners, 2);
    const nearer = zoomed(camera, 3, point?.[0] as number, point?.[1] as number, size, camera);
    const [, after] = places(nearer, corners, 2);
    expect(after?.[0]).toBeCloseTo(point?.[0] as number, 2);
    expect(after?.[1]).toBeCloseTo(point?.[1] as number, 2);
  });

  it("has an end to zooming", () => {
    const whole = fitted("planar", bounds(corners, 2), size);
    let camera: Camera = whole;
    for (let step = 0; step < 200; step++) camera = zoomed(camera, 4, 0, 0, size, whole);
    expect(Number.isFinite((camera as { scale: number }).scale)).toBe(true);
  });

  it("keeps its target in the middle while it turns, and moves it with the hand", () => {
    const points = new Float32Array([0, 0, 0, 1, 1, 1]);
    const start = { ...(fitted("orbit", bounds(points, 3), size) as Orbit), target: [0, 0, 0] as const };
    const [middle] = places(turned(start, 90, 40), points, 3);
    expect(middle?.[0]).toBeCloseTo(400, 3);
    expect(middle?.[1]).toBeCloseTo(300, 3);
    const [moved] = places(panned(turned(start, 90, 40), 25, 10, size), points, 3);
    expect(moved?.[0]).toBeCloseTo(425, 2);
    expect(moved?.[1]).toBeCloseTo(310, 2);
  });

  it("never turns over", () => {
    const start = fitted("orbit", bounds(corners, 2), size) as Orbit;
    expect((turned(start, 0, 1e6) as Orbit).elevation).toBeLessThan(Math.PI / 2);
  });

  it("flies ahead", () => {
    const start = fitted("orbit", bounds(corners, 2), size) as Orbit;
    expect(flown(start, 0, 0, 1).target).not.toEqual(start.target);
  });

  it("goes the short way round between two cameras", () => {
    const start = { ...(fitted("orbit", bounds(corners, 2), size) as Orbit), azimuth: 3 };
    const middle = between(start, { ...start, azimuth: -3 }, 0.5) as Orbit;
    expect(Math.abs(Math.cos(middle.azimuth) - Math.cos(Math.PI))).toBeLessThan(1e-6);
  });

  it("never goes more than half round, however often either was turned, and arrives", () => {
    const whole = fitted("orbit", bounds(corners, 2), size) as Orbit;
    for (let from = -12.4; from <= 12.4; from += 0.71) {
      for (let to = -12.4; to <= 12.4; to += 0.83) {
        const way = (share: number) => between({ ...whole, azimuth: from }, { ...whole, azimuth: to }, share) as Orbit;
        const end = way(1).azimuth;
        expect(Math.abs(end - from)).toBeLessThanOrEqual(Math.PI + 1e-9);
        expect(Math.cos(end - to)).toBeCloseTo(1, 9);
        expect(way(0.5).azimuth).toBeCloseTo((from + end) / 2, 9);
      }
    }
  });

  it("does not see what is behind it", () => {
    const start = fitted("orbit", bounds(new Float32Array([0, 0, 0, 1, 1, 1]), 3), size) as Orbit;
    const eye = start.distance * 50;
    const far = new Float32Array([
      eye * Math.sin(start.azimuth) * Math.cos(start.elevation),
      -eye * Math.cos(start.azimuth) * Math.cos(start.elevation),
      eye * Math.sin(start.elevation),
    ]);
    expect(places(start, far, 3)).toEqual([]);
  });

  it("goes from the plane into space without a jump, and back", () => {
    const planar = fitted("planar", bounds(corners, 2), size);
    const orbit = fitted("orbit", bounds(corners, 2), size);
    const flat = places(planar, corners, 2);
    const near = (camera: Camera, expected: readonly [number, number][]) =>
      places(camera, corners, 2).forEach(([x, y], at) => {
        expect(x).toBeCloseTo(expected[at]?.[0] as number, 0);
        expect(y).toBeCloseTo(expected[at]?.[1] as number, 0);
      });
    near(over(planar, orbit, 0, size), flat);
    near(over(orbit, planar, 0.99999, size), flat);
    near(over(planar, orbit, 0.99999, size), places(orbit, corners, 2));
    expect(over(orbit, planar, 1, size)).toEqual(planar);
  });
});
