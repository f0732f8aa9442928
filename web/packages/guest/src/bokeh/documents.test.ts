import { describe, expect, it } from "vitest";
import { draws, hasFormula, modelsOf, type Version, versionOf } from "./documents.js";

const version = (text: string): Version => versionOf(`{"version":"${text}"}`) as Version;

describe("what a script with documents says", () => {
  it("is the version that wrote them, also of one before its release", () => {
    expect(version("3.9.2")).toEqual({ text: "3.9.2", major: 3, minor: 9 });
    expect(version("3.10.0rc1").minor).toBe(10);
    expect(versionOf("alert(1)")).toBe(null);
  });

  it("is the names of its models", () => {
    const text =
      '{"type":"object","name":"Figure","attributes":{"name":"x","a":{"type": "object", "name": "panel.models.widgets.Player"}}}';
    expect([...modelsOf(text)]).toEqual(["Figure", "panel.models.widgets.Player"]);
  });

  it("is whether there is a formula in it", () => {
    expect(hasFormula('{"title":"$$x^2$$"}')).toBe(true);
    expect(hasFormula('{"title":"costs $5"}')).toBe(false);
  });
});

describe("a BokehJS", () => {
  it("draws what its own and older versions of its format wrote", () => {
    const own = version("3.9.2");
    expect(["3.9.4", "3.0.0", "3.8.1"].map((other) => draws(own, version(other)))).toEqual([true, true, true]);
    expect(["3.10.0", "2.4.3", "4.0.0"].map((other) => draws(own, version(other)))).toEqual([false, false, false]);
  });
});
