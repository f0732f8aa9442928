import type { Levers, Origin, PolicyOf, PolicyView } from "@fumehood/protocol";
import { describe, expect, test } from "vitest";
import { strictest } from "../notebook/policy.js";
import { answer, blocked } from "./blocked.js";

const OPEN: Levers = { scripts: ["https"], connect: ["https"], images: ["https"] };
const of = (cap: Levers = OPEN, sources: PolicyOf["sources"] = {}): PolicyOf => ({ levers: {}, cap, sources });
const view = (stranger = of()): PolicyView => ({ own: of(), stranger, boxed: of({}) });
const plotly = blocked("script-src-elem", "cdn.plot.ly");

describe("what was blocked", () => {
  test("is said in words, with the lever that would open it", () => {
    expect(plotly).toEqual({ what: "scripts", kind: "scripts", host: "cdn.plot.ly" });
    expect(blocked("frame-src", "a.org").kind).toBe(null);
    expect(blocked("prefetch-src", "a.org")).toEqual({ what: "prefetch-src", kind: null, host: "a.org" });
  });

  test("may be allowed where it is a host with a name and no bound stands before it", () => {
    expect(answer(plotly, "stranger", view()).can).toBe(true);
    expect(answer(plotly, "stranger", view(of({ scripts: ["*.plot.ly"] }))).can).toBe(true);
  });

  test.each([
    "127.0.0.1:8888",
    "127.0.0.1",
    "localhost",
    "a.org:8443",
    "0x7f.1",
    "inline",
    "eval",
    "data",
    "[::1]",
    "*.org",
    "",
  ])("is not offered where the frame names %s", (host) => {
    expect(answer(blocked("connect-src", host), "own", view()).can).toBe(false);
  });

  test("is not offered beyond the machine's bound, which is said", () => {
    const found = answer(plotly, "stranger", view(of({ scripts: ["*.corp.example"] })));
    expect(found.can).toBe(false);
    expect(found.why).toContain("This machine's policy");
    expect(answer(plotly, "stranger", view(of({}, { scripts: "notebook" }))).why).toContain("The notebook itself");
    expect(answer(plotly, "stranger", view(of({}, { scripts: "broken" }))).why).toContain("cannot be read");
  });

  test("of a sandbox without network is never offered", () => {
    expect(answer(plotly, "boxed", view()).can).toBe(false);
  });

  test("is not offered before the daemon has said what holds", () => {
    expect(answer(plotly, "stranger", null).can).toBe(false);
  });
});

test("the strictest of a frame's outputs is the frame's", () => {
  const all: Origin[] = ["own", "stranger", "boxed"];
  expect(strictest(all)).toBe("boxed");
  expect(strictest(["own", "stranger"])).toBe("stranger");
  expect(strictest(["own", "own"])).toBe("own");
  expect(strictest([])).toBe("stranger");
});
