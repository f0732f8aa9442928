import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { go, selected } from "./place.js";
import { type Tried, tryBench } from "./testing.js";

let tried: Tried;

function at(index: number, to = index): void {
  const [first, last] = [tried.ids[index], tried.ids[to]];
  tried.bench.move((place) => ({ ...go(place, first ?? null), active: last ?? null }));
}

function press(...commands: readonly string[]): void {
  for (const command of commands) expect(tried.bench.execute(command), command).toBe(true);
}

function active(): number {
  return tried.notebook.order().indexOf(tried.bench.place().active ?? "");
}

function types(): readonly string[] {
  return tried.notebook.order().map((id) => tried.notebook.cell(id)?.type() ?? "");
}

beforeEach(() => {
  // The notebook's own clipboard is what counts here.
  vi.stubGlobal("document", { getSelection: () => null, execCommand: () => true });
  tried = tryBench(["a", "b", "c", "d"]);
});
afterEach(() => {
  tried.end();
  vi.unstubAllGlobals();
});

describe("showing", () => {
  it("scrolls the outputs of the selected cells as the first is not, and keeps it as Jupyter does", () => {
    at(0, 1);
    const kept = () => tried.ids.map((id) => tried.notebook.cell(id)?.metadata().scrolled);
    press("scroll-outputs");
    expect(kept()).toEqual([true, true, undefined, undefined]);
    at(1, 2);
    press("scroll-outputs");
    expect(kept()).toEqual([true, undefined, undefined, undefined]);
  });
});

describe("running", () => {
  it("goes to the next cell, and makes one behind the last", () => {
    at(2);
    press("run-advance");
    expect(active()).toBe(3);
    press("run-advance");
    expect(tried.sources()).toEqual(["a", "b", "c", "d", ""]);
    expect(tried.bench.place()).toMatchObject({ mode: "edit", active: tried.notebook.order()[4] });
    expect(tried.asked).toEqual([`run ${tried.ids[2]}`, `run ${tried.ids[3]}`]);
  });

  it("takes all selected cells in one request", () => {
    at(1, 3);
    press("run");
    expect(tried.asked).toEqual([`run ${tried.ids[1]} ${tried.ids[2]} ${tried.ids[3]}`]);
  });

  it("renders Markdown cells instead", () => {
    at(1);
    press("to-markdown");
    expect(tried.bench.place().open.size).toBe(1);
    press("run");
    expect(tried.bench.place().open.size).toBe(0);
    expect(tried.asked).toEqual([]);
  });

  it("takes what is above, or the cell and what is below", () => {
    at(2);
    press("run-above", "run-below");
    const [a, b, c, d] = tried.ids;
    expect(tried.asked).toEqual([`run ${a} ${b}`, `run ${c} ${d}`]);
  });

  it("waits for the answer before it restarts", async () => {
    tried.answer = false;
    press("restart-run-all");
    await vi.waitFor(() => expect(tried.asked).toEqual([]));
    tried.answer = true;
    press("restart-run-all");
    await vi.waitFor(() => expect(tried.asked).toEqual(["restart", `run ${tried.ids.join(" ")}`]));
  });

  it("reports a request that failed", async () => {
    const failure = new Error("no");
    tried.notebook.requests.save = () => Promise.reject(failure);
    press("save");
    await vi.waitFor(() => expect(tried.reported).toEqual([failure]));
  });
});

describe("cells", () => {
  it("come above and below, in command mode", () => {
    at(1);
    press("insert-above");
    expect([tried.sources(), active()]).toEqual([["a", "", "b", "c", "d"], 1]);
    press("insert-below");
    expect([tried.sources(), active()]).toEqual([["a", "", "", "b", "c", "d"], 2]);
    expect(tried.bench.place().mode).toBe("command");
  });

  it("go, and the next one becomes active", () => {
    at(1, 2);
    press("delete");
    expect([tried.sources(), active()]).toEqual([["a", "d"], 1]);
    press("undo");
    expect(tried.sources()).toEqual(["a", "b", "c", "d"]);
  });

  it("never go all: an empty one is left", () => {
    press("select-all", "delete");
    expect(tried.sources()).toEqual([""]);
    press("undo");
    expect(tried.sources()).toEqual(["a", "b", "c", "d"]);
  });

  it("are cut and pasted, and the pasted ones are selected", () => {
    at(0, 1);
    press("cut");
    expect(tried.sources()).toEqual(["c", "d"]);
    at(3);
    press("paste-below");
    expect(tried.sources()).toEqual(["c", "d", "a", "b"]);
    expect(selected(tried.bench.place(), tried.notebook.order())).toHaveLength(2);
    press("paste-above");
    expect(tried.sources()).toEqual(["c", "d", "a", "b", "a", "b"]);
  });

  it("take the place of others in one step of undo", () => {
    at(0);
    press("copy");
    at(2, 3);
    press("paste-over");
    expect(tried.sources()).toEqual(["a", "b", "a"]);
    press("undo");
    expect(tried.sources()).toEqual(["a", "b", "c", "d"]);
  });

  it("move together, and stop at the ends", () => {
    at(1, 2);
    press("move-down");
    expect(tried.sources()).toEqual(["a", "d", "b", "c"]);
    press("move-down", "move-up", "move-up", "move-up");
    expect(tried.sources()).toEqual(["b", "c", "a", "d"]);
  });

  it("merge: the selected ones, or the one with its neighbour", () => {
    at(0, 1);
    press("merge");
    expect(tried.sources()).toEqual(["a\n\nb", "c", "d"]);
    press("merge");
    expect(tried.sources()).toEqual(["a\n\nb\n\nc", "d"]);
    at(3);
    press("merge-above");
    expect(tried.sources()).toEqual(["a\n\nb\n\nc\n\nd"]);
  });

  it("split where the cursors are, and the last part is being edited", () => {
    const [, b] = tried.ids;
    tried.notebook.edits.replaceText(b ?? "", 0, 1, "one\ntwo\nthree");
    tried.bench.cells.set(b ?? "", {
      element: undefined as never,
      editor: () => ({ cuts: () => [4, 8] }) as never,
      toggleLineNumbers: () => {},
    });
    at(1);
    press("edit", "split");
    expect(tried.sources()).toEqual(["a", "one", "two", "three", "c", "d"]);
    expect([active(), tried.bench.place().mode]).toEqual([3, "edit"]);
  });

  it("become headings, whatever they were", () => {
    at(0, 1);
    press("to-heading-2", "to-heading-3");
    expect(tried.sources()).toEqual(["### a", "### b", "c", "d"]);
    expect(types()).toEqual(["markdown", "markdown", "code", "code"]);
    press("undo", "undo");
    expect([tried.sources(), types()]).toEqual([
      ["a", "b", "c", "d"],
      ["code", "code", "code", "code"],
    ]);
  });
});

describe("what is shown", () => {
  it("is hidden as JupyterLab writes it, and other keys stay", () => {
    const [a] = tried.ids;
    tried.notebook.edits.setMetadata(a ?? "", "jupyter", { other: 1 });
    at(0);
    press("toggle-outputs", "toggle-input");
    expect(tried.notebook.cell(a ?? "")?.metadata()).toEqual({
      jupyter: { other: 1, outputs_hidden: true, source_hidden: true },
      collapsed: true,
    });
    press("toggle-outputs", "toggle-input");
    expect(tried.notebook.cell(a ?? "")?.metadata()).toEqual({ jupyter: { other: 1 } });
  });

  it("is opened by editing it", () => {
    at(0);
    press("toggle-input", "edit");
    expect(tried.notebook.cell(tried.ids[0] ?? "")?.metadata()).toEqual({});
    expect(tried.bench.place().mode).toBe("edit");
  });
});

describe("undo", () => {
  it("goes to what it changed", () => {
    at(0);
    press("to-raw");
    at(3);
    press("undo");
    expect(active()).toBe(0);
  });

  it("is not offered where there is nothing to undo", () => {
    expect(tried.bench.enabled("redo")).toBe(false);
    expect(tried.bench.execute("redo")).toBe(false);
  });
});

describe("find and replace", () => {
  const find = (text: string) => {
    press("find");
    tried.bench.finding.setQuery({ text, matchCase: false, word: false, regex: false });
  };

  it("goes from match to match, from where the user is", () => {
    tried.notebook.edits.replaceText(tried.ids[0] ?? "", 0, 1, "x x");
    tried.notebook.edits.replaceText(tried.ids[3] ?? "", 0, 1, "x");
    at(1);
    find("x");
    const { finding } = tried.bench;
    expect([finding.index(), finding.matches().length, active()]).toEqual([2, 3, 3]);
    press("find-next");
    expect([finding.index(), active()]).toEqual([0, 0]);
    press("find-previous");
    expect(finding.index()).toBe(2);
  });

  it("replaces all in one step of undo", () => {
    for (const id of tried.ids) tried.notebook.edits.replaceText(id, 0, 1, "one two one");
    find("one");
    expect(tried.bench.finding.replaceAll("three ones")).toBe(8);
    expect(new Set(tried.sources())).toEqual(new Set(["three ones two three ones"]));
    press("undo");
    expect(new Set(tried.sources())).toEqual(new Set(["one two one"]));
  });

  it("replaces the current match and goes on behind what it put in", () => {
    at(0);
    tried.notebook.edits.replaceText(tried.ids[0] ?? "", 0, 1, "a a");
    find("a");
    tried.bench.finding.replace("aa");
    expect(tried.sources()[0]).toBe("aa a");
    expect(tried.bench.finding.current()).toMatchObject({ from: 3, to: 4 });
  });

  it("keeps to the cells it was told to", () => {
    for (const id of tried.ids) tried.notebook.edits.replaceText(id, 0, 1, "x");
    find("x");
    tried.bench.finding.setWithin(new Set(tried.ids.slice(0, 2)));
    expect(tried.bench.finding.replaceAll("y")).toBe(2);
    expect(tried.sources()).toEqual(["y", "y", "x", "x"]);
  });
});
