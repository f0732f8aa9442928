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
import { widgets } from "./widgets";

export const CLASSES: readonly (readonly Probe[])[] = [
  dom,
  storage,
  navigation,
  network,
  person,
  messages,
  widgets,
  smuggling,
  spoofing,
  files,
];

export const PROBES: readonly Probe[] = CLASSES.flat();
