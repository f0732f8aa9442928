import { HoodError, type Judgement, type Package, type Plan, type Sheet } from "@fumehood/protocol";
import { expect, test } from "vitest";
import {
  acceptedBefore,
  addsOnly,
  askerSaid,
  bannerSaid,
  differing,
  doubtful,
  environmentSaid,
  isAskedAgain,
  judged,
  keepsFrom,
  ledTo,
  lines,
  matching,
  mayAsk,
  NO_ANSWERS,
  offeredBy,
  offers,
  otherChanges,
  toggled,
  total,
  unaccepted,
} from "./sheet.js";

const file = (name: string, more: Partial<Package> = {}): Package => ({
  name,
  version: "1.0",
  url: `https://files.example/${name}.whl`,
  hash: "sha256:0",
  size: 1000,
  ...more,
});
const plan = (...packages: Package[]): Plan => ({
  digest: "d",
  asked: "a",
  python: "3.11.7",
  platform: "linux",
  packages,
  hosts: [],
});
const sheet = (more: Partial<Sheet> = {}): Sheet => ({ status: "checked", digest: "s", asked: {}, ...more });
const look: Judgement = { name: "reqeusts", verdict: "stop", score: 0.9, target: "requests", target_rank: 4 };

test("a checked plan of wheels can be approved", () => {
  expect(keepsFrom(sheet({ plan: plan(file("numpy")) }), NO_ANSWERS)).toEqual([]);
});

test("a package that builds from source wants its tick, each its own", () => {
  const two = sheet({ plan: plan(file("a", { build: true }), file("b", { build: true }), file("c")) });
  const one = { ...NO_ANSWERS, builds: toggled(NO_ANSWERS.builds, "a", true) };
  expect(keepsFrom(two, NO_ANSWERS)).toHaveLength(1);
  expect(keepsFrom(two, one)[0]).toMatch(/^1 package /);
  expect(keepsFrom(two, { ...one, builds: toggled(one.builds, "b", true) })).toEqual([]);
  expect(toggled(one.builds, "a", false).size).toBe(0);
});

test("a name that looks like another must be meant; a warning alone keeps nobody", () => {
  const warned = sheet({ plan: plan(file("reqeusts")), judgements: [{ ...look, verdict: "warn" }] });
  expect(keepsFrom(warned, NO_ANSWERS)).toEqual([]);
  const stopped = sheet({ plan: plan(file("reqeusts")), judgements: [look] });
  expect(keepsFrom(stopped, NO_ANSWERS)).toEqual(["Say whether you mean reqeusts."]);
  expect(keepsFrom(stopped, { ...NO_ANSWERS, meant: new Set(["reqeusts"]) })).toEqual([]);
  expect(doubtful(sheet({ judgements: [{ ...look, verdict: "block" }] }))[0]?.typed).toBe(true);
});

test("what is said of a name names the one it looks like, and whether anybody has it", () => {
  expect(judged(look)).toEqual(["looks like requests, one of the most downloaded packages there are"]);
  expect(judged({ ...look, target_rank: 9000 })[0]).toContain("number 9000");
  expect(judged({ name: "x", verdict: "stop", known: false })[0]).toContain("invented");
});

test("each foreign host is accepted by itself", () => {
  const two = sheet({ hosts: ["a.example", "b.example"] });
  const one = { ...NO_ANSWERS, hosts: new Set(["a.example"]) };
  expect(unaccepted(two, one)).toEqual(["b.example"]);
  expect(keepsFrom(two, one)).toEqual(["Say whether b.example may be asked."]);
});

test("a host that was accepted before is not asked about again, and can be declined", () => {
  const two = sheet({ hosts: ["a.example", "b.example"], accepted: ["a.example"] });
  expect(unaccepted(two, NO_ANSWERS)).toEqual(["b.example"]);
  const declined = { ...NO_ANSWERS, declined: new Set(["a.example"]) };
  expect(unaccepted(two, declined)).toEqual(["a.example", "b.example"]);
  expect(mayAsk(two, { ...declined, hosts: new Set(["a.example"]) }, "a.example")).toBe(true);
  expect(acceptedBefore(two, "b.example")).toBe(false);
});

test("a host to which an index leads is one that can be accepted", () => {
  expect(ledTo(new HoodError("environment.host", "leads on", "", { hosts: ["files.example", 3] }))).toEqual([
    "files.example",
  ]);
  expect(ledTo(new HoodError("environment.host", "leads on"))).toEqual([]);
  expect(ledTo(new Error("else"))).toEqual([]);
});

test("what is new and what goes stands first, then what was asked for", () => {
  const shown = sheet({
    plan: plan(file("zlib-ng"), file("numpy", { direct: true }), file("added")),
    changes: [
      { kind: "added", what: "package", name: "added", after: "1.0" },
      { kind: "removed", what: "package", name: "old", before: "0.9" },
      { kind: "added", what: "requirement", name: "added" },
    ],
  });
  const all = lines(shown);
  expect(all.map(({ name, file }) => [name, file === null])).toEqual([
    ["added", false],
    ["old", true],
    ["numpy", false],
    ["zlib-ng", false],
  ]);
  expect(matching(all, " NUM ").map(({ name }) => name)).toEqual(["numpy"]);
});

test("what only adds packages needs no restart; another version of one does", () => {
  const added = { kind: "added", what: "package", name: "a" } as const;
  expect(addsOnly(sheet({ changes: [added, { kind: "changed", what: "requirement", name: "x" }] }))).toBe(true);
  expect(addsOnly(sheet({ changes: [added, { kind: "changed", what: "package", name: "b" }] }))).toBe(false);
  expect(addsOnly(sheet())).toBe(false);
});

test("offers are put together by file, in their order", () => {
  const wish = (name: string, path: string) =>
    ({ text: name, ecosystem: "pypi", kind: "index", name, asker: { kind: "file", name: path } }) as const;
  const shown = sheet({
    asked: { offered: [wish("a", "pyproject.toml"), wish("b", "r.txt"), wish("c", "pyproject.toml")] },
  });
  expect(offers(shown).map(([path, some]) => [path, some.map(({ name }) => name)])).toEqual([
    ["pyproject.toml", ["a", "c"]],
    ["r.txt", ["b"]],
  ]);
});

test("a notice offers what a cell misses, or all that it would have installed", () => {
  const notice = (one?: string) =>
    ({ type: "notice", time: 1, code: "", message: "", ...(one === undefined ? {} : { package: one }) }) as const;
  expect(offeredBy(notice())).toBe(null);
  expect(offeredBy(notice("scanpy>=1.9"))).toEqual({ label: "Add scanpy>=1.9…", packages: ["scanpy>=1.9"] });
  expect(offeredBy(notice("a\nb"))).toEqual({ label: "Add 2 packages…", packages: ["a", "b"] });
});

test("sizes that nobody said make the sum a lower bound", () => {
  expect(total(plan(file("a"), file("b", { size: 0, build: true })))).toBe(
    "2 packages, at least 1.0 kB, 1 built from source",
  );
});

test("a wish says where it is written", () => {
  const name = (id: string) => `cell ${id}`;
  expect(askerSaid({ kind: "cell", name: "4", line: 2 }, name)).toBe("cell 4, line 2");
  expect(askerSaid({ kind: "variable", name: "PIP_INDEX_URL" }, name)).toContain("PIP_INDEX_URL");
});

test("only what waits for an answer stands above the notebook", () => {
  const said = (status: Sheet["status"]) => bannerSaid({ type: "trust", status }) !== null;
  expect(["unchecked", "checked", "proposed", "failed"].every((one) => said(one as Sheet["status"]))).toBe(true);
  expect(["nothing", "offered", "checking", "approved"].some((one) => said(one as Sheet["status"]))).toBe(false);
});

test("what the kernel runs in stays said, whatever is asked for meanwhile", () => {
  const said = (status: Sheet["status"], alive = true) =>
    environmentSaid({ type: "trust", status, environment: "abc" }, alive)?.text;
  for (const one of [
    "nothing",
    "offered",
    "unchecked",
    "checking",
    "checked",
    "proposed",
    "approved",
    "failed",
  ] as const)
    expect(said(one)).toContain("Packages: abc");
  expect(said("proposed")).toContain("changes not approved");
  expect(said("nothing", false)).toBe(undefined);
  expect(said("approved", false)).toBe("Packages: approved");
});

test("who is asked again is shown the difference, and what runs code of its own", () => {
  const again = sheet({
    plan: plan(file("kept"), file("built", { build: true }), file("fresh")),
    changes: [
      { kind: "added", what: "package", name: "fresh", after: "1.0" },
      { kind: "removed", what: "package", name: "gone", before: "2.0" },
      { kind: "added", what: "requirement", name: "fresh" },
      { kind: "removed", what: "requirement", name: "gone" },
      { kind: "added", what: "index", name: "https://i.example/simple" },
      { kind: "changed", what: "python", name: "python", before: "", after: ">=3.12" },
    ],
  });
  expect(differing(lines(again)).map(({ name }) => name)).toEqual(["fresh", "gone", "built"]);
  expect(otherChanges(again)).toEqual([
    "gone is not asked for any more",
    "The index https://i.example/simple is new",
    "Python: was any, is >=3.12",
  ]);
  expect([isAskedAgain(again), isAskedAgain({ ...again, status: "approved" }), isAskedAgain(sheet())]).toEqual([
    true,
    false,
    false,
  ]);
});
