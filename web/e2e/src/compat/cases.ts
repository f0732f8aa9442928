/// What the table is made of.

import { ANYWIDGETS } from "./cases/anywidgets";
import { CHARTS } from "./cases/charts";
import { CONTROLS } from "./cases/controls";
import { PACKAGES } from "./cases/packages";
import { SAVED } from "./cases/saved";
import type { Case } from "./types";

export const CASES: readonly Case[] = [...CHARTS, ...CONTROLS, ...ANYWIDGETS, ...PACKAGES, ...SAVED];
