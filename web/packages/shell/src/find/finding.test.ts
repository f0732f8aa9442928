import type { Output, Run } from "@fumehood/protocol";
import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import type { Cell, Notebook } from "../notebook/types.js";
import { createFinding, type Match } from "./finding.js";

const BLOB = { blob: "0".repeat(64), size: 9 };

function find(text: string, cells: Readonly<Record<string, { source?: string; outputs?: readonly Output[] }>>) {
  return createRoot((end) => {
    const notebook = {
      order: () => Object.keys(cells),
      cell: (id: string) =>
        ({
          id,
          source: () => cells[id]?.source ?? "",
          run: () => ({ outputs: cells[id]?.outputs ?? [] }) as unknown as Run,
        }) as Cell,
    } as unknown as Notebook;
    const revealed: Match[] = [];
    const finding = createFinding(
      notebook,
      () => null,
      (match) => revealed.push(match),
      () => {},
    );
    finding.open(text);
    finding.setOutputs(true);
    const found = finding.matches().map(({ cell, where }) => `${cell} ${where}`);
    finding.go(1);
    finding.go(1);
    end();
    return { found, revealed };
  });
}

describe("outputs", () => {
  it("are searched in the text that the page holds, as it is read", () => {
    const { found, revealed } = find("needle", {
      source: { source: "needle" },
      printed: { outputs: [{ type: "stream", name: "stdout", text: "a \u001b[31mnee\u001b[0mdle", parts: [BLOB] }] },
      plain: { outputs: [{ type: "execute_result", data: { "text/plain": "needle" }, metadata: {} } as Output] },
      failed: { outputs: [{ type: "error", ename: "NeedleError", evalue: "x", traceback: [] }] },
      deep: {
        outputs: [{ type: "error", ename: "E", evalue: "x", traceback: ["in \u001b[1mneedle()\u001b[0m", BLOB] }],
      },
      elsewhere: { outputs: [{ type: "stream", name: "stdout", text: "", parts: [BLOB] }] },
    });
    expect(found).toEqual(["source source", "printed output", "plain output", "failed output", "deep output"]);
    expect(revealed.at(-1)).toMatchObject({ cell: "plain", where: "output" });
  });

  it("of an error count its last line once", () => {
    const outputs: Output[] = [{ type: "error", ename: "E", evalue: "needle", traceback: ["line 1", "E: needle"] }];
    expect(find("needle", { cell: { outputs } }).found).toEqual(["cell output"]);
  });
});
