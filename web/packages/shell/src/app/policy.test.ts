import type { PolicyOf, PolicyView } from "@fumehood/protocol";
import { expect, test } from "vitest";
import { hostsSaid, policySaid, sourceSaid } from "./policy.js";

const NOTHING: PolicyOf = { levers: {}, cap: {} };
const VIEW: PolicyView = { own: NOTHING, stranger: NOTHING, boxed: NOTHING };

test("the status bar says what a person opened, and what is broken", () => {
  expect(policySaid(null)).toEqual({ text: "Outputs: sealed", warn: false });
  expect(policySaid(VIEW).warn).toBe(false);
  const allowed = [
    { kind: "scripts", host: "a.org" },
    { kind: "styles", host: "a.org" },
  ] as const;
  expect(policySaid({ ...VIEW, allowed }).text).toBe("Outputs may reach 1 more host");
  expect(policySaid({ ...VIEW, own: { ...NOTHING, sources: { scripts: "broken" } } }).warn).toBe(true);
});

test("levers are said in words, with whose word it was", () => {
  expect(hostsSaid({}, "fonts")).toBe("nothing");
  expect(hostsSaid({ fonts: ["https"] }, "fonts")).toBe("any host, over HTTPS");
  expect(hostsSaid({ fonts: ["a.org", "b.org"] }, "fonts")).toBe("a.org, b.org");
  expect(sourceSaid({ ...VIEW, own: { ...NOTHING, sources: { fonts: "machine" } } }, "own", "fonts")).toBe(
    "by this machine's policy",
  );
});
