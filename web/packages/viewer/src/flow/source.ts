/// Fields of directions as they are fetched, and which embedding each belongs to: `velocity_umap` to `X_umap`, in two
/// dimensions also to `X_umap_2d`.

import type { Overview, VectorField } from "../data/overview";
import type { Sources } from "../model/shelf";
import type { Transport } from "../wire/transport";

export function fits({ basis, paths }: VectorField, key: string, dimensions: number): boolean {
  return dimensions > 1 && paths.has(dimensions) && [`X_${basis}`, basis, `X_${basis}_${dimensions}d`].includes(key);
}

export function fieldSource(transport: Transport, about: Overview): Pick<Sources, "fields" | "vectors"> {
  const { vectors, cells } = about;
  return {
    fields: vectors.map((field) => ({
      id: field.id,
      label: field.label,
      fits: ({ key, dimensions }) => fits(field, key, dimensions),
    })),
    vectors: async (id, dimensions, progress) => {
      const path = vectors.find((one) => one.id === id)?.paths.get(dimensions);
      if (path === undefined) throw new Error(`There are no directions “${id}” in ${dimensions} dimensions.`);
      const data = await transport.fetch(path, { progress });
      if (data.byteLength !== 4 * dimensions * cells) throw new Error("There is not a direction for each cell.");
      const there = data.byteOffset % 4 === 0 ? data : data.slice();
      return new Float32Array(there.buffer, there.byteOffset, dimensions * cells);
    },
  };
}
