/// A view as the Python that makes it. Names are a stranger's: each becomes one literal, in which nothing ends the text,
/// starts a line or turns the direction of what is read.

import type { Document, Recipe } from "../state/document";
import { activeView, fresh } from "../state/document";
import { saved } from "../state/saved";
import { count } from "../words/numbers";

export interface Subject {
  readonly name: string;
  /// h5ad, zarr, export or memory.
  readonly kind: string;
}

/// Letters of the text that a person still pastes; beyond it the cells of groups are left out.
export const LONGEST = 200_000;

/// Letters, digits and signs stay; not so what is invisible, ends a line, or is read from right to left.
const PLAIN = /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]$/u;
const LEFTWARDS = /^[\u0590-\u08FF\u200E\u200F\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]$/u;

export function literal(text: string): string {
  let said = "";
  // By code points; half of a pair is one of its own.
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    if (sign === '"' || sign === "\\") said += `\\${sign}`;
    else if (PLAIN.test(sign) && !LEFTWARDS.test(sign)) said += sign;
    else if (code < 0x100) said += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) said += `\\u${code.toString(16).padStart(4, "0")}`;
    else said += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `"${said}"`;
}

/// A JSON value as Python writes it.
export function value(json: unknown): string {
  if (typeof json === "string") return literal(json);
  if (typeof json === "boolean") return json ? "True" : "False";
  if (typeof json === "number") return Number.isFinite(json) ? String(json) : "None";
  if (Array.isArray(json)) return `[${json.map(value).join(", ")}]`;
  if (typeof json !== "object" || json === null) return "None";
  return `{${Object.entries(json)
    .map(([key, one]) => `${literal(key)}: ${value(one)}`)
    .join(", ")}}`;
}

export function python(document: Document, subject: Subject): string {
  const view = activeView(document);
  const { embedding, colour } = view;
  const lines = ["import fumehood", "", `viewer = fumehood.show(${shown(subject)})`];
  lines.push(`viewer.set_view(embedding=${literal(embedding.key)}, dimensions=${embedding.dimensions})`);
  if (colour.by === "column") lines.push(`viewer.color_by(field=${literal(colour.key)})`);
  if (colour.by === "gene") lines.push(`viewer.color_by(gene=${literal(colour.name)})`);
  if (colour.by === "nothing") lines.push("viewer.color_by()");
  const groups = document.pages.flatMap((page) => page.groups);
  for (const group of groups) {
    const made = [...new Set(group.made.map(recipe))].join("; ");
    lines.push(`# ${literal(group.name)}: ${count(group.cells.length)} cells${made === "" ? "" : `, ${made}`}`);
  }
  if (isPlain(document)) return `${lines.join("\n")}\n`;
  const whole = `viewer.set_state(${value(saved(document))})`;
  if (whole.length <= LONGEST) return `${[...lines, whole].join("\n")}\n`;
  const { pages, selection, hidden, highlight, ...rest } = document;
  const none = fresh(embedding, colour);
  const short = { ...none, ...rest, page: none.page, pages: none.pages };
  lines.push(
    "# There are too many cells in groups to write them here. A saved session has them all:",
    '# viewer.load_session("view.cellucid-session")',
    `viewer.set_state(${value(saved(short))})`,
  );
  return `${lines.join("\n")}\n`;
}

/// Whether the first lines say it all.
function isPlain(document: Document): boolean {
  const { embedding, colour, id } = activeView(document);
  // There is no command for a score, and groups come with the state.
  if (colour.by === "score" || colour.by === "group") return false;
  const begun = fresh(embedding, colour);
  const named = { ...begun, active: id, views: begun.views.map((view) => ({ ...view, id })) };
  return JSON.stringify(saved(named)) === JSON.stringify(saved(document));
}

function shown({ name, kind }: Subject): string {
  if (kind === "memory") return "adata";
  return literal(kind === "h5ad" || kind === "zarr" ? `${name}.${kind}` : name);
}

function recipe(made: Recipe): string {
  switch (made.kind) {
    case "shape":
      return `${made.tool}${made.radius === null ? "" : ` of ${made.radius} pixels`} on ${literal(made.embedding.key)}`;
    case "shown":
      return made.filters.length > 0 ? `all that ${made.filters.length} filters left` : "all cells";
    case "category":
      return `obs[${literal(made.key)}] == ${literal(made.category)}`;
    case "names":
      return `${count(made.found)} of ${count(made.pasted)} names`;
    case "neighbours":
      return `${made.steps} steps in the graph from ${count(made.from)} cells`;
    case "python":
      return "from Python";
  }
}
