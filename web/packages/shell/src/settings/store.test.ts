import { expect, test } from "vitest";
import { DEFAULTS } from "./settings.js";
import { createSettings, type Keeper } from "./store.js";

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
