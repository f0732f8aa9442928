import { describe, expect, it } from "vitest";
import { legendOf } from "../colour/legend";
import type { Scene } from "../points/engine";
import { HIDDEN, SELECTED } from "../points/shaders";
import { PLAIN_SCALE } from "../state/document";
import { circles, count } from "./circles";
import { type Content, type Figure, laidOut, type Part, type Wish } from "./figure";
import { inkOf, PAPER } from "./ink";
import { chunk, crc32, told } from "./png";
import { escaped, svg } from "./svg";

const wish: Wish = {
  width: 300,
  height: 200,
  legend: true,
  counts: true,
  labels: true,
  axes: true,
  bar: false,
  title: "Blood",
};
const measure = (text: string, size: number) => text.length * size * 0.6;
const names = ["T cells", "<script>alert(1)</script>", 'a"b\u0000\uD800'];
const legend = legendOf({ names, counts: Uint32Array.from([5, 3, 1, 2]) }, "#cccccc");
const content: Content = {
  legend,
  span: undefined,
  scale: PLAIN_SCALE,
  by: "louvain",
  embedding: "X_umap",
  dimensions: 2,
  labels: (box) => [{ name: names[1] as string, x: box.width / 2, y: box.height / 4 }],
  unit: undefined,
};
const ink = inkOf("paper", PAPER);
const sheet = (part: Part): Figure => ({ width: wish.width, height: wish.height, parts: [part] });
const within = (part: Part) => {
  for (const text of part.texts) {
    const width = measure(text.text, text.size);
    const left = text.x - (text.anchor === "end" ? width : text.anchor === "middle" ? width / 2 : 0);
    expect(left + width).toBeLessThanOrEqual(wish.width + 1);
    expect(text.y).toBeLessThanOrEqual(wish.height);
  }
  expect(part.box.x + part.box.width).toBeLessThanOrEqual(wish.width);
  expect(part.box.y + part.box.height).toBeLessThanOrEqual(wish.height);
};

const scene: Scene = {
  left: 0,
  top: 0,
  size: { width: 100, height: 50 },
  camera: { kind: "planar", x: 0, y: 0, scale: 10 },
  here: { points: Float32Array.from([0, 0, 1, 1, Number.NaN, 0, -1, 0, 90, 0, 2, 0]), dimensions: 2 },
  share: 0,
  colour: {
    kind: "codes",
    codes: Uint8Array.from([0, 0, 0, 1, 1, 255]),
    palette: Uint8Array.from([255, 0, 0, 255, 0, 0, 255, 255]),
    missing: 255,
  },
  anyRaised: false,
  pointSize: 4,
  opacity: 0.8,
  perspective: true,
  none: [0.8, 0.8, 0.8, 1],
  outline: [0, 0, 0, 1],
  highlight: [1, 1, 0, 1],
  background: [1, 1, 1, 1],
};

describe("a figure", () => {
  it("is as large as was wished, with its legend and its counts beside the points", () => {
    const part = laidOut(wish, content, measure);
    within(part);
    expect(part.marks.length).toBe(3);
    expect(part.texts.filter((one) => one.anchor === "end").map((one) => one.text)).toEqual(["5", "3", "1"]);
    expect(laidOut({ ...wish, legend: false }, content, measure).marks).toEqual([]);
    expect(laidOut(wish, { ...content, dimensions: 3 }, measure).lines).toEqual([]);
    expect(laidOut({ ...wish, legend: false }, content, measure).box.width).toBeGreaterThan(part.box.width);
  });

  it("has a bar of colours for values, with its ends", () => {
    const span = { low: -1.5, high: 2, least: -3, most: 9 };
    const values = laidOut(wish, { ...content, legend: undefined, span }, measure);
    expect(values.bars[0]?.stops.length).toBe(17);
    expect(values.texts.map((text) => text.text)).toEqual(expect.arrayContaining(["louvain", "−1.5", "2"]));
    within(values);
  });

  it("puts a long legend into columns, and counts what it does not hold", () => {
    const many = legendOf(
      { names: Array.from({ length: 500 }, (_, at) => `c${at}`), counts: new Uint32Array(501).fill(7) },
      "#cccccc",
    );
    const part = laidOut({ ...wish, width: 600 }, { ...content, legend: many }, measure);
    expect(part.texts.some((text) => text.text === "and 440 more")).toBe(true);
    expect(new Set(part.marks.map((mark) => mark.x)).size).toBeGreaterThan(3);
    expect(Math.max(...part.texts.map((text) => text.y))).toBeLessThanOrEqual(wish.height);
  });

  it("has a scale of a round length where its places are places", () => {
    const part = laidOut(
      { ...wish, bar: true },
      { ...content, unit: { length: 1, name: "µm", points: () => 0.033 } },
      measure,
    );
    const [from, to] = [part.lines.at(-1)?.from[0] ?? 0, part.lines.at(-1)?.to[0] ?? 0];
    expect(part.texts.find((text) => text.text.endsWith("mm"))?.text).toBe("1 mm");
    expect(to - from).toBeCloseTo(33, 5);
    expect(laidOut({ ...wish, bar: true }, content, measure).lines.length).toBe(2);
  });
});

describe("its circles", () => {
  it("are the cells in sight, in the GPU's colours, the chosen ones last", () => {
    const marks = Uint8Array.from([SELECTED, 0, 0, 0, 0, 0]);
    expect(count(scene)).toBe(4);
    expect(count({ ...scene, marks: Uint8Array.from([HIDDEN, 0, 0, 0, 0, 0]) })).toBe(3);
    const found = circles({ ...scene, marks, anyRaised: true });
    expect(found.map((one) => one.fill)).toEqual(["#ff0000", "#0000ff", "#cccccc", "#ff0000"]);
    expect(found.at(-1)).toEqual({ x: 50, y: 25, radius: 2, fill: "#ff0000", opacity: 1, ring: "#000000" });
    expect(found[0]).toMatchObject({ x: expect.closeTo(60), y: expect.closeTo(15), opacity: 0.8 * 0.35 });
  });

  it("lie as high as their values", () => {
    const colour = {
      kind: "values",
      values: Float32Array.from([3, 1, 9, Number.NaN, 9, 2]),
      map: Uint8Array.from({ length: 1024 }, (_, at) => (at % 4 === 3 ? 255 : at >> 2)),
      low: 1,
      high: 3,
      logarithmic: false,
      missing: Number.NaN,
      ordered: true,
    } as const;
    const fills = circles({ ...scene, colour }).map((one) => one.fill);
    expect(fills).toEqual(["#cccccc", "#000000", "#808080", "#ffffff"]);
  });
});

describe("its SVG", () => {
  const part = laidOut(wish, content, measure);
  const provenance = { dataset: "</metadata><script>1</script>" };
  const text = svg(sheet(part), [{ kind: "circles", circles: circles(scene) }], ink, provenance);

  it("is text and elements of ours, whatever names say", () => {
    expect(text).not.toContain("<script");
    expect(text).toContain("&#60;script&#62;alert(1)&#60;/script&#62;");
    const tags = new Set([...text.matchAll(/<([a-zA-Z]+)/g)].map((found) => found[1]));
    expect([...tags].sort()).toEqual(["circle", "clipPath", "g", "metadata", "path", "rect", "svg", "text"]);
    expect([...text.matchAll(/<[a-z]/g)].length).toBeGreaterThan(10);
  });

  it("has a circle for each cell in sight, and says a colour once in a row", () => {
    expect([...text.matchAll(/<g fill="([^"]+)"/g)].map((found) => found[1])).toEqual([
      "#ff0000",
      "#0000ff",
      "#cccccc",
    ]);
    expect([...text.matchAll(/<circle[^>]* r="2"\/>/g)].length).toBe(4);
  });

  it("has a picture where there are too many, and no paper where it is transparent", () => {
    const picture = svg(
      sheet(part),
      [{ kind: "picture", address: "data:image/png;base64,AA==" }],
      inkOf("transparent", PAPER),
      {},
    );
    expect(picture).toContain('xlink:href="data:image/png;base64,AA=="');
    expect(picture).not.toContain('fill="#ffffff"');
  });

  it("has no character that XML forbids", () => {
    expect(escaped("\u0000\u0008\uFFFE\uD800x\u{1F600}")).toBe("\uFFFD\uFFFD\uFFFD\uFFFDx\u{1F600}");
  });
});

describe("its PNG", () => {
  it("says its size on paper and what made it, in chunks whose sums are right", () => {
    expect(crc32(new TextEncoder().encode("IEND"))).toBe(0xae426082);
    const head = Uint8Array.from([
      ...[137, 80, 78, 71, 13, 10, 26, 10],
      ...chunk("IHDR", Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0])),
    ]);
    const whole = told(Uint8Array.from([...head, ...chunk("IEND", new Uint8Array(0))]), 300, { Comment: "ä\0b" });
    const bytes = Uint8Array.from(whole.flatMap((part) => [...part]));
    const view = new DataView(bytes.buffer);
    const found: Record<string, Uint8Array> = {};
    for (let at = 8; at < bytes.length; ) {
      const length = view.getUint32(at);
      const type = new TextDecoder().decode(bytes.subarray(at + 4, at + 8));
      expect(view.getUint32(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)));
      found[type] = bytes.slice(at + 8, at + 8 + length);
      at += 12 + length;
    }
    expect(Object.keys(found)).toEqual(["IHDR", "pHYs", "iTXt", "IEND"]);
    expect(new DataView((found.pHYs as Uint8Array).buffer).getUint32(0)).toBe(11811);
    expect(new TextDecoder().decode(found.iTXt)).toBe("Comment\0\0\0\0\0ä\uFFFDb");
    expect(() => told(new Uint8Array(40), 300, {})).toThrow(TypeError);
  });
});
