/// The graph of neighbours as it is fetched: the beginnings and the ends of its edges, told as one progress.

import type { Overview } from "../data/overview";
import type { Progress, Transport } from "../wire/transport";
import { type Graph, graphOf } from "./graph";

export function graphSource(
  transport: Transport,
  about: Overview,
): { readonly graph?: (progress: Progress) => Promise<Graph> } {
  const { graph, cells } = about;
  if (graph === null) return {};
  return {
    graph: async (progress) => {
      const had = new Map<string, number>();
      let longest = 0;
      const part = async (path: string) => {
        const data = await transport.fetch(path, {
          progress: (have, size) => {
            had.set(path, have);
            // Both are of one length, so what is known of one is known of the other.
            longest = Math.max(longest, size);
            progress(
              [...had.values()].reduce((sum, one) => sum + one, 0),
              2 * longest,
            );
          },
        });
        const there = data.byteOffset % 4 === 0 ? data : data.slice();
        return new Uint32Array(there.buffer, there.byteOffset, there.byteLength >> 2);
      };
      const [sources, targets] = await Promise.all([part(graph.sources), part(graph.targets)]);
      return graphOf(sources, targets, cells);
    },
  };
}
