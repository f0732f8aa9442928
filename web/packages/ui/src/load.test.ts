import { createMemo, createRoot, createSignal, type JSX, Suspense } from "solid-js";
import { describe, expect, it } from "vitest";
import { createLoad, type Load } from "./load.js";

/// What stands under a `Suspense`, and the load that it shows.
function shown(source: () => number | false, fetch: (from: number) => Promise<string>) {
  return createRoot((end) => {
    let load: Load<string> | undefined;
    const place = Suspense({
      fallback: "the whole page waits",
      get children() {
        const made = createLoad(source, fetch);
        load = made;
        return createMemo(() => made() ?? (made.loading ? "waits" : "nothing")) as unknown as JSX.Element;
      },
    });
    const text = (): unknown => {
      let at: unknown = place;
      while (typeof at === "function") at = (at as () => unknown)();
      return at;
    };
    if (load === undefined) throw new Error("It was not made.");
    return { text, load, end };
  });
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe("what is waited for", () => {
  it("leaves what stands around it in its place", async () => {
    const { text, end } = shown(
      () => 1,
      async (from) => `value ${from}`,
    );
    expect(text()).toBe("waits");
    await turn();
    expect(text()).toBe("value 1");
    end();
  });

  it("stays while it is fetched anew, and is not fetched for nothing", async () => {
    const [source, setSource] = createSignal<number | false>(false);
    const { text, load, end } = shown(source, async (from) => `value ${from}`);
    await turn();
    expect(text()).toBe("nothing");
    setSource(1);
    await turn();
    setSource(2);
    expect([text(), load.loading]).toEqual(["value 1", true]);
    await turn();
    expect(text()).toBe("value 2");
    end();
  });

  it("that failed says why, and can be tried again", async () => {
    let works = false;
    const { text, load, end } = shown(
      () => 1,
      () => (works ? Promise.resolve("value") : Promise.reject(new Error("no"))),
    );
    await turn();
    expect([text(), String(load.error)]).toEqual(["nothing", "Error: no"]);
    works = true;
    load.again();
    await turn();
    expect([text(), load.error]).toEqual(["value", undefined]);
    end();
  });
});
