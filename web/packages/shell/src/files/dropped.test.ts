import { HoodError, limits } from "@fumehood/protocol";
import { expect, test } from "vitest";
import { createArrivals, type Dropped } from "./dropped.js";

const file = (name: string, text = "{}", size = text.length): Dropped => ({ name, size, text: async () => text });

function daemon() {
  const sent: unknown[] = [];
  const call = async (_method: string, params: unknown) => {
    sent.push(params);
    if ((params as { name: string }).name === "bad.ipynb") throw new HoodError("notebook.unreadable", "No notebook.");
    return { path: `/f/${(params as { name: string }).name}` };
  };
  return { sent, wire: { call: call as never } };
}

test("each file goes to the daemon, and one that is refused does not keep the others", async () => {
  const { wire, sent } = daemon();
  const arrivals = createArrivals(wire);
  const paths = await arrivals.take([file("bad.ipynb"), file("a.ipynb", "{1}")], "/f");
  expect(paths).toEqual(["/f/a.ipynb"]);
  expect(arrivals.all()).toEqual([
    { name: "bad.ipynb", state: "failed", reason: "No notebook." },
    { name: "a.ipynb", state: "done", path: "/f/a.ipynb" },
  ]);
  expect(sent).toContainEqual({ folder: "/f", name: "a.ipynb", text: "{1}" });
});

test("what is no notebook, or too large for the wire, is not sent", async () => {
  const { wire, sent } = daemon();
  const arrivals = createArrivals(wire);
  await arrivals.take([file("a.exe"), file("b.ipynb", "", limits.RPC_MESSAGE)], "/f");
  // Grows on its way: each character becomes six.
  await arrivals.take([file("c.ipynb", "\u0001".repeat(limits.RPC_MESSAGE / 4))], "/f");
  expect(sent).toEqual([]);
  expect(arrivals.all().map(({ state }) => state)).toEqual(["failed"]);
});
