/// The settings of this page as a store: reading a property is reactive, a change is kept and reaches the other windows.
///
/// They are kept twice. The browser's storage has them at once and tells the windows of this port; but each `hood open`
/// has another port, so what the person chose also goes to the daemon, and wins when a connection is made. Only what was
/// chosen goes there: a better default reaches those who never chose.

import { createStore } from "solid-js/store";
import { checked, DEFAULTS, parsed, parseSettings, type Settings, storedSettings } from "./settings.js";

const KEY = "fumehood.settings";
/// A slider that is dragged is one choice.
const GATHER_MS = 250;

export interface SettingsStore {
  readonly values: Settings;
  change(values: Partial<Settings>): void;
  reset(): void;
  /// Takes what the daemon has, and tells it what was chosen since. Never rejects: without it the settings still work.
  join(shelf: Shelf): Promise<void>;
}

/// What the store needs of a window; tests bring their own.
export interface Keeper {
  read(): string | null;
  write(text: string): void;
  /// Another window wrote.
  onChange(listener: (text: string | null) => void): void;
}

/// What the store needs of the daemon.
export interface Shelf {
  read(): Promise<string>;
  write(text: string): Promise<unknown>;
}

type Chosen = Partial<Settings>;

export function createSettings(keeper: Keeper = ofWindow()): SettingsStore {
  const [values, set] = createStore<Settings>(parseSettings(keeper.read()));
  keeper.onChange((text) => set(parseSettings(text)));
  let shelf: Shelf | undefined;
  /// What the daemon has.
  let known: Chosen = {};
  /// What it does not have yet.
  let fresh: Chosen = {};
  let forget = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = (chosen: Chosen) => {
    set(chosen);
    keeper.write(storedSettings({ ...values }));
  };
  const send = async () => {
    timer = undefined;
    if (shelf === undefined) return;
    const sent = fresh;
    const next = { ...(forget ? {} : known), ...sent };
    try {
      await shelf.write(JSON.stringify(next));
      known = next;
      forget = false;
      if (fresh === sent) fresh = {};
    } catch {
      // Without a connection: it goes with the next one.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void send(), GATHER_MS);
  };
  return {
    values,
    change: (wanted) => {
      const chosen = checked({ ...wanted });
      fresh = { ...fresh, ...chosen };
      take(chosen);
      later();
    },
    reset: () => {
      fresh = {};
      forget = true;
      take({ ...DEFAULTS });
      later();
    },
    join: async (found) => {
      shelf = found;
      try {
        known = checked(parsed(await found.read()));
      } catch {
        return;
      }
      if (!forget) take({ ...known, ...fresh });
      if (forget || Object.keys(fresh).length > 0) await send();
    },
  };
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
