/// The engines that a test runs in: Chromium always; with HOOD_TESTS=all the other two as well.

import { launchChromium } from "./chromium";
import { launchFirefox } from "./firefox";
import type { Browser, EngineName, Machine } from "./types";
import { launchWebKit } from "./webkit";

const LAUNCH: Readonly<Record<EngineName, (machine?: Machine) => Promise<Browser>>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
};

const ALL: readonly EngineName[] = ["chromium", "firefox", "webkit"];
const every = process.env.HOOD_TESTS === "all";
/// For one's own work: `HOOD_ENGINES=firefox npm run e2e -- running` runs a file in the engines named and in no other.
const chosen = process.env.HOOD_ENGINES?.split(",");
const named = (engines: readonly EngineName[]) =>
  chosen === undefined ? engines : ALL.filter((engine) => chosen.includes(engine));

export const CHOSEN = chosen !== undefined;

export const ENGINES: readonly EngineName[] = named(every ? ALL : ["chromium"]);

/// In which the whole page of the product is driven.
export const PAGE_ENGINES: readonly EngineName[] = named(every ? ALL : ["chromium"]);

export const launch = (engine: EngineName, machine?: Machine): Promise<Browser> => LAUNCH[engine](machine);

export type { Browser, EngineName, Frame, Look, Machine, Place, Sent, Tab } from "./types";
