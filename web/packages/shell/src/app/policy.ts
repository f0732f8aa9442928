/// What outputs may reach, in words. Pure.

import type { Levers, Origin, PolicyView, Reach, Source } from "@fumehood/protocol";

export const KINDS: readonly (readonly [Reach, string])[] = [
  ["scripts", "Scripts"],
  ["styles", "Styles"],
  ["images", "Images"],
  ["fonts", "Fonts"],
  ["media", "Sound and film"],
  ["connect", "Data, both ways"],
];

export const ORIGINS: readonly (readonly [Origin, string, string])[] = [
  ["own", "Outputs of runs here", "What your kernels made on this machine, as fumehood recorded it."],
  ["stranger", "Outputs of the file", "Saved by others, or by another program; also after a pull or an outside edit."],
];

const SOURCES: Readonly<Record<Source, string>> = {
  default: "",
  machine: "by this machine's policy",
  user: "by your policy",
  notebook: "narrowed by the notebook",
  allowed: "allowed by you",
  broken: "the policy cannot be read",
};

export function hostsSaid(levers: Levers, kind: Reach): string {
  const hosts = levers[kind] ?? [];
  if (hosts.length === 0) return "nothing";
  return hosts[0] === "https" ? "any host, over HTTPS" : hosts.join(", ");
}

export function sourceSaid(view: PolicyView, origin: Origin, kind: Reach): string {
  return SOURCES[view[origin].sources?.[kind] ?? "default"];
}

export interface PolicySaid {
  readonly text: string;
  readonly warn: boolean;
}

/// For the status bar.
export function policySaid(view: PolicyView | null): PolicySaid {
  if (view === null) return { text: "Outputs: sealed", warn: false };
  if (KINDS.some(([kind]) => view.own.sources?.[kind] === "broken"))
    return { text: "Outputs: policy cannot be read", warn: true };
  const hosts = new Set((view.allowed ?? []).map(({ host }) => host));
  if (hosts.size === 0) return { text: "Outputs: sealed", warn: false };
  return { text: `Outputs may reach ${hosts.size === 1 ? "1 more host" : `${hosts.size} more hosts`}`, warn: true };
}
