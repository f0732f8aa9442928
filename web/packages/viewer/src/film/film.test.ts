import { describe, expect, it } from "vitest";
import { type Camera, matrixOf, type Orbit, type Planar } from "../points/camera";
import { countOf, frameAt, MOST, timeOf, wrong } from "./frames";
import { cameraAt, type Going, type Key, lengthOf, type Path } from "./path";
import { type Encoded, webm } from "./webm";
import { Zip } from "./zip";

const size = { width: 400, height: 300 };
const planar = (x: number, y: number, scale: number): Planar => ({ kind: "planar", x, y, scale });
const orbit = (azimuth: number, elevation = 0.4, distance = 10): Orbit => ({
  kind: "orbit",
  target: [1, 2, 3],
  distance,
  azimuth,
  elevation,
});
const way = (cameras: readonly Camera[], going: Going = "rest", seconds = 2): Path => ({
  kind: "keys",
  keys: cameras.map((camera): Key => ({ camera, seconds })),
  going,
});
const along = (path: Path, steps = 200) =>
  Array.from({ length: steps + 1 }, (_, step) => cameraAt(path, (lengthOf(path) * step) / steps, size) as Camera);
const far = planar(0, 0, 10);
const deep = planar(40, -20, 1000);
const GOINGS = ["rest", "through", "even"] as const;

describe("a path", () => {
  it.each(GOINGS)("going %s, begins and ends exactly at its places and holds a number at every time", (going) => {
    for (const cameras of [
      [far, deep, planar(-3, 5, 20), planar(-3, 5, 20)],
      [orbit(6), orbit(-6, -1, 1), orbit(0.1, 1.5, 400)],
      [planar(0, 0, 30), orbit(1), planar(2, 2, 3)],
    ] as const) {
      const path = way(cameras, going);
      expect(lengthOf(path)).toBe(2 * (cameras.length - 1));
      expect(cameraAt(path, 0, size)).toBe(cameras[0]);
      expect(cameraAt(path, lengthOf(path), size)).toBe(cameras.at(-1));
      expect(cameraAt(path, Number.NaN, size)).toBe(cameras[0]);
      for (const camera of along(path)) for (const number of matrixOf(camera, size)) expect(number).not.toBeNaN();
    }
  });

  it.each(GOINGS)("going %s, jumps nowhere: where it passes a place it is there", (going) => {
    const cameras = [far, deep, planar(-3, 5, 20)];
    const path = way(cameras, going);
    const before = cameraAt(path, 2 - 1e-7, size) as Planar;
    const after = cameraAt(path, 2, size) as Planar;
    expect(after.scale).toBeCloseTo(deep.scale, 6);
    expect(before.scale).toBeCloseTo(deep.scale, 2);
    expect([before.x, after.x, before.y, after.y]).toEqual(
      [deep.x, deep.x, deep.y, deep.y].map((value) => expect.closeTo(value, 4)),
    );
  });

  it("comes nearer by the same factor in the same time, and keeps what it goes to in sight", () => {
    const path = way([far, deep], "even");
    const scales = along(path, 4).map((camera) => (camera as Planar).scale);
    for (const [at, scale] of scales.slice(1).entries())
      expect(scale / (scales[at] as number)).toBeCloseTo(100 ** 0.25);
    // Pixels from the middle of the picture to where it goes.
    const offs = along(path).map(
      (camera) => Math.hypot(40 - (camera as Planar).x, -20 - (camera as Planar).y) * (camera as Planar).scale,
    );
    expect(Math.max(...offs)).toBeLessThanOrEqual((offs[0] as number) + 1e-6);
  });

  it("goes beyond none of two neighbouring places", () => {
    const scales = [10, 500, 480, 20];
    const path = way(
      scales.map((scale) => planar(scale / 10, -scale, scale)),
      "through",
    );
    for (const [step, camera] of along(path, 300).entries()) {
      const leg = Math.min(2, Math.floor(step / 100));
      const [low, high] = [scales[leg] as number, scales[leg + 1] as number].sort((a, b) => a - b) as [number, number];
      const { x, y, scale } = camera as Planar;
      expect(scale).toBeGreaterThanOrEqual(low * (1 - 1e-9));
      expect(scale).toBeLessThanOrEqual(high * (1 + 1e-9));
      expect(x).toBeGreaterThanOrEqual(low / 10 - 1e-9);
      expect(-y).toBeLessThanOrEqual(high + 1e-9);
    }
  });

  it.each(GOINGS)("going %s, turns by the short way, however often one went round before", (going) => {
    for (const [from, to, short] of [
      [0.2, 2 * Math.PI - 0.2, 0.4],
      [-6.2, 6.2, 2 * (2 * Math.PI - 6.2)],
      [1, 2.5, 1.5],
    ] as const) {
      const turned = along(way([orbit(from), orbit(to)], going))
        .slice(0, -1)
        .map((camera) => (camera as Orbit).azimuth);
      expect(Math.max(...turned) - Math.min(...turned)).toBeLessThanOrEqual(short + 1e-9);
    }
  });

  it("turns once round, evenly, and can be looped", () => {
    const path: Path = { kind: "turn", from: orbit(0.6), seconds: 4 };
    const frames = Array.from({ length: countOf(path, 25) }, (_, frame) => frameAt(path, 25, frame, size) as Orbit);
    expect(frames).toHaveLength(100);
    const steps = frames.slice(1).map((camera, at) => camera.azimuth - (frames[at] as Orbit).azimuth);
    for (const step of steps) expect(step).toBeCloseTo((2 * Math.PI) / 100, 10);
    expect(cameraAt(path, 4, size)).toMatchObject({ azimuth: 0.6 + 2 * Math.PI, elevation: 0.4, distance: 10 });
  });
});

describe("frames", () => {
  it("rise in time from the first place to the last, the same each time", () => {
    const path = way([far, deep], "rest", 1.5);
    const count = countOf(path, 24);
    expect(count).toBe(36);
    const times = Array.from({ length: count }, (_, frame) => timeOf(path, 24, frame));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect([times[0], times.at(-1)]).toEqual([0, 1.5]);
    expect(frameAt(path, 24, count - 1, size)).toBe(deep);
    expect(frameAt(path, 24, 7, size)).toEqual(frameAt(path, 24, 7, size));
  });

  it("are refused where they are too many, too large or of no way", () => {
    const film = { path: way([far, deep], "rest", 60), fps: 30, width: 3840, height: 2160 };
    expect(countOf(film.path, 30)).toBe(MOST.frames);
    expect(wrong(film, 16384)).toBeUndefined();
    expect(wrong({ ...film, width: 2160, height: 3840 }, 16384)).toBeUndefined();
    expect(wrong({ ...film, fps: 60 }, 16384)).toContain("1800");
    for (const bad of [{ width: 3842 }, { width: 2162, height: 2162 }, { height: 2 }, { height: Number.NaN }])
      expect(wrong({ ...film, ...bad }, 16384)).toContain("2160");
    expect(wrong(film, 2048)).toContain("2048");
    expect(wrong({ ...film, path: way([far]) }, 16384)).toContain("one place to another");
    // What a field holds while somebody types.
    expect(lengthOf(way([far, deep], "rest", Number.NaN))).toBe(0.1);
    expect(wrong({ ...film, path: way([far, deep], "rest", 1e300) }, 16384)).toContain("frames");
  });
});

describe("a ZIP", () => {
  it("tells where each file lies, how long it is and its checksum", async () => {
    const zip = new Zip(new Date(2026, 10, 22, 20, 6, 30));
    const files = { "film.json": "{}", "frame-é.png": "123456789" };
    for (const [name, text] of Object.entries(files)) zip.add(name, new TextEncoder().encode(text));
    const bytes = new Uint8Array(await zip.end().arrayBuffer());
    const view = new DataView(bytes.buffer);
    const end = bytes.length - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    expect(view.getUint16(end + 10, true)).toBe(2);
    let at = view.getUint32(end + 16, true);
    const found: Record<string, string> = {};
    for (let file = 0; file < 2; file++) {
      const [size, long, local] = [
        view.getUint32(at + 24, true),
        view.getUint16(at + 28, true),
        view.getUint32(at + 42, true),
      ];
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + long));
      expect(view.getUint32(local, true)).toBe(0x04034b50);
      expect(view.getUint32(local + 14, true)).toBe(view.getUint32(at + 16, true));
      found[name] = new TextDecoder().decode(bytes.subarray(local + 30 + long, local + 30 + long + size));
      if (file === 1) expect(view.getUint32(at + 16, true)).toBe(0xcbf43926);
      at += 46 + long;
    }
    expect(found).toEqual(files);
    expect(at).toBe(end);
    expect([zip.room(1), zip.room(2_000_000_000)]).toEqual([true, false]);
  });
});

describe("a WebM", () => {
  interface Read {
    readonly id: number;
    readonly at: number;
    readonly data: Uint8Array;
  }
  const SHELLS = new Set([
    0x18538067, 0x1549a966, 0x1654ae6b, 0xae, 0xe0, 0x55b0, 0x1c53bb6b, 0xbb, 0xb7, 0x1f43b675, 0x1254c367, 0x7373,
    0x67c8,
  ]);
  function read(bytes: Uint8Array, from = 0): Read[] {
    const found: Read[] = [];
    for (let at = 0; at < bytes.length; ) {
      const begun = at;
      const number = (marked: boolean) => {
        const long = Math.clz32(bytes[at] as number) - 23;
        let value = marked ? (bytes[at] as number) : (bytes[at] as number) & (255 >> long);
        for (let byte = 1; byte < long; byte++) value = value * 256 + (bytes[at + byte] as number);
        at += long;
        return value;
      };
      const id = number(true);
      const size = number(false);
      expect(at + size).toBeLessThanOrEqual(bytes.length);
      const data = bytes.subarray(at, at + size);
      found.push({ id, at: from + begun, data });
      if (SHELLS.has(id)) found.push(...read(data, from + at));
      at += size;
    }
    return found;
  }
  const value = (data: Uint8Array | undefined) => [...(data ?? [])].reduce((sum, byte) => sum * 256 + byte, 0);

  it("holds every frame at its time, and an index of where the whole ones lie", async () => {
    const frames = Array.from(
      { length: 130 },
      (_, frame): Encoded => ({
        data: new Uint8Array(frame === 0 ? 300 : 20_000).fill(frame),
        time: Math.round((frame * 1000) / 30),
        whole: frame % 60 === 0,
      }),
    );
    const video = {
      width: 640,
      height: 360,
      fps: 30,
      length: 4333.3,
      codec: "V_VP9",
      tags: { TITLE: "a\0é" },
    } as const;
    const colours = { matrix: 1, transfer: 1, primaries: 1, full: false };
    const bytes = new Uint8Array(await new Blob(webm({ ...video, colours }, frames)).arrayBuffer());
    const all = read(bytes);
    const of = (id: number) => all.filter((one) => one.id === id);
    expect(all.filter((one) => one.id === 0x1a45dfa3 || one.id === 0x18538067).map((one) => one.at)[0]).toBe(0);
    expect([value(of(0xb0)[0]?.data), value(of(0xba)[0]?.data)]).toEqual([640, 360]);
    expect(new TextDecoder().decode(of(0x4487)[0]?.data)).toBe("a\uFFFDé");
    const segment = bytes.length - (of(0x18538067)[0]?.data.length ?? 0);
    const clusters = of(0x1f43b675);
    expect(of(0xf1).map((one) => segment + value(one.data))).toEqual(clusters.map((one) => one.at));
    expect(of(0xb3).map((one) => value(one.data))).toEqual([0, 2000, 4000]);
    const times = of(0xe7).map((one) => value(one.data));
    let cluster = -1;
    const blocks = all
      .filter((one) => one.id === 0xe7 || one.id === 0xa3)
      .flatMap(({ id, data }) => {
        if (id === 0xe7) cluster++;
        const time = (times[cluster] as number) + (data[1] as number) * 256 + (data[2] as number);
        return id === 0xe7 ? [] : [{ time, whole: data[3] === 0x80, size: data.length - 4, first: data[4] }];
      });
    expect(blocks).toEqual(
      frames.map((one) => ({ time: one.time, whole: one.whole, size: one.data.length, first: one.data[0] })),
    );
  });
});
