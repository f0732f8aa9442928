/// The page of the documentation, from what was seen.

import type { Case, Verdict } from "./types";

export interface Row {
  readonly one: Case;
  readonly verdict: Verdict;
  readonly levers: readonly string[];
  /// Hosts that it loaded from.
  readonly asked: readonly string[];
}

const SIGNS: Readonly<Record<Verdict, string>> = {
  works: "works",
  "works after a policy lever": "**after a lever**",
  "does not work": "**does not**",
};

export function table(rows: readonly Row[], constraints: string): string {
  const versions = new Map(
    constraints
      .split("\n")
      .map((pin) => [pin.split("==")[0]?.toLowerCase().replaceAll("_", "-") ?? "", pin.split("==")[1] ?? ""] as const),
  );
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const groups = [...new Set(rows.map(({ one }) => one.group))];
  return [
    "# What works",
    "",
    "Real outputs of real libraries, each shown in the page in Chromium and judged by what is in its frame and by its picture.",
    "`make compat` writes this page; it runs no part of the internet: files of npm's packages stand in for the hosts that hand",
    "them out, behind the same policy.",
    "",
    `${rows.length} outputs: ${count("works")} work, ${count("works after a policy lever")} work after a policy lever, ${count("does not work")} do not.`,
    ...groups.flatMap((group) => [
      "",
      `## ${group}`,
      "",
      "| output | | loads from | notes |",
      "|---|---|---|---|",
      ...rows.filter(({ one }) => one.group === group).map((row) => line(row, versions)),
    ]),
    "",
  ].join("\n");
}

function line({ one, verdict, levers, asked }: Row, versions: ReadonlyMap<string, string>): string {
  const packages = (one.packages ?? []).map((name) =>
    `${name} ${versions.get(name.toLowerCase().replaceAll("_", "-")) ?? ""}`.trim(),
  );
  const name = packages.length > 0 ? `${one.name} (${packages.join(", ")})` : one.name;
  const notes = [...(levers.length > 0 ? [`Allow: ${levers.join("; ")}.`] : []), ...(one.why ? [one.why] : [])];
  return `| ${name} | ${SIGNS[verdict]} | ${asked.join(", ")} | ${notes.join(" ")} |`;
}
