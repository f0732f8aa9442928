/// The dataset's columns as the shelf asks for them, from whichever way there is to it. What arrives is checked against
/// the size of the dataset and handed on as it came: nothing is computed per cell.

import { score, scores } from "../ask/questions";
import { graphSource } from "../edges/source";
import { fieldSource } from "../flow/source";
import type { Codes, Sources } from "../model/shelf";
import type { Names } from "../search/names";
import { FetchFailed, type Progress, type Transport } from "../wire/transport";
import type { Overview } from "./overview";
import { steps } from "./steps";

export function sources(transport: Transport, about: Overview, genes: () => Promise<Names>): Sources {
  const gene = async (name: string, path: string, progress: Progress) => {
    const at = (await genes()).place(name);
    if (at < 0) throw new FetchFailed("gene", `There is no gene “${name}”.`);
    return steps(await transport.fetch(`gene/${at}${path}`, { progress }), about.cells);
  };
  return {
    ...graphSource(transport, about),
    ...fieldSource(transport, about),
    cells: about.cells,
    points: async ({ key, dimensions }, progress) => {
      const path = about.embeddings.find((one) => one.key === key)?.paths.get(dimensions);
      if (path === undefined)
        throw new FetchFailed("dimensions", `“${key}” cannot be drawn in ${dimensions} dimensions.`);
      return floats(await transport.fetch(path, { progress }), about.cells * dimensions);
    },
    column: async (key, progress) => {
      const column = about.columns.find((one) => one.key === key);
      if (column === undefined) throw new FetchFailed("column", `There is no column “${key}”.`);
      const data = await transport.fetch(column.path, { progress });
      if (column.kind === "continuous") {
        return { values: floats(data, about.cells), min: 0, max: 0, top: 0, missing: Number.NaN };
      }
      const codes = codesOf(data, column.type, about.cells);
      return { codes, names: column.categories, missing: 256 ** codes.BYTES_PER_ELEMENT - 1 };
    },
    gene: (name, progress) => gene(name, "", progress),
    ...(about.fineGenes ? { fine: (name: string, progress: Progress) => gene(name, "/16", progress) } : {}),
    score: async (wanted) => {
      const names = await genes();
      const { question, buffers } = score(wanted.map((name) => names.place(name)).filter((place) => place >= 0));
      const answer = await transport.ask(question, buffers);
      const found = answer.kind === "scored" ? scores(answer) : new Float32Array(0);
      if (found.length !== about.cells) throw new FetchFailed("broken", "The score has not a value for each cell.");
      return found;
    },
  };
}

function floats(data: Uint8Array<ArrayBuffer>, count: number): Float32Array {
  const { buffer, byteOffset } = aligned(data, 4, count);
  return new Float32Array(buffer, byteOffset, count);
}

function codesOf(data: Uint8Array<ArrayBuffer>, type: string, count: number): Codes {
  const size = type === "uint8" ? 1 : type === "uint16" ? 2 : 4;
  const { buffer, byteOffset } = aligned(data, size, count);
  if (size === 1) return new Uint8Array(buffer, byteOffset, count);
  return size === 2 ? new Uint16Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
}

/// A part of a larger message begins anywhere; a wider array must not.
function aligned(data: Uint8Array<ArrayBuffer>, size: number, count: number): Uint8Array<ArrayBuffer> {
  if (data.byteLength < count * size) throw new FetchFailed("broken", "The data is shorter than the dataset is large.");
  return data.byteOffset % size === 0 ? data : data.slice();
}
