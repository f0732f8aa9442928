/// A figure that Python asks for: the words of its command as an order, and the file that comes of it.

import type { viewer } from "@fumehood/protocol";
import type { Origin } from "../keeping/origin";
import { unitOf } from "../lengths/units";
import { arrived } from "../model/arrived";
import type { Model } from "../model/model";
import type { Engine } from "../points/engine";
import { fileName } from "../words/files";
import { sentence } from "../words/sentence";
import {
  DPI,
  FigureRefused,
  MILLIMETRE,
  type Order,
  png,
  type Sheet,
  SIZES,
  screenOf,
  sheetOf,
  svgText,
} from "./making";

/// As the dialog has it, too.
export async function file(
  engine: Engine,
  sheet: Sheet,
  kind: "png" | "svg",
  order: Order,
  model: Model,
  origin: Origin,
): Promise<readonly [figure: Blob, name: string]> {
  const provenance = await origin.provenance(model.document(), new Date());
  const name = fileName([origin.about.name], kind);
  if (kind === "png") return [await png(engine, sheet, order.dpi, provenance), name];
  const text = await svgText(engine, sheet, order, provenance);
  return [new Blob([text], { type: "image/svg+xml" }), name];
}

export async function asked(
  command: viewer.Draw,
  engine: Engine | undefined,
  model: Model,
  origin: Origin,
): Promise<readonly [figure: Blob, name: string]> {
  if (engine === undefined) throw new FigureRefused("This page draws nothing: its browser has no WebGL2.");
  const screen = screenOf(engine);
  const width = (command.width ?? 180) * MILLIMETRE;
  const height = command.height == null ? (width * screen.height) / screen.width : command.height * MILLIMETRE;
  const dpi = command.dpi ?? 300;
  if (!(width >= SIZES.least && width <= SIZES.most && height >= SIZES.least && height <= SIZES.most))
    throw new FigureRefused("A figure is 21 mm to 1 m wide and high.");
  if (!(dpi >= DPI.least && dpi <= DPI.most))
    throw new FigureRefused(`Dots an inch go from ${DPI.least} to ${DPI.most}.`);
  const order: Order = {
    ...{ width, height, dpi, bar: true, points: "few" },
    background: command.background ?? "paper",
    title: (command.title ?? "").slice(0, 200),
    all: command.all_views ?? false,
    legend: command.legend ?? true,
    counts: command.counts ?? false,
    labels: command.labels ?? true,
    axes: command.axes ?? true,
    unit: (embedding) => unitOf(origin.about.embeddings, model.document().lengths, embedding),
  };
  const sheet = await arrived(model.shelf, () => sheetOf(model, screen, order)).catch((error: unknown) => {
    throw new FigureRefused(sentence(error));
  });
  return file(engine, sheet, command.format ?? "png", order, model, origin);
}
