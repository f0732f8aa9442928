import { expect, it } from "vitest";
import { Looking, pastedNames } from "./cells";

function looked(pasted: string, names: readonly string[]) {
  const looking = new Looking(pastedNames(pasted));
  for (const [at, name] of names.entries()) looking.take([name], at);
  const { cells, missing, several } = looking.outcome(names.length);
  return { cells: [...cells], missing, several, done: looking.done };
}

it("names are read from lines, lists and quoted tables", () => {
  expect(pastedNames("a, b;c\td  e")).toEqual(["a", "b", "c", "d", "e"]);
  expect(pastedNames("\"T cell 1\"\r\n'x'\n\n x \n")).toEqual(["T cell 1", "x"]);
  expect(pastedNames(` \n${"x".repeat(400)}`)).toEqual([]);
});

it("a cell that is called exactly so is meant, whatever else is like it", () => {
  expect(looked("AAAC-1", ["AAAC", "aaac-1", "AAAC-1", "AAAC-2"])).toEqual({
    cells: [2],
    missing: [],
    several: 0,
    done: true,
  });
});

it("case and the suffix of a barcode make no difference otherwise; another suffix is another cell", () => {
  expect(looked("aaac-1\nGGGT", ["GGGT-1", "AAAC-1"]).cells).toEqual([0, 1]);
  expect(looked("AAAC-1", ["AAAC"]).cells).toEqual([0]);
  expect(looked("AAAC-2 TTT", ["AAAC-1", "AAAC"])).toMatchObject({ cells: [], missing: ["AAAC-2", "TTT"] });
});

it("a barcode without its suffix means each cell of it, and that is said", () => {
  expect(looked("aaac", ["AAAC-1", "AAAC-2", "C"])).toMatchObject({ cells: [0, 1], several: 1, done: false });
});

it("a million names are looked through in blocks, and no further than needed", () => {
  const looking = new Looking(["cell-70000", "cell-2"]);
  const block = (from: number) => Array.from({ length: 50_000 }, (_, at) => `cell-${from + at}`);
  let blocks = 0;
  for (let from = 0; from < 1_000_000 && !looking.done; from += 50_000) {
    looking.take(block(from), from);
    blocks += 1;
  }
  expect([blocks, ...looking.outcome(1_000_000).cells]).toEqual([2, 2, 70_000]);
});
