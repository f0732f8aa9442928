import { describe, expect, it } from "vitest";
import { cookies, memory, rememberNothing } from "./memory.js";

describe("storage that forgets", () => {
  it("is a Storage to who asks it", () => {
    const store = memory();
    store.setItem("a", "1");
    store.b = 2;
    expect([store.getItem("a"), store.b, store.length, store.key(1), store.missing, store.getItem("missing")]).toEqual([
      "1",
      "2",
      2,
      "b",
      undefined,
      null,
    ]);
    expect([Object.keys(store), "a" in store, "c" in store, JSON.stringify(store)]).toEqual([
      ["a", "b"],
      true,
      false,
      '{"a":"1","b":"2"}',
    ]);
    store.removeItem("a");
    delete store.b;
    expect(store.length).toBe(0);
    store.setItem("__proto__", "x");
    expect([store.getItem("__proto__"), ({} as Record<string, unknown>).x]).toEqual(["x", undefined]);
    store.clear();
    expect(store.key(0)).toBe(null);
  });

  it("takes no more than a browser's would", () => {
    const store = memory();
    store.setItem("a", "x".repeat(4_000_000));
    expect(() => store.setItem("b", "x".repeat(4_000_000))).toThrow("no room");
    store.setItem("a", "x".repeat(4_900_000));
    expect(store.length).toBe(1);
  });

  it("knows cookies until they are over", () => {
    const jar = cookies(() => 1000);
    jar.set("a=1; path=/; SameSite=Lax");
    jar.set("b=x=y; max-age=60");
    expect(jar.get()).toBe("a=1; b=x=y");
    jar.set("a=; expires=Thu, 01 Jan 1970 00:00:00 GMT");
    jar.set("b=; Max-Age=0");
    expect(jar.get()).toBe("");
  });

  it("stands only where the browser's own throws, and each window has its own", () => {
    const denied = () => {
      throw new Error("SecurityError");
    };
    const sealed = () => {
      const document = Object.defineProperty({}, "cookie", { get: denied, configurable: true });
      const self = { Storage: class {}, document, sessionStorage: "its own" };
      Object.defineProperty(self, "localStorage", { get: denied, configurable: true });
      rememberNothing(self as unknown as Window & typeof globalThis);
      return self as unknown as Window;
    };
    const [one, other] = [sealed(), sealed()];
    one.localStorage.setItem("a", "1");
    one.document.cookie = "a=1";
    expect([one.localStorage.getItem("a"), one.document.cookie, one.sessionStorage]).toEqual(["1", "a=1", "its own"]);
    expect([other.localStorage.getItem("a"), other.document.cookie]).toEqual([null, ""]);
  });
});
