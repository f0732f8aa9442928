import { expect, it } from "vitest";
import { aliveFrames, countPage, diagnostics, hostOf, keyOf, tallyOf } from "./diagnostics.js";
import { guestOutput } from "./payload.js";

it("what frames did wrong is counted by our own names for it, frame by frame", () => {
  const [one, other] = [tallyOf("a", "0"), tallyOf("b", "markdown")];
  one.refused({ reason: "unknown method", method: "" });
  one.refused({ reason: "too often", method: "link" });
  one.refused({ reason: "too often", method: "link" });
  other.widget("widget of another output");
  other.did("focused");
  other.stopped("It was stopped.");
  const { frames, total } = diagnostics();
  expect([...(frames.get("a/0")?.refused ?? [])]).toEqual([
    ["unknown method", 1],
    ["link: too often", 2],
  ]);
  expect([...(frames.get(keyOf("b", "markdown"))?.refused ?? [])]).toEqual([["widget of another output", 1]]);
  expect(frames.get("b/markdown")?.deeds.get("focused")).toBe(1);
  expect(frames.get("b/markdown")?.stopped.get("It was stopped.")).toBe(1);
  expect(total).toBe(5);
});

it("what a frame says of hosts is kept short and few, and frames are bounded too", () => {
  const loud = tallyOf("loud", "0");
  for (let i = 0; i < 1000; i++) loud.blocked("img-src", `${i}.${"x".repeat(500)}`);
  loud.blocked("img-src", `0.${"x".repeat(500)}`);
  const blocked = diagnostics().frames.get("loud/0")?.blocked ?? [];
  expect(blocked.length).toBe(40);
  expect(blocked[0]).toEqual({ directive: "img-src", host: `0.${"x".repeat(198)}`, times: 2 });
  for (let i = 0; i < 300; i++) tallyOf(`many-${i}`, "0").did("offered");
  expect(diagnostics().frames.size).toBe(200);
  expect(diagnostics().total).toBeGreaterThan(1000);
});

it("what the page itself refused is told by host", () => {
  countPage("frame-src", hostOf("http://127.0.0.1:99/secret?of=the+notebook"));
  countPage("script-src-elem", hostOf("inline"));
  countPage("img-src", hostOf("data:image/png;base64,AAAA"));
  expect(diagnostics().page.map(({ directive, host }) => [directive, host])).toEqual([
    ["frame-src", "127.0.0.1:99"],
    ["script-src-elem", "inline"],
    ["img-src", "data:"],
  ]);
});

it("frames that are alive are known until they are given up", () => {
  const one = tallyOf("c", "2");
  one.alive(true);
  expect(aliveFrames().has("c/2")).toBe(true);
  one.alive(false);
  expect(aliveFrames().has("c/2")).toBe(false);
});

it("a frame gets what was chosen and the plain text beside it, by reference", () => {
  const blob = { blob: "a".repeat(64), size: 3 };
  const html = { type: "display_data", data: { "text/html": blob, "image/png": blob, "text/plain": "x" } } as const;
  expect(guestOutput(html, 3)).toEqual({ id: "3", data: { "text/html": blob, "text/plain": "x" }, metadata: {} });
  expect(guestOutput(html, 3)).toBe(guestOutput(html, 3));
  expect(guestOutput({ type: "stream", name: "stderr", text: "t" }, 0)).toEqual({
    id: "0",
    data: {},
    metadata: { name: "stderr" },
    text: "t",
  });
});
