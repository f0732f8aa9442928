import { expect, it } from "vitest";
import { formatBytes, formatCount } from "./numbers.js";
import { safeName } from "./save.js";

it("a saved file has a plain name, whatever it is called", () => {
  expect(safeName("Printed output.txt")).toBe("Printed-output.txt");
  expect(safeName("../../.ssh/authorized_keys")).toBe("ssh-authorized-keys");
  expect(safeName("a\u202egpj.exe.txt")).toBe("a-gpj-exe.txt");
  expect(safeName("CON.txt")).toBe("output.txt");
  expect(safeName("")).toBe("output");
  expect(safeName("x".repeat(500)).length).toBe(80);
});

it("sizes and counts are read by people", () => {
  expect([0, 999, 1000, 1_500_000, 99_960_000, 104_857_600].map(formatBytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "1.5 MB",
    "100 MB",
    "105 MB",
  ]);
  expect(formatCount(100_000)).toBe("100,000");
});
