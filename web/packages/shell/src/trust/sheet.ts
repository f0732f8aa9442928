/// What a notebook wants installed, in words, and what keeps a person's answer from being one. Pure. Names, addresses and
/// reasons are foreign text: they come out whole, to be shown isolated.

import {
  type Asker,
  type Change,
  HoodError,
  type Judgement,
  type Noticed,
  type Package,
  type Plan,
  type Requirement,
  type Sheet,
  type TrustChanged,
} from "@fumehood/protocol";
import { byteSize } from "@fumehood/ui/sizes";
import { many } from "../app/format.js";

/// "One of the most downloaded" is said of so many.
const FAMOUS = 500;

/// What the person has ticked and typed so far.
export interface Answers {
  /// Foreign hosts that may be asked.
  readonly hosts: ReadonlySet<string>;
  /// Of those that were accepted before: which may not be asked any more.
  readonly declined: ReadonlySet<string>;
  /// Packages whose code may run at the installation.
  readonly builds: ReadonlySet<string>;
  /// Names that look like another's, and are meant.
  readonly meant: ReadonlySet<string>;
}

export const NO_ANSWERS: Answers = { hosts: new Set(), declined: new Set(), builds: new Set(), meant: new Set() };

export function toggled(set: ReadonlySet<string>, name: string, on: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (on) next.add(name);
  else next.delete(name);
  return next;
}

/// Where a wish is written. `cellName` says how a cell is called to people.
export function askerSaid(asker: Asker, cellName: (id: string) => string): string {
  const line = asker.line ? `, line ${asker.line}` : "";
  switch (asker.kind) {
    case "metadata":
      return `the notebook's metadata (${asker.name})`;
    case "cell":
      return `${cellName(asker.name)}${line}`;
    case "file":
      return `${asker.name}${line}`;
    case "variable":
      return `the variable ${asker.name}`;
  }
}

/// What is to be said of a name, a sentence each.
export function judged(one: Judgement): readonly string[] {
  const said: string[] = [];
  if (one.target) said.push(`looks like ${one.target}, ${fame(one.target_rank ?? 0)}`);
  if (one.known === false) said.push("is known to no index: the name may be invented");
  return said.length > 0 ? said : (one.reasons ?? []);
}

function fame(rank: number): string {
  if (rank === 0) return "a known package";
  return rank <= FAMOUS
    ? "one of the most downloaded packages there are"
    : `number ${rank} of the most downloaded packages`;
}

/// Names that must be answered for one by one, and how: with a tick, or by typing them.
export function doubtful(sheet: Sheet): readonly { readonly judgement: Judgement; readonly typed: boolean }[] {
  return (sheet.judgements ?? [])
    .filter(({ verdict }) => verdict === "stop" || verdict === "block")
    .map((judgement) => ({ judgement, typed: judgement.verdict === "block" }));
}

/// Whether the last approval has this host, and nothing about it changed.
export function acceptedBefore(sheet: Sheet, host: string): boolean {
  return (sheet.accepted ?? []).includes(host);
}

export function mayAsk(sheet: Sheet, answers: Answers, host: string): boolean {
  return answers.hosts.has(host) || (acceptedBefore(sheet, host) && !answers.declined.has(host));
}

export function unaccepted(sheet: Sheet, answers: Answers): readonly string[] {
  return (sheet.hosts ?? []).filter((host) => !mayAsk(sheet, answers, host));
}

/// Hosts to which an index led, and that nobody has accepted; empty where that is not what failed.
export function ledTo(error: unknown): readonly string[] {
  if (!(error instanceof HoodError) || error.code !== "environment.host") return [];
  const { hosts } = error.fields;
  return Array.isArray(hosts) ? hosts.filter((host) => typeof host === "string") : [];
}

/// Source distributions that are not ticked.
export function unbuilt(plan: Plan, answers: Answers): readonly string[] {
  return plan.packages.filter(({ build, name }) => build && !answers.builds.has(name)).map(({ name }) => name);
}

/// What keeps the sheet from being approved, or from being checked where it was not; empty: nothing does.
export function keepsFrom(sheet: Sheet, answers: Answers): readonly string[] {
  const { plan } = sheet;
  if (!plan) return unaccepted(sheet, answers).map((host) => `Say whether ${host} may be asked.`);
  const doubts = doubtful(sheet).filter(({ judgement }) => !answers.meant.has(judgement.name));
  const builds = unbuilt(plan, answers);
  return [
    ...doubts.map(({ judgement }) => `Say whether you mean ${judgement.name}.`),
    ...(builds.length > 0
      ? [`${many(builds.length, "package")} would run code of its own at the installation: tick it, or do without.`]
      : []),
  ];
}

/// What is asked for without a package: nothing else is left to say no to.
export function isEmpty(sheet: Sheet): boolean {
  const { requirements = [], offered = [], magics = [], complaints = [], channels = [] } = sheet.asked;
  return [requirements, offered, magics, complaints, channels].every((some) => some.length === 0);
}

/// What changed of a wish since the last approval; null: nothing, or there was none.
export function changeOf(sheet: Sheet, wish: Requirement): Change | null {
  return (sheet.changes ?? []).find(({ what, name }) => what === "requirement" && name === wish.text) ?? null;
}

/// The files that offer something, each with what it offers.
export function offers(sheet: Sheet): readonly (readonly [file: string, wishes: readonly Requirement[]])[] {
  const files = new Map<string, Requirement[]>();
  for (const one of sheet.asked.offered ?? []) {
    const known = files.get(one.asker.name);
    if (known) known.push(one);
    else files.set(one.asker.name, [one]);
  }
  return [...files];
}

/// What a notice offers to add to the notebook: what a cell misses, or would have installed.
export function offeredBy(notice: Noticed): { readonly label: string; readonly packages: readonly string[] } | null {
  const packages = (notice.package ?? "").split("\n").filter((one) => one !== "");
  const [first, ...others] = packages;
  if (first === undefined) return null;
  return { label: `Add ${others.length === 0 ? first : many(packages.length, "package")}…`, packages };
}

/// Where one lets go of a file that was taken up: beside the first of its wishes.
export function isFirstOfFile(sheet: Sheet, wish: Requirement): boolean {
  const { kind, name } = wish.asker;
  const first = (sheet.asked.requirements ?? []).find(({ asker }) => asker.kind === "file" && asker.name === name);
  return kind === "file" && first === wish;
}

export interface PackageLine {
  readonly name: string;
  readonly version: string;
  /// Null where it goes.
  readonly file: Package | null;
  readonly change: Change | null;
}

/// The plan's packages and what went of the approved ones: what is new first, then what was asked for by name.
export function lines(sheet: Sheet): readonly PackageLine[] {
  const changes = new Map(
    (sheet.changes ?? []).filter(({ what }) => what === "package").map((one) => [one.name, one] as const),
  );
  const packages = sheet.plan?.packages ?? [];
  const there = new Set(packages.map(({ name }) => name));
  const gone = [...changes.values()].filter(({ kind, name }) => kind === "removed" && !there.has(name));
  const found: PackageLine[] = [
    ...packages.map((file) => ({
      name: file.name,
      version: file.version,
      file,
      change: changes.get(file.name) ?? null,
    })),
    ...gone.map((change) => ({ name: change.name, version: change.before ?? "", file: null, change })),
  ];
  const weight = (line: PackageLine) => (line.change ? 0 : line.file?.build ? 1 : line.file?.direct ? 2 : 3);
  return found.sort((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
}

/// They approved something here before, and are asked again: the difference is what they look at.
export function isAskedAgain(sheet: Sheet): boolean {
  return sheet.status !== "approved" && (sheet.changes?.length ?? 0) > 0;
}

/// What of the packages is another than was approved, or wants an answer.
export function differing(all: readonly PackageLine[]): readonly PackageLine[] {
  return all.filter(({ change, file }) => change !== null || file?.build === true);
}

/// What changed beside the packages and beside the wishes that are there, a sentence each.
export function otherChanges(sheet: Sheet): readonly string[] {
  return (sheet.changes ?? []).flatMap((change) => {
    const { kind, what, name, before, after } = change;
    if (what === "package" || (what === "requirement" && kind !== "removed")) return [];
    if (what === "requirement") return [`${name} is not asked for any more`];
    if (what === "python") return [`Python: was ${before || "any"}, is ${after || "any"}`];
    return [`${what === "index" ? "The index" : "The channel"} ${name} ${kind === "added" ? "is new" : "goes"}`];
  });
}

export function matching(all: readonly PackageLine[], query: string): readonly PackageLine[] {
  const wanted = query.trim().toLowerCase();
  return wanted === "" ? all : all.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/// The plan has all that was approved, file by file, and more: a running kernel gets it without a restart.
export function addsOnly(sheet: Sheet): boolean {
  const packages = (sheet.changes ?? []).filter(({ what }) => what === "package" || what === "python");
  return packages.length > 0 && packages.every(({ kind }) => kind === "added");
}

export function changeSaid(change: Change): string {
  switch (change.kind) {
    case "added":
      return "new";
    case "removed":
      return "goes";
    case "changed":
      return change.before ? `was ${change.before}` : "changed";
  }
}

/// `12 packages, 34 MB, 1 built from source`.
export function total(plan: Plan): string {
  const { packages } = plan;
  const size = packages.reduce((sum, one) => sum + one.size, 0);
  const builds = packages.filter(({ build }) => build).length;
  return [
    many(packages.length, "package"),
    size > 0 ? `${packages.some((one) => one.size === 0) ? "at least " : ""}${byteSize(size)}` : "",
    builds > 0 ? `${builds} built from source` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/// What stands above the notebook; null: nothing.
export function bannerSaid(state: TrustChanged): { readonly text: string; readonly review: string } | null {
  switch (state.status) {
    case "unchecked":
      return {
        text: "This notebook asks for packages. Nothing is installed, and no kernel starts, before you looked at them.",
        review: "Review…",
      };
    case "checked":
      return { text: "What this notebook asks for was checked, and waits for your answer.", review: "Review…" };
    case "proposed":
      return { text: "changed what this notebook asks for. It waits for your answer.", review: "Review…" };
    case "failed":
      return { text: "What this notebook asks for could not be had.", review: "See why…" };
    default:
      return null;
  }
}

/// For the status bar: where packages come from.
export function environmentSaid(
  state: TrustChanged,
  alive: boolean,
): { readonly text: string; readonly warn: boolean } | null {
  const where = alive && state.environment ? `Packages: ${state.environment}` : "";
  // What the kernel runs in stays said, whatever the notebook asks for meanwhile.
  switch (state.status) {
    case "nothing":
      return where ? { text: where, warn: false } : null;
    case "offered":
      return { text: where || "Packages: offered beside it", warn: false };
    case "approved":
      return { text: where || "Packages: approved", warn: false };
    case "checking":
      return { text: where ? `${where}, checking` : "Packages: checking", warn: true };
    default:
      return { text: where ? `${where}, changes not approved` : "Packages: not approved", warn: true };
  }
}
