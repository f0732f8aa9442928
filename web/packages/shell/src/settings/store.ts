/// The settings of this page as a store: reading a property is reactive, a change is kept and reaches the other windows.

import { createStore } from "solid-js/store";
import { checked, DEFAULTS, parseSettings, type Settings, storedSettings } from "./settings.js";

const KEY = "fumehood.settings";

export interface SettingsStore {
  readonly values: Settings;
  change(values: Partial<Settings>): void;
  reset(): void;
}

/// What the store needs of a window; tests bring their own.
export interface Keeper {
  read(): string | null;
  write(text: string): void;
  /// Another window wrote.
  onChange(listener: (text: string | null) => void): void;
}

export function createSettings(keeper: Keeper = ofWindow()): SettingsStore {
  const [values, set] = createStore<Settings>(parseSettings(keeper.read()));
  keeper.onChange((text) => set(parseSettings(text)));
  const change = (wanted: Partial<Settings>) => {
    set(checked({ ...wanted }));
    keeper.write(storedSettings({ ...values }));
  };
  return { values, change, reset: () => change({ ...DEFAULTS }) };
}

/// A browser may refuse storage; then the settings live as long as the page.
function ofWindow(): Keeper {
  return {
    read: () => attempt(() => localStorage.getItem(KEY)) ?? null,
    write: (text) => void attempt(() => localStorage.setItem(KEY, text)),
    onChange: (listener) =>
      addEventListener("storage", (event) => {
        if (event.storageArea === localStorage && (event.key === KEY || event.key === null)) listener(event.newValue);
      }),
  };
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
