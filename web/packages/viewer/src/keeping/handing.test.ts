import { afterEach, expect, it, vi } from "vitest";
import { isSealed } from "./handing";

afterEach(() => vi.unstubAllGlobals());

it.each([
  ["a page of its own", "http://127.0.0.1:8000", "/", false],
  ["a frame without an origin", "null", "/lab/outputs", true],
  ["one that only says that it is a guest", "null", "/x/plugins/guest-0a1b", true],
  ["a frame of fumehood, whose page saves what it offers", "null", "/plugins/guest-0a1b2c", false],
])("no file leaves %s: by its origin and place", (_, origin, pathname, sealed) => {
  vi.stubGlobal("self", { origin });
  vi.stubGlobal("location", { pathname });
  expect(isSealed()).toBe(sealed);
});
