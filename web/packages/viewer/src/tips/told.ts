/// What is told of one cell: its name, what the views are coloured by, and what the user chose. Pure, but for what it
/// reads of the shelf, and so asks for.

import { standing } from "../colour/legend";
import { real } from "../colour/range";
import type { Model } from "../model/model";
import type { Numbers } from "../model/shelf";
import { type ColourBy, colourName, type Field, scaleKey } from "../state/document";
import { measured } from "../words/numbers";

/// Characters of one value.
const LONGEST = 80;

/// One line each, the name first.
export function told(model: Model, cell: number, name: string): string {
  const lines = fields(model).map((field) => `${short(titleOf(field))}: ${wordsOf(model, field, cell)}`);
  return [short(name), ...lines].join("\n");
}

function fields(model: Model): readonly ColourBy[] {
  const { views, tips } = model.document();
  const all = [...views.map((view) => view.colour), ...tips.map(asColour)].filter((one) => titleOf(one) !== "");
  return all.filter((one, at) => all.findIndex((other) => scaleKey(other) === scaleKey(one)) === at);
}

function titleOf(by: ColourBy): string {
  return by.by === "group" ? "group" : colourName(by);
}

function asColour({ of, key }: Field): ColourBy {
  return of === "gene" ? { by: "gene", name: key } : { by: "column", key };
}

function wordsOf(model: Model, by: ColourBy, cell: number): string {
  const column = model.categories(by) ?? model.numbers(by);
  if (column === undefined) return "…";
  if (column.kind === "numbers") return value(column, cell);
  const { merged, names } = model.changes(by);
  const stands = standing(column.codes[cell] ?? column.missing, column.names.length, merged);
  return stands < 0 ? "none" : short(names[stands] ?? column.names[stands] ?? "");
}

function value(column: Numbers, cell: number): string {
  const found = column.values[cell] ?? Number.NaN;
  return found === column.missing || Number.isNaN(found) ? "none" : measured(real(column, found));
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
