import { describe, expect, it } from "vitest";
import { extendTo, go, NOWHERE, selectAll, selected, settle, show, step } from "./place.js";

const ORDER = ["a", "b", "c", "d", "e"];

describe("moving", () => {
  it("goes from cell to cell and stops at the ends", () => {
    const at = go(NOWHERE, "d");
    expect(step(at, ORDER, 1).active).toBe("e");
    expect(step(step(at, ORDER, 1), ORDER, 1).active).toBe("e");
    expect(step(at, ORDER, -9).active).toBe("a");
  });

  it("begins at the first cell where there is none", () => {
    expect(step(NOWHERE, ORDER, 1).active).toBe("a");
    expect(step(NOWHERE, [], 1)).toBe(NOWHERE);
  });

  it("leaves edit mode", () => {
    expect(step(go(NOWHERE, "b", "edit"), ORDER, 1).mode).toBe("command");
  });
});

describe("a selection", () => {
  it("is the run from where it began to where it goes", () => {
    let place = go(NOWHERE, "c");
    place = step(place, ORDER, 1, true);
    place = step(place, ORDER, 1, true);
    expect(selected(place, ORDER)).toEqual(["c", "d", "e"]);
    place = extendTo(place, "a");
    expect(selected(place, ORDER)).toEqual(["a", "b", "c"]);
    expect(place.active).toBe("a");
  });

  it("is everything", () => {
    expect(selected(selectAll(NOWHERE, ORDER), ORDER)).toEqual(ORDER);
  });

  it("follows the cells when they are moved by others", () => {
    const place = extendTo(go(NOWHERE, "b"), "c");
    expect(selected(place, ["c", "a", "b", "d", "e"])).toEqual(["c", "a", "b"]);
  });
});

describe("when cells go", () => {
  it("the one that takes the active cell's place becomes active", () => {
    expect(settle(go(NOWHERE, "c"), ORDER, ["a", "b", "d", "e"]).active).toBe("d");
  });

  it("the last one left becomes active where the end is gone", () => {
    expect(settle(go(NOWHERE, "e", "edit"), ORDER, ["a", "b"])).toMatchObject({ active: "b", mode: "command" });
  });

  it("nothing is active in an empty notebook, and the first cell that comes is", () => {
    const empty = settle(go(NOWHERE, "a"), ["a"], []);
    expect(empty.active).toBeNull();
    expect(settle(empty, [], ["n"]).active).toBe("n");
  });

  it("the place stays the same value where nothing of it is touched", () => {
    const place = go(NOWHERE, "b");
    expect(settle(place, ORDER, ["a", "b"])).toBe(place);
  });

  it("an anchor that is gone lets go of the selection", () => {
    const place = extendTo(go(NOWHERE, "a"), "c");
    expect(selected(settle(place, ORDER, ["b", "c", "d"]), ["b", "c", "d"])).toEqual(["c"]);
  });

  it("what was shown of them is forgotten", () => {
    const place = show(go(NOWHERE, "a"), ["a", "b"], true);
    expect([...settle(place, ORDER, ["a"]).open]).toEqual(["a"]);
  });
});

describe("Markdown sources", () => {
  it("open and close", () => {
    const open = show(NOWHERE, ["a", "b"], true);
    expect([...show(open, ["a"], false).open]).toEqual(["b"]);
    expect(show(open, ["a"], true)).toBe(open);
  });
});
