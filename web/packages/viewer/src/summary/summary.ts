/// What a picture shows, in sentences: for those who hear it. Pure.

import type { Legend } from "../colour/legend";
import type { Span } from "../model/model";
import type { ColourBy, Embedding } from "../state/document";
import { count, measured } from "../words/numbers";

export interface Pictured {
  readonly embedding: Embedding;
  readonly colour: ColourBy;
  readonly left: number;
  readonly cells: number;
  readonly legend: Legend | undefined;
  readonly span: Span | undefined;
  readonly selected: number;
  readonly views: number;
}

/// Categories that are named.
const NAMED = 5;
const LONGEST = 60;

export function summary({ embedding, colour, left, cells, legend, span, selected, views }: Pictured): string {
  const sentences = [
    `${count(left)} of ${count(cells)} cells on ${short(embedding.key)} in ${embedding.dimensions} dimensions.`,
  ];
  if (colour.by === "column")
    sentences.push(`Coloured by ${short(colour.key)}${legend || span ? "" : ", which is loading"}.`);
  else if (colour.by === "gene")
    sentences.push(`Coloured by the gene ${short(colour.name)}${span ? "" : ", which is loading"}.`);
  else if (colour.by === "score")
    sentences.push(`Coloured by ${short(colour.name)}, a score of genes${span ? "" : ", which is loading"}.`);
  else sentences.push(colour.by === "group" ? "Coloured by groups." : "All in one colour.");
  if (legend !== undefined) sentences.push(categories(legend, colour.by === "group"));
  if (span !== undefined) sentences.push(`Values from ${measured(span.least)} to ${measured(span.most)}.`);
  sentences.push(selected === 0 ? "Nothing is selected." : `${count(selected)} cells are selected.`);
  if (views > 1) sentences.push(`${views} views; this is about the active one.`);
  return sentences.join(" ");
}

function categories({ entries, missing }: Legend, groups: boolean): string {
  const largest = [...entries].sort((a, b) => b.count - a.count).slice(0, NAMED);
  const named = largest.map((entry) => `${short(entry.name) || "without a name"} ${count(entry.count)}`);
  const rest = entries.length - largest.length;
  const parts = [...named, ...(rest > 0 ? [`${count(rest)} more`] : [])];
  const none = missing > 0 ? ` ${count(missing)} cells ${groups ? "in no group" : "without a value"}.` : "";
  if (groups && entries.length === 0) return `No group is shown.${none}`;
  const [one, many] = groups ? ["One group", "groups"] : ["One category", "categories"];
  return `${entries.length === 1 ? one : `${count(entries.length)} ${many}`}: ${parts.join(", ")}.${none}`;
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
