import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { go } from "./place.js";
import { type Tried, tryBench } from "./testing.js";

let tried: Tried;

const markdown = (source: string) => ({ type: "markdown" as const, source });

/// What is seen, by the sources' first words.
function seen(): string {
  const { folding, notebook } = tried.bench;
  return folding
    .visible()
    .map((id) => notebook.cell(id)?.source().replace(/^#+ /, "") ?? "")
    .join(" ");
}

function at(index: number): void {
  tried.bench.move((place) => go(place, tried.ids[index] ?? null));
}

function press(...commands: readonly string[]): void {
  for (const command of commands) expect(tried.bench.execute(command), command).toBe(true);
}

const active = () => tried.ids.indexOf(tried.bench.place().active ?? "");

beforeEach(() => {
  vi.stubGlobal("document", { getSelection: () => null, execCommand: () => true });
  // a     b    c     d       e    f
  tried = tryBench([markdown("# a"), "b", markdown("## c"), "d", markdown("# e"), "f"]);
});
afterEach(() => {
  tried.end();
  vi.unstubAllGlobals();
});

describe("folding", () => {
  it("hides a section and shows it again, with what JupyterLab writes into the heading", () => {
    at(0);
    press("fold");
    expect(seen()).toBe("a e f");
    expect(tried.notebook.cell(tried.ids[0] ?? "")?.metadata()).toEqual({ "jp-MarkdownHeadingCollapsed": true });
    press("unfold");
    expect(seen()).toBe("a b c d e f");
    expect(tried.notebook.cell(tried.ids[0] ?? "")?.metadata()).toEqual({});
  });

  it("goes to the heading above or below from anywhere else", () => {
    at(3);
    press("fold");
    expect(active()).toBe(2);
    press("fold", "fold");
    expect(active()).toBe(0);
    press("unfold");
    expect(active()).toBe(2);
    press("unfold", "unfold");
    expect(active()).toBe(4);
  });

  it("is skipped by the steps between cells, and by running on", () => {
    at(0);
    press("fold", "down");
    expect(active()).toBe(4);
    press("up", "run-advance");
    expect(active()).toBe(4);
  });

  it("takes the hidden cells along when the heading is deleted, copied and moved", () => {
    at(0);
    press("fold", "move-down");
    expect(seen()).toBe("e f a");
    expect(tried.sources()).toEqual(["# e", "f", "# a", "b", "## c", "d"]);
    press("move-up");
    expect(tried.sources()[0]).toBe("# a");
    press("move-down", "cut");
    expect(tried.sources()).toEqual(["# e", "f"]);
    press("paste-below");
    expect(tried.sources()).toEqual(["# e", "f", "# a", "b", "## c", "d"]);
    press("undo", "undo");
    expect(tried.sources()).toEqual(["# e", "f", "# a", "b", "## c", "d"]);
  });

  it("opens for whoever has to be seen in it, in this window alone", () => {
    at(0);
    press("fold");
    at(3);
    expect(seen()).toBe("a b c d e f");
    expect(tried.notebook.cell(tried.ids[0] ?? "")?.metadata()).toEqual({ "jp-MarkdownHeadingCollapsed": true });
    at(0);
    press("fold");
    expect(seen()).toBe("a e f");
  });

  it("of all sections leaves the highest headings, with the user at theirs", () => {
    at(3);
    press("fold-all");
    expect(seen()).toBe("a e");
    expect(active()).toBe(0);
    press("unfold-all");
    expect(seen()).toBe("a b c d e f");
  });

  it("is undone as one step", () => {
    at(0);
    press("fold-all", "undo");
    expect(seen()).toBe("a b c d e f");
  });

  it("lets a new cell below a folded heading be seen", () => {
    at(4);
    press("fold", "insert-below");
    expect(tried.sources()).toEqual(["# a", "b", "## c", "d", "# e", "", "f"]);
    expect(seen()).toBe("a b c d e  f");
  });
});
