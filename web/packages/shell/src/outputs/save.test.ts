import { expect, it } from "vitest";
import { formatCount } from "./numbers.js";
import { safeName } from "./save.js";

it("a saved file has a plain name, whatever it is called", () => {
  expect(safeName("Printed output.txt")).toBe("Printed-output.txt");
  expect(safeName("../../.ssh/authorized_keys")).toBe("ssh-authorized-keys");
  expect(safeName("a\u202egpj.exe.txt")).toBe("a-gpj-exe.txt");
  expect(safeName("pbmc.3k.cellucid-session")).toBe("pbmc-3k.cellucid-session");
  expect(safeName("CON.txt")).toBe("output.txt");
  expect(safeName("")).toBe("output");
  expect(safeName("x".repeat(500)).length).toBe(80);
});

it("counts are read by people", () => expect(formatCount(100_000)).toBe("100,000"));
