/// The settings of this window: one store for the whole page.

import { createSettings } from "./store.js";

export { applyLooks, type Scheme } from "./looks.js";
export type { Settings } from "./settings.js";
export type { SettingsStore } from "./store.js";

export const settings = createSettings();
