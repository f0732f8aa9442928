import { expect, it } from "vitest";
import { Names } from "../search/names";
import type { Transport } from "../wire/transport";
import { overview } from "./overview";
import { sources } from "./sources";

it("asks for a gene in 16 bits only where the dataset says that it has them", async () => {
  const asked: string[] = [];
  const served = async (genes: unknown) => {
    const transport = {
      fetch: async (path: string) => {
        asked.push(path);
        if (path !== "overview.json") throw new Error(path);
        return new TextEncoder().encode(JSON.stringify({ n_cells: 2, n_genes: 2, genes }));
      },
    } as unknown as Transport;
    return sources(transport, await overview(transport), async () => new Names(["A", "B"]));
  };
  for (const none of [undefined, null, "16", {}, { bits: null }, { bits: 16 }, { bits: [8] }, { bits: ["16"] }])
    expect((await served(none)).fine).toBeUndefined();
  const found = await served({ bits: [8, 16, 32] });
  asked.length = 0;
  await expect(found.fine?.("B", () => undefined)).rejects.toThrow("gene/1/16");
  await expect(found.fine?.("C", () => undefined)).rejects.toThrow("no gene");
  await expect(found.gene("B", () => undefined)).rejects.toThrow("gene/1");
  expect(asked).toEqual(["gene/1/16", "gene/1"]);
});
