import { dom } from "./dom";
import { files } from "./files";
import { messages } from "./messages";
import { navigation } from "./navigation";
import { network } from "./network";
import { person } from "./person";
import { smuggling } from "./smuggling";
import { spoofing } from "./spoofing";
import { storage } from "./storage";
import type { Probe } from "./types";

export const PROBES: readonly Probe[] = [
  ...dom,
  ...storage,
  ...navigation,
  ...network,
  ...person,
  ...messages,
  ...smuggling,
  ...spoofing,
  ...files,
];
