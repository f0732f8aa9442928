import { describe, expect, it } from "vitest";
import { header, readTraceback } from "./traceback.js";

const MODERN = `\x1b[31m---------------------------------------------------------------------------\x1b[39m
\x1b[31mZeroDivisionError\x1b[39m                         Traceback (most recent call last)
\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[3]\x1b[39m\x1b[32m, line 2\x1b[39m
\x1b[32m      1\x1b[39m x = 1
\x1b[32m----> \x1b[39m\x1b[32m2\x1b[39m f(x)

\x1b[36mFile \x1b[39m\x1b[32m/env/lib/python3.11/site-packages/pandas/core.py:120\x1b[39m, in \x1b[36mapply\x1b[39m\x1b[34m(x)\x1b[39m
\x1b[32m    119\x1b[39m     # comment
\x1b[32m--> \x1b[39m\x1b[32m120\x1b[39m     return func(x)

\x1b[31mZeroDivisionError\x1b[39m: division by zero`;

describe("a traceback", () => {
  it("has frames with their places, and the message behind them", () => {
    const sections = readTraceback(MODERN);
    expect(sections.map((section) => section.place)).toEqual([
      null,
      { count: 3, line: 2 },
      { file: "/env/lib/python3.11/site-packages/pandas/core.py", line: 120 },
      null,
    ]);
    expect(sections.map((section) => section.library)).toEqual([false, false, true, false]);
    expect(sections.at(-1)?.rows[0]?.text).toContain("division by zero");
  });

  it("keeps every row", () => {
    expect(readTraceback(MODERN).reduce((sum, section) => sum + section.rows.length, 0)).toBe(
      MODERN.split("\n").length,
    );
  });

  it("knows the older forms", () => {
    expect(header("Input In [12], in <cell line: 3>()")).toEqual({ count: 12, line: 0 });
    expect(header("Cell In [7], line 4, in f(x)")).toEqual({ count: 7, line: 4 });
    expect(header('  File "<ipython-input-5-0123abcd>", line 3')).toEqual({ count: 5, line: 3 });
    expect(header("  Cell In[2], line 1")).toEqual({ count: 2, line: 1 });
    expect(header('  File "/data/x/a.py", line 3, in f')).toEqual({ file: "/data/x/a.py", line: 3 });
    expect(header("~/lib/a.py in f(x)")).toEqual({ file: "~/lib/a.py", line: 0 });
  });

  it("takes the line from the arrow where the place has none", () => {
    const old = "<ipython-input-22-56e1109ae320> in <module>\n      1 a\n----> 2 b\n\nNameError: b";
    expect(readTraceback(old).map((section) => section.place)).toContainEqual({ count: 22, line: 2 });
  });

  it("offers no place where none is said", () => {
    for (const text of ["", "In[999999999999], line 3", "Cell In[x], line 2", "File :3", `File ${"x".repeat(5000)}:3`])
      expect(header(text)).toBeNull();
  });
});
