import type { viewer } from "@fumehood/protocol";
import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { markersOf } from "../ask/questions";
import { asks } from "./asks";
import { type Asking, Comparisons, KEPT, type Question, type Ranking } from "./comparisons";
import { csv } from "./csv";
import { foldless, found, type Genes, threshold, USUAL, verdict } from "./genes";
import { labelled } from "./labels";
import { coded, obstacle, others, sides } from "./sides";
import { leaves, matching, moved, ordered, pieces, turned } from "./table";
import { nearest, volcano, walked } from "./volcano";
import { foldText, pText, summary } from "./words";

type Row = readonly [name: string, fold: number, adjusted: number, score?: number];

function genesOf(...rows: readonly Row[]): Genes {
  const column = (value: (row: Row) => number) => Float64Array.from(rows, value);
  return {
    names: rows.map(([name]) => name),
    fold: column((row) => row[1]),
    adjusted: column((row) => row[2]),
    p: column((row) => row[2] / 2),
    score: column((row) => row[3] ?? row[1]),
    inA: column(() => 0.5),
    inB: column(() => 0.25),
  };
}

const SOME = genesOf(
  ["CD3D", 3, 1e-20, 30],
  ["LYZ", -4, 0, -60],
  ["ACTB", 0.1, 0.9],
  ["NKG7", 2, 0, 80],
  ["gap", Number.NaN, Number.NaN],
  ["MS4A1", -0.5, 1e-9],
);
const names = (rows: Iterable<number>, genes = SOME) => [...rows].map((row) => genes.names[row]);

describe("thresholds", () => {
  it("tell up from down, and a missing value passes none", () => {
    expect(SOME.names.map((_, row) => verdict(SOME, row, USUAL))).toEqual([
      "up",
      "down",
      "neither",
      "up",
      "neither",
      "neither",
    ]);
  });

  it("of no fold at all still leave out a gene that does not change", () => {
    expect(verdict(genesOf(["same", 0, 1e-9]), 0, { fold: 0, adjusted: 0.05 })).toBe("neither");
  });

  it("put the surest first, by the score where p is 0", () => {
    const both = found(genesOf(["a", 2, 0, 10], ["b", 2, 0, 20], ["c", 9, 1e-3, 5]), USUAL);
    expect(both.up).toEqual([1, 0, 2]);
  });

  it("are read as they are typed, and nonsense is none", () => {
    expect([threshold("0,5", 0, 10), threshold(" 2 ", 0, 10), threshold("1e-3", 0, 1)]).toEqual([0.5, 2, 0.001]);
    expect([threshold("", 0, 1), threshold("-1", 0, 1), threshold("x", 0, 1), threshold("NaN", 0, 1)]).toEqual(
      new Array(4).fill(undefined),
    );
  });
});

describe("values that were scaled", () => {
  it("are noticed by the folds that are missing, and not by genes without a p", () => {
    const none = Number.NaN;
    expect(foldless(genesOf(["a", none, 0.1], ["b", none, 0.1], ["c", 1, 0.1]))).toBe(true);
    expect(foldless(genesOf(["a", none, none], ["b", none, none], ["c", 1, 0.1]))).toBe(false);
    expect(foldless(genesOf())).toBe(false);
  });
});

describe("the table", () => {
  const all = matching(SOME, "");

  it("puts what is missing last in both directions", () => {
    expect(names(ordered(SOME, all, { by: "fold", descending: true }))).toEqual([
      "CD3D",
      "NKG7",
      "ACTB",
      "MS4A1",
      "LYZ",
      "gap",
    ]);
    expect(names(ordered(SOME, all, { by: "fold", descending: false })).at(-1)).toBe("gap");
  });

  it("has the surest of equal ones first, in both directions", () => {
    expect(names(ordered(SOME, all, { by: "adjusted", descending: false })).slice(0, 2)).toEqual(["NKG7", "LYZ"]);
    expect(names(ordered(SOME, all, { by: "inA", descending: true })).slice(0, 2)).toEqual(["NKG7", "LYZ"]);
  });

  it("sorts names as a person counts", () => {
    const genes = genesOf(["HLA-10", 1, 1], ["HLA-2", 1, 1], ["abc", 1, 1]);
    expect(names(ordered(genes, [0, 1, 2], { by: "gene", descending: false }), genes)).toEqual([
      "abc",
      "HLA-2",
      "HLA-10",
    ]);
  });

  it("turns a column at the second click, and begins where one wants to look", () => {
    expect(turned({ by: "p", descending: false }, "fold")).toEqual({ by: "fold", descending: true });
    expect(turned({ by: "fold", descending: true }, "fold")).toEqual({ by: "fold", descending: false });
    expect(turned({ by: "fold", descending: true }, "adjusted")).toEqual({ by: "adjusted", descending: false });
  });

  it("finds by a part of the name", () => {
    expect(names(matching(SOME, " cd3"))).toEqual(["CD3D"]);
    expect(matching(SOME, "nothing")).toEqual([]);
  });

  it("has few rows on the page, and the one with the keyboard always", () => {
    const rows = 30_000;
    const found = pieces(rows, 24 * 10_000, 240, 24, 5);
    const places = found.flatMap((piece) => ("at" in piece ? [piece.at] : []));
    expect(places).toContain(5);
    expect(places).toContain(10_000);
    expect(places.length).toBeLessThan(45);
    const height = found.reduce((sum, piece) => sum + ("at" in piece ? 24 : piece.gap), 0);
    expect(height).toBe(rows * 24);
    expect(pieces(0, 0, 240, 24, 0)).toEqual([]);
    expect(pieces(3, 9000, 240, 24, 7)).toEqual([{ gap: 72 }]);
  });

  it("moves by keys within its rows", () => {
    expect([moved("ArrowDown", 4, 5, 10), moved("PageUp", 4, 5, 10), moved("End", 0, 5, 10)]).toEqual([4, 0, 4]);
    expect([moved("x", 0, 5, 10), moved("toString", 0, 5, 10)]).toEqual([undefined, undefined]);
  });

  it("is left by Escape alone", () => {
    const plain = { key: "Escape", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
    expect([leaves(plain), moved("Escape", 0, 5, 10)]).toEqual([true, undefined]);
    for (const other of [{ key: "Esc" }, { key: "Enter" }, { ctrlKey: true }, { shiftKey: true }])
      expect(leaves({ ...plain, ...other })).toBe(false);
  });
});

describe("CSV", () => {
  it("has no formulas, and names that cannot leave their place", () => {
    const rows: Row[] = [
      ["=HYPERLINK(1)", 1, 0],
      ["+1", 1, 0],
      ["-x", 1, 0],
      ["@SUM", 1, 0],
      ["\tx", 1, 0],
      ['a "b", c', 1, 0],
      ["two\nlines", 1, 0],
    ];
    const text = csv(genesOf(...rows), rows.keys());
    const lines = text.split("\r\n");
    expect(lines[0]).toBe("names,scores,logfoldchanges,pvals,pvals_adj,pct_nz_group,pct_nz_reference");
    expect(lines.slice(1, 6).map((line) => line.split(",")[0])).toEqual([
      "'=HYPERLINK(1)",
      "'+1",
      "'-x",
      "'@SUM",
      "'\tx",
    ]);
    expect(text).toContain('"a ""b"", c",1,');
    expect(text).toContain('"two\nlines",1,');
  });

  it("keeps every digit, and says what is missing as nothing", () => {
    const genes = genesOf(["a", -0.1234567890123, 4.9e-324, Infinity], ["b", Number.NaN, 1, -Infinity]);
    const [, one, other] = csv(genes, [0, 1]).split("\r\n");
    expect(one).toBe("a,inf,-0.1234567890123,0,5e-324,0.5,0.25");
    expect(other).toBe("b,-inf,,0.5,1,0.5,0.25");
  });

  it("has a column of groups for markers, as harmless", () => {
    expect(csv(SOME, [0], () => "=T cells").split("\r\n")[1]).toMatch(/^'=T cells,CD3D,/);
  });
});

describe("the volcano plot", () => {
  const size = { width: 300, height: 240 };
  const plot = volcano(SOME, USUAL, size);

  it("has p = 0 above all others, in the plot", () => {
    expect(plot.zero).toBeGreaterThanOrEqual(plot.box.top);
    expect(plot.y[1]).toBe(plot.zero);
    expect(plot.y[0] as number).toBeGreaterThan((plot.zero as number) + 5);
    expect(plot.y[2] as number).toBeGreaterThan(plot.y[5] as number);
  });

  it("has A on the right, and no place for what is missing", () => {
    expect(plot.x[0] as number).toBeGreaterThan(plot.x[2] as number);
    expect(plot.x[1] as number).toBeLessThan(plot.x[5] as number);
    expect(plot.x[4]).toBeNaN();
    expect(plot.without).toBe(1);
  });

  it("shows the crowd, with strangers and infinity at its edges", () => {
    const crowd = Array.from({ length: 1000 }, (_, at): Row => [`g${at}`, (at % 21) / 10 - 1, 0.5]);
    const plot = volcano(genesOf(...crowd, ["far", 27, 1e-9], ["none", -Infinity, 1e-9]), USUAL, size);
    expect(plot.beyond).toBe(2);
    expect(plot.x[1000]).toBeLessThanOrEqual(plot.box.right);
    expect(plot.x[1001]).toBeGreaterThanOrEqual(plot.box.left);
    // The crowd has most of the width.
    expect((plot.x[20] as number) - (plot.x[0] as number)).toBeGreaterThan(150);
  });

  it("is not crushed by genes that one side has none of", () => {
    const rows = Array.from({ length: 100 }, (_, at): Row => [`g${at}`, at < 30 ? -28 : (at % 9) - 4, 1e-9]);
    const genes = genesOf(...rows);
    const plot = volcano({ ...genes, inA: genes.inA.map((share, at) => (at < 30 ? 0 : share)) }, USUAL, size);
    expect(plot.beyond).toBe(30);
    expect((plot.x[35] as number) - (plot.x[36] as number)).toBeGreaterThan(150);
  });

  it("has lines and ticks inside, also of nothing at all", () => {
    for (const one of [plot, volcano(genesOf(), USUAL, size), volcano(genesOf(["a", 0, 1]), USUAL, size)]) {
      expect(one.across.length).toBeGreaterThan(1);
      expect(one.up.length).toBeGreaterThan(1);
      expect(one.folds).toHaveLength(2);
      for (const at of [...one.folds, ...one.across.map((tick) => tick.at)]) {
        expect(at).toBeGreaterThanOrEqual(one.box.left);
        expect(at).toBeLessThanOrEqual(one.box.right);
      }
      expect(one.level).toBeGreaterThan(one.box.top);
      expect(one.level).toBeLessThan(one.box.bottom);
    }
    expect(volcano(SOME, { fold: 50, adjusted: 1e-300 }, size).level).toBeUndefined();
  });

  it("finds the gene under the mouse, and walks through those that differ", () => {
    expect(nearest(plot, (plot.x[0] as number) + 3, plot.y[0] as number, 8)).toBe(0);
    expect(nearest(plot, plot.box.left, plot.box.bottom, 8)).toBe(-1);
    expect(names(walked(plot))).toEqual(["LYZ", "NKG7", "CD3D"]);
    expect(walked(volcano(SOME, { fold: 9, adjusted: 0.05 }, size))).toHaveLength(5);
  });
});

describe("labels", () => {
  it("cover neither one another nor a labelled point, and stay inside", () => {
    const spots = Array.from({ length: 60 }, (_, row) => ({
      row,
      x: 20 + ((row * 37) % 260),
      y: 10 + ((row * 53) % 200),
    }));
    const within = { left: 0, top: 0, right: 300, bottom: 220 };
    const found = labelled(spots, () => 40, 12, within, 12);
    expect(found).toHaveLength(12);
    const boxes = found.map((one) => ({
      left: one.left,
      right: one.left + 40,
      top: one.middle - 6,
      bottom: one.middle + 6,
    }));
    for (const [at, one] of boxes.entries()) {
      expect(one.left >= 0 && one.right <= 300 && one.top >= 0 && one.bottom <= 220).toBe(true);
      for (const other of boxes.slice(at + 1)) {
        expect(
          one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom,
        ).toBe(false);
      }
    }
  });

  it("are left out where there is no room, and the first in the order wins", () => {
    const crowd = Array.from({ length: 10 }, (_, row) => ({ row, x: 50, y: 50 }));
    const found = labelled(crowd, () => 200, 12, { left: 0, top: 0, right: 300, bottom: 100 }, 10);
    expect(found.length).toBeLessThanOrEqual(1);
  });
});

describe("the two sides", () => {
  const a = { name: "A", cells: Uint32Array.of(0, 1, 2) };
  const b = { name: "B", cells: Uint32Array.of(2, 3) };

  it("share no cell, whichever counts it", () => {
    const cells = (shared: "neither" | "a" | "b") => {
      const found = sides(a, b, 6, shared);
      return [[...(found?.a.cells ?? [])], [...(found?.b.cells ?? [])], found?.both];
    };
    expect(cells("neither")).toEqual([[0, 1], [3], 1]);
    expect(cells("a")).toEqual([[0, 1, 2], [3], 1]);
    expect(cells("b")).toEqual([[0, 1], [2, 3], 1]);
  });

  it("may be everything else on either side, but not on both", () => {
    expect([...(sides(a, "rest", 6, "neither")?.b.cells ?? [])]).toEqual([3, 4, 5]);
    expect([...(sides("rest", b, 6, "neither")?.a.cells ?? [])]).toEqual([0, 1, 4, 5]);
    expect(sides("rest", "rest", 6, "neither")).toBeUndefined();
    expect(obstacle(undefined, { kind: "rest" }, { kind: "rest" })).toBeDefined();
  });

  it("say why they cannot be compared", () => {
    const side = { kind: "selection" } as const;
    expect(obstacle(sides(a, a, 6, "neither"), side, side)).toContain("in the other");
    const nothing = { name: "selection", cells: new Uint32Array() };
    expect(obstacle(sides(nothing, "rest", 6, "a"), side, { kind: "rest" })).toMatch(/^Nothing is selected/);
    expect(obstacle(sides(a, { name: "none", cells: new Uint32Array() }, 6, "a"), side, side)).toContain("“none”");
    expect(obstacle(sides(a, "rest", 3, "a"), side, { kind: "rest" })).toContain("everything else");
    expect(obstacle(sides(a, b, 6, "a"), side, side)).toBeUndefined();
  });

  it("take a category with what was merged into it", () => {
    expect([...coded(Uint8Array.of(0, 1, 2, 255, 1), [1, 2])]).toEqual([1, 2, 4]);
    expect([...others(Uint32Array.of(1), 3)]).toEqual([0, 2]);
  });
});

describe("questions", () => {
  const ranking: viewer.Ranking = {
    group: "T",
    cells: 2,
    others: 1,
    genes: [0],
    names: ["CD3D"],
    scores: [2],
    p_values: [0],
    adjusted: [null],
    fold_changes: [null],
    means: [1],
    other_means: [0],
    shares: [1],
    other_shares: [0.5],
  };
  const compared: viewer.Answer = {
    kind: "compared",
    method: "t-test",
    tie_correct: false,
    of: 1,
    rankings: [ranking],
  };

  function asked(answer: viewer.Answer) {
    const heard: { question?: viewer.Question; buffers?: readonly Uint8Array[]; name?: string | undefined } = {};
    const compute = asks(
      {
        ask: async (question, buffers, options) => {
          Object.assign(heard, { question, buffers, name: options?.name });
          return answer;
        },
      },
      100,
    );
    const asking = { name: "T against B", signal: new AbortController().signal, progress: () => {} };
    return { heard, ask: (question: Question) => compute(question, asking) };
  }

  it("carry both groups and the name, and an answer's gaps are no zeros", async () => {
    const { heard, ask } = asked(compared);
    const [one] = await ask({ kind: "compare", a: Uint32Array.of(1, 5), b: Uint32Array.of(7), method: "t-test" });
    expect(heard.question).toMatchObject({ kind: "compare", method: "t-test", a: { count: 2 }, b: { count: 1 } });
    expect(heard.buffers).toHaveLength(2);
    expect(heard.name).toBe("T against B");
    expect(one).toMatchObject({ group: "T", cells: 2, others: 1 });
    expect(one?.genes.p[0]).toBe(0);
    expect([one?.genes.adjusted[0], one?.genes.fold[0]]).toEqual([Number.NaN, Number.NaN]);
  });

  it("name a column, or its categories where a person changed them", async () => {
    const { heard, ask } = asked(compared);
    await ask({ kind: "markers", column: "louvain", most: 10, method: "wilcoxon" });
    expect(heard.question).toMatchObject({ kind: "markers", column: "louvain", most: 10 });
    const groups = [{ name: "mine", cells: Uint32Array.of(3) }];
    await ask({ kind: "markers", column: "louvain", groups, most: 10, method: "wilcoxon" });
    expect(heard.question).toMatchObject({ groups: [{ name: "mine", cells: { count: 1 } }] });
  });

  it("pack each of many groups before the next is unfolded", () => {
    // One array for all of them: only what is packed at once is right.
    const one = new Uint8Array(100);
    function* groups() {
      for (const cell of [3, 50, 99]) {
        one.fill(0)[cell] = 1;
        yield { name: `${cell}`, cells: one };
      }
    }
    const { buffers, question } = markersOf(groups());
    expect(buffers.map((buffer) => new Uint32Array(buffer.buffer)[0])).toEqual([3, 50, 99]);
    expect(question.groups?.map((group) => [group.name, group.cells.count, group.cells.buffer])).toEqual([
      ["3", 1, 0],
      ["50", 1, 1],
      ["99", 1, 2],
    ]);
  });

  it("take no answer to another question", async () => {
    const { ask } = asked({ kind: "scored", values: "", genes: [], controls: [] });
    await expect(ask({ kind: "markers", column: "x", most: 1, method: "t-test" })).rejects.toThrow("not one to this");
  });
});

describe("words", () => {
  it("say the numbers and the first five of each side", () => {
    const many = genesOf(...Array.from({ length: 8 }, (_, at): Row => [`up${at}`, 3, 10 ** -(20 - at)]), [
      "down",
      -2,
      1e-3,
    ]);
    const text = summary(many, USUAL, "T", "B");
    expect(text).toContain("Of 9 genes, 8 are higher in T, first of all up0 (3.00), up1");
    expect(text).toContain("up4 (3.00).");
    expect(text).not.toContain("up5");
    expect(text).toContain("1 is higher in B, first of all down (−2.00)");
    expect(summary(many, { fold: 9, adjusted: 0.05 }, "T", "B")).toMatch(/^None of 9 genes differs/);
  });

  it("read numbers shortly", () => {
    expect([pText(0), pText(1e-300), pText(0.04), pText(0.5), pText(Number.NaN)]).toEqual([
      "0",
      "1.0e−300",
      "0.040",
      "0.50",
      "–",
    ]);
    expect([foldText(-1.239), foldText(Infinity), foldText(-Infinity)]).toEqual(["−1.24", "∞", "−∞"]);
  });
});

describe("comparisons", () => {
  const QUESTION: Question = { kind: "compare", a: Uint32Array.of(0), b: Uint32Array.of(1), method: "wilcoxon" };
  const RANKING: Ranking = { group: "", cells: 1, others: 1, genes: SOME };

  interface Call {
    readonly asking: Asking;
    readonly give: (rankings: readonly Ranking[]) => void;
    readonly fail: (error: Error) => void;
  }

  function made(): { calls: Call[]; kept: Comparisons; dispose: () => void } {
    const calls: Call[] = [];
    return createRoot((dispose) => ({
      calls,
      dispose,
      kept: new Comparisons(
        (_, asking) => new Promise((give, fail) => calls.push({ asking, give, fail })),
        () => 7,
      ),
    }));
  }

  it("tell progress, keep the result and show it", async () => {
    const { calls, kept, dispose } = made();
    const over = kept.begin(QUESTION, "T", "B");
    calls[0]?.asking.progress(300, 900, "genes");
    expect(kept.running()).toEqual({ title: "T against B", done: 300, total: 900, what: "genes" });
    calls[0]?.give([RANKING]);
    await over;
    expect(kept.running()).toBeUndefined();
    expect(kept.shown()).toMatchObject({ a: "T", b: "B", when: 7, method: "wilcoxon" });
    dispose();
  });

  it("are cancelled at once, and what comes later is not shown", async () => {
    const { calls, kept, dispose } = made();
    const over = kept.begin(QUESTION, "T", "B");
    kept.cancel();
    expect(calls[0]?.asking.signal.aborted).toBe(true);
    expect(kept.running()).toBeUndefined();
    calls[0]?.give([RANKING]);
    await over;
    expect(kept.results()).toEqual([]);
    expect(kept.trouble()).toBeUndefined();
    dispose();
  });

  it("say what failed, and try it again", async () => {
    const { calls, kept, dispose } = made();
    const over = kept.begin(QUESTION, "T", "B");
    calls[0]?.fail(new Error("There is no matrix."));
    await over;
    expect(kept.trouble()).toBe("There is no matrix.");
    kept.again();
    expect(kept.trouble()).toBeUndefined();
    expect(calls).toHaveLength(2);
    dispose();
    expect(calls[1]?.asking.signal.aborted).toBe(true);
  });

  it("keep a bounded list, and another is shown where one is forgotten", async () => {
    const { calls, kept, dispose } = made();
    for (let at = 0; at < KEPT + 3; at++) {
      const over = kept.begin(QUESTION, `A${at}`, "B");
      calls[at]?.give([RANKING]);
      await over;
    }
    expect(kept.results()).toHaveLength(KEPT);
    kept.forget(kept.shown()?.id ?? 0);
    expect(kept.shown()?.a).toBe(`A${KEPT + 1}`);
    dispose();
  });
});
