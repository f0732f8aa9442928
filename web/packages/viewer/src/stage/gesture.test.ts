import { describe, expect, it } from "vitest";
import { type Hand, handled, IDLE, type Input, type Keys, type Meaning, type Tool, wheeled } from "./gesture";

const none: Keys = { shift: false, alt: false, control: false, space: false };

function played(inputs: readonly Input[]): { hand: Hand; meant: Meaning[] } {
  let hand = IDLE;
  const meant: Meaning[] = [];
  for (const input of inputs) {
    const [next, found] = handled(hand, input);
    hand = next;
    meant.push(...found);
  }
  return { hand, meant };
}

const down = (
  tool: Tool,
  keys: Partial<Keys> = {},
  more: { button?: number; deep?: boolean; id?: number } = {},
): Input => ({
  kind: "down",
  id: more.id ?? 1,
  at: { x: 10, y: 10 },
  button: more.button ?? 0,
  keys: { ...none, ...keys },
  tool,
  deep: more.deep ?? false,
});
const move = (x: number, y: number, id = 1): Input => ({ kind: "move", id, at: { x, y } });
const up = (x: number, y: number, id = 1): Input => ({ kind: "up", id, at: { x, y } });
const kinds = (meant: readonly Meaning[]) => meant.map((one) => one.do);

describe("a hand", () => {
  it("moves the picture by as much as it moved", () => {
    const { meant } = played([down("move"), move(12, 10), move(30, 20), move(31, 25), up(31, 25)]);
    const pans = meant.filter((one) => one.do === "pan");
    expect(pans.reduce((sum, one) => sum + one.dx, 0)).toBe(21);
    expect(pans.reduce((sum, one) => sum + one.dy, 0)).toBe(15);
  });

  it("turns what is deep, and moves it with the right button or with control", () => {
    expect(kinds(played([down("move", {}, { deep: true }), move(50, 50)]).meant)).toEqual(["turn"]);
    expect(kinds(played([down("move", {}, { deep: true, button: 2 }), move(50, 50)]).meant)).toEqual(["pan"]);
    expect(kinds(played([down("move", { control: true }, { deep: true }), move(50, 50)]).meant)).toEqual(["pan"]);
  });

  it("takes the nearest cell where it hardly moved, and as far round it as it was drawn", () => {
    const press = played([down("nearest"), move(11, 12), up(11, 12)]).meant.at(-1);
    expect(press).toMatchObject({ do: "choose", tool: "nearest", shape: [10, 10, 10, 10] });
    const drawn = played([down("nearest", { shift: true }), move(30, 20), move(40, 50), up(40, 50)]).meant.at(-1);
    expect(drawn).toMatchObject({ do: "choose", tool: "nearest", how: "add", shape: [10, 10, 40, 50] });
    const right = played([down("nearest", {}, { button: 2 }), up(10, 10)]).meant.at(-1);
    expect(right).toMatchObject({ do: "click", button: 2 });
  });

  it("that hardly moved has clicked", () => {
    for (const tool of ["move", "lasso", "rectangle"] as const) {
      expect(played([down(tool), move(11, 12), up(11, 12)]).meant.at(-1)).toMatchObject({
        do: "click",
        at: { x: 11, y: 12 },
      });
    }
  });

  it.each([
    ["lasso", {}, "replace"],
    ["lasso", { shift: true }, "add"],
    ["rectangle", { alt: true }, "subtract"],
    ["brush", { shift: true, alt: true }, "intersect"],
  ] as const)("draws with a %s and %o, and %ss", (tool, keys, how) => {
    const { meant, hand } = played([down(tool, keys), move(60, 10), move(60, 60), move(61, 60), up(10, 60)]);
    expect(meant.at(-1)).toMatchObject({ do: "choose", tool, how });
    const last = meant.at(-1);
    expect(last?.do === "choose" && last.shape.length).toBe(8);
    expect(hand).toEqual(IDLE);
  });

  it("draws a lasso with shift whatever the tool, and moves with the space bar whatever the tool", () => {
    expect(played([down("move", { shift: true }), move(60, 60), up(60, 90)]).meant.at(-1)).toMatchObject({
      do: "choose",
      tool: "lasso",
    });
    expect(kinds(played([down("lasso", { space: true }), move(60, 60)]).meant)).toEqual(["pan"]);
  });

  it("with two fingers moves and zooms, and the finger that stays draws nothing", () => {
    const { meant } = played([
      down("lasso"),
      down("lasso", {}, { id: 2 }),
      move(110, 10, 2),
      move(210, 10, 2),
      up(210, 10, 2),
      move(80, 80, 1),
      up(80, 80, 1),
    ]);
    expect(meant.find((one) => one.do === "zoom" && one.factor === 2)).toBeTruthy();
    expect(kinds(meant)).not.toContain("choose");
    expect(kinds(meant)).not.toContain("click");
  });

  it("that is taken away leaves nothing behind", () => {
    const { hand, meant } = played([down("lasso"), move(90, 90), { kind: "cancel", id: 1 }]);
    expect(hand).toEqual(IDLE);
    expect(meant.at(-1)).toEqual({ do: "drop" });
  });

  it("that went up unheard is one finger when it comes again, not two", () => {
    const { hand, meant } = played([down("lasso"), move(90, 90), down("lasso"), move(60, 60), up(60, 90)]);
    expect(hand).toEqual(IDLE);
    expect(kinds(meant)).not.toContain("zoom");
    expect(meant.at(-1)).toMatchObject({ do: "choose" });
  });

  it("that is only over the picture hovers", () => {
    expect(played([move(5, 6)]).meant).toEqual([{ do: "hover", at: { x: 5, y: 6 } }]);
    expect(played([up(5, 6), { kind: "cancel", id: 9 }]).meant).toEqual([]);
  });
});

it("a wheel zooms by as much back as forth, in any unit, and never by a jump", () => {
  expect(wheeled(100, 0, false) * wheeled(-100, 0, false)).toBeCloseTo(1);
  expect(wheeled(3, 1, false)).toBeCloseTo(wheeled(48, 0, false));
  expect(wheeled(1e9, 0, false)).toBeGreaterThan(0.5);
});
