import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DEFAULTS } from "./settings.js";
import { createSettings, type Keeper, type Shelf } from "./store.js";

function keeper(text: string | null = null) {
  let kept = text;
  let tell: (text: string | null) => void = () => {};
  const made: Keeper = {
    read: () => kept,
    write: (next) => {
      kept = next;
    },
    onChange: (listener) => {
      tell = listener;
    },
  };
  return { made, kept: () => kept, tell: (next: string | null) => tell(next) };
}

test("a change is kept", () => {
  const { made, kept } = keeper();
  const settings = createSettings(made);
  settings.change({ theme: "dark" });
  expect(settings.values.theme).toBe("dark");
  expect(createSettings(keeper(kept()).made).values.theme).toBe("dark");
});

test("a change that does not fit is not taken", () => {
  const settings = createSettings(keeper().made);
  settings.change({ codeSize: 900 });
  expect(settings.values.codeSize).toBe(DEFAULTS.codeSize);
});

test("what another window sets comes here, also back to the default", () => {
  const { made, tell } = keeper('{"wrap":true}');
  const settings = createSettings(made);
  expect(settings.values.wrap).toBe(true);
  tell('{"codeSize":18}');
  expect(settings.values).toMatchObject({ wrap: false, codeSize: 18 });
  tell(null);
  expect(settings.values).toEqual(DEFAULTS);
});

test("reset goes back to the defaults and keeps nothing", () => {
  const { made, kept } = keeper('{"wrap":true}');
  const settings = createSettings(made);
  settings.reset();
  expect(settings.values).toEqual(DEFAULTS);
  expect(kept()).toBe("{}");
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function daemon(text = "{}") {
  const state = { text, up: true, writes: 0 };
  const shelf: Shelf = {
    read: async () => state.text,
    write: async (next) => {
      if (!state.up) throw new Error("lost");
      state.text = next;
      state.writes += 1;
    },
  };
  return { state, shelf };
}

test("what the daemon has wins over what this port's storage has", async () => {
  const settings = createSettings(keeper('{"theme":"light","wrap":true}').made);
  await settings.join(daemon('{"theme":"dark","codeSize":900}').shelf);
  expect(settings.values).toMatchObject({ theme: "dark", wrap: true, codeSize: DEFAULTS.codeSize });
});

test("the daemon is told what was chosen, once for many changes, and nothing else", async () => {
  const { state, shelf } = daemon('{"uiSize":14}');
  const settings = createSettings(keeper('{"wrap":true}').made);
  await settings.join(shelf);
  for (let width = 200; width < 260; width++) settings.change({ panelWidth: width });
  await vi.runAllTimersAsync();
  expect(JSON.parse(state.text)).toEqual({ uiSize: 14, panelWidth: 259 });
  expect(state.writes).toBe(1);
});

test("what was chosen without a connection goes with the next one", async () => {
  const { state, shelf } = daemon();
  const settings = createSettings(keeper().made);
  await settings.join(shelf);
  state.up = false;
  settings.change({ theme: "dark" });
  await vi.runAllTimersAsync();
  expect(state.text).toBe("{}");
  state.up = true;
  await settings.join(shelf);
  expect(JSON.parse(state.text)).toEqual({ theme: "dark" });
  expect(settings.values.theme).toBe("dark");
});

test("going back to the defaults is told too", async () => {
  const { state, shelf } = daemon('{"theme":"dark"}');
  const settings = createSettings(keeper().made);
  await settings.join(shelf);
  settings.reset();
  await vi.runAllTimersAsync();
  expect(state.text).toBe("{}");
  expect(settings.values).toEqual(DEFAULTS);
});

test("a daemon that does not answer changes nothing", async () => {
  const settings = createSettings(keeper('{"wrap":true}').made);
  await settings.join({ read: () => Promise.reject(new Error("lost")), write: async () => {} });
  expect(settings.values.wrap).toBe(true);
});
