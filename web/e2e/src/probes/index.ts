import { dom } from "./dom";
import { navigation } from "./navigation";
import { network } from "./network";
import { person } from "./person";
import { storage } from "./storage";
import type { Probe } from "./types";

export const PROBES: readonly Probe[] = [...dom, ...storage, ...navigation, ...network, ...person];
