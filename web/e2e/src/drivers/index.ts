/// The engines that a test runs in: Chromium always, and with HOOD_TESTS=all all three.

import { launchChromium } from "./chromium";
import { launchFirefox } from "./firefox";
import type { Browser, EngineName } from "./types";
import { launchWebKit } from "./webkit";

const LAUNCH: Readonly<Record<EngineName, () => Promise<Browser>>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
};

export const ENGINES: readonly EngineName[] =
  process.env.HOOD_TESTS === "all" ? ["chromium", "firefox", "webkit"] : ["chromium"];

export const launch = (engine: EngineName): Promise<Browser> => LAUNCH[engine]();

export type { Browser, EngineName, Frame, Look, Place, Sent, Tab } from "./types";
