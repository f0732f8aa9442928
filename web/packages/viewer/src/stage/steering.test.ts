import { describe, expect, it } from "vitest";
import { bounds, fitted, looked, matrixOf, type Orbit, type Planar } from "../points/camera";
import { project } from "../points/project";
import { flies, steered, steers } from "./steering";

const size = { width: 800, height: 600 };
const around = bounds(new Float32Array([-1, -1, -1, 1, 1, 1]), 3);
const planar = fitted("planar", around, size) as Planar;
const orbit = fitted("orbit", around, size) as Orbit;
const held = (...keys: string[]) => new Set(keys);
const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

describe("keys on the picture", () => {
  it("steer, but not those of the browser, and none flies in the plane", () => {
    expect(steers({ ...plain, key: "w" }, true)).toBe("w");
    expect(steers({ ...plain, key: "w" }, false)).toBeUndefined();
    expect(steers({ ...plain, key: "ArrowLeft" }, false)).toBe("arrowleft");
    expect(steers({ ...plain, key: "a", ctrlKey: true }, true)).toBeUndefined();
    expect(steers({ ...plain, key: "E", shiftKey: true }, true)).toBeUndefined();
    expect(steers({ ...plain, key: "r" }, true)).toBeUndefined();
    expect([flies(held("arrowup")), flies(held("q"))]).toEqual([false, true]);
  });

  it("move the eye over the plane, and nearer", () => {
    const right = steered(planar, held("arrowright"), false, 0.5, size, planar) as Planar;
    expect(right.x).toBeGreaterThan(planar.x);
    expect((steered(planar, held("arrowup"), false, 0.5, size, planar) as Planar).y).toBeGreaterThan(planar.y);
    expect((steered(planar, held("+"), false, 0.5, size, planar) as Planar).scale).toBeGreaterThan(planar.scale);
    expect(steered(planar, held("+", "-"), false, 0.5, size, planar)).toEqual(planar);
  });

  it("turn space, move it with Shift, and fly through it", () => {
    const turned = steered(orbit, held("arrowleft"), false, 0.5, size, orbit) as Orbit;
    expect([turned.target, turned.azimuth === orbit.azimuth]).toEqual([orbit.target, false]);
    const moved = steered(orbit, held("arrowleft"), true, 0.5, size, orbit) as Orbit;
    expect([moved.azimuth, moved.target === orbit.target]).toEqual([orbit.azimuth, false]);
    const there = steered(orbit, held("w"), false, 0.5, size, orbit) as Orbit;
    const back = steered(there, held("s"), false, 0.5, size, orbit) as Orbit;
    expect(there.distance).toBe(orbit.distance);
    for (const axis of [0, 1, 2] as const) expect(back.target[axis]).toBeCloseTo(orbit.target[axis], 9);
  });

  it("go as far in two halves as in one", () => {
    const half = steered(planar, held("arrowright", "+"), false, 0.25, size, planar);
    const twice = steered(planar, held("+"), false, 0.5, size, planar) as Planar;
    const both = steered(steered(planar, held("+"), false, 0.25, size, planar), held("+"), false, 0.25, size, planar);
    expect((both as Planar).scale).toBeCloseTo(twice.scale, 6);
    expect((half as Planar).x).toBeGreaterThan(planar.x);
  });

  it("look round from where the eye is", () => {
    const eye = (camera: Orbit) => {
      const m = matrixOf(camera, size);
      // What lies at the eye is neither before nor behind it.
      const back = [m[3], m[7], m[11]].map((one) => -(one as number));
      return camera.target.map((value, axis) => value + (back[axis] as number) * camera.distance);
    };
    const round = looked(orbit, 120, -40) as Orbit;
    eye(round).forEach((value, axis) => {
      expect(value).toBeCloseTo(eye(orbit)[axis] as number, 4);
    });
    // To the right: what was in the middle goes to the left.
    const seen: number[] = [];
    project(
      { points: Float32Array.from(orbit.target), dimensions: 3, matrix: matrixOf(round, size), size },
      0,
      1,
      (_, x) => seen.push(x),
    );
    expect(seen[0]).toBeLessThan(400);
  });
});
