import { expect, it } from "vitest";
import { CellNames } from "./cells";

it("names under the pointer are kept for the latest blocks, and fetched again for others", async () => {
  const asked: string[] = [];
  const fetch = async (path: string) => {
    asked.push(path);
    const [from = 0, to = 0] = (path.split("/").at(-1) ?? "").split("-").map(Number);
    const names = Array.from({ length: to - from }, (_, at) => `c${from + at}`);
    return new TextEncoder().encode(JSON.stringify(names));
  };
  const names = new CellNames({ fetch }, 1_000_000);
  const hover = async (block: number) => {
    names.of(block * 2000 + 7);
    await new Promise((done) => setTimeout(done));
    return names.of(block * 2000 + 7);
  };
  for (let block = 0; block < 64; block++) expect(await hover(block)).toBe(`c${block * 2000 + 7}`);
  await hover(0);
  expect(asked).toHaveLength(64);
  // One more than are kept: the one that was least lately read goes.
  await hover(64);
  expect(names.of(7)).toBe("c7");
  expect(asked).toHaveLength(65);
  expect(names.of(2007)).toBeUndefined();
  expect(asked.slice(65)).toEqual(["cells/names/2000-4000"]);
});
