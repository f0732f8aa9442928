import { describe, expect, test } from "vitest";
import { checked, DEFAULTS, parseSettings, storedSettings } from "./settings.js";

describe("what was stored", () => {
  test("is read back as it was set", () => {
    const mine = { ...DEFAULTS, theme: "dark", codeSize: 16, codeFont: '"Fira Code", monospace', wrap: true } as const;
    expect(parseSettings(storedSettings(mine))).toEqual(mine);
  });

  test("holds only what differs from the defaults", () => {
    expect(storedSettings(DEFAULTS)).toBe("{}");
    expect(storedSettings({ ...DEFAULTS, codeSize: 15 })).toBe('{"codeSize":15}');
  });

  test.each([null, "", "{", "[]", "null", '"dark"', "7"])("becomes the defaults where it is %j", (text) => {
    expect(parseSettings(text)).toEqual(DEFAULTS);
  });

  test("keeps its good values where one is bad", () => {
    const text = JSON.stringify({ theme: "neon", codeSize: 15, wrap: "yes", uiSize: 13.5, indent: 3, panelWidth: 9e9 });
    expect(parseSettings(text)).toEqual({ ...DEFAULTS, codeSize: 15 });
  });

  test("brings no key that is not a setting", () => {
    expect(checked({ constructor: 1, evil: true })).toEqual({});
    expect(Object.keys(parseSettings('{"__proto__": {"wrap": true}, "evil": 1}'))).toEqual(Object.keys(DEFAULTS));
  });

  test.each(["x; color: red", "url(http://example.org)", "}", "a".repeat(201)])(
    "names no font that CSS could read as more: %j",
    (codeFont) => {
      expect(parseSettings(JSON.stringify({ codeFont })).codeFont).toBe("");
    },
  );
});
