import { expect, test } from "vitest";
import { fileName } from "./files";

test.each([
  [["../../etc/passwd\u202e"], "etc-passwd.csv"],
  [["../T cells", "\u202eB|cells"], "T-cells-B-cells.csv"],
  [["pbmc.v2_raw"], "pbmc.v2_raw.csv"],
  [["β cells", "δ"], "β-cells-δ.csv"],
  [["/.."], "fumehood.csv"],
  [["con\u0000\n.exe "], "con-.exe.csv"],
  [["a".repeat(79), "b"], `${"a".repeat(79)}.csv`],
])("%j names a file that goes nowhere", (parts, name) => expect(fileName(parts, "csv")).toBe(name));
