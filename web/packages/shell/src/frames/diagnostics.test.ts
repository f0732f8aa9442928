import { expect, it } from "vitest";
import { count, countRefused, diagnostics } from "./diagnostics.js";
import { guestOutput } from "./payload.js";

it("what frames did wrong is counted by our own names for it", () => {
  countRefused({ reason: "unknown method", method: "" });
  countRefused({ reason: "too often", method: "link" });
  countRefused({ reason: "too often", method: "link" });
  count("reloaded");
  expect([...diagnostics().refused]).toEqual([
    ["unknown method", 1],
    ["link: too often", 2],
  ]);
  expect(diagnostics().reloaded).toBe(1);
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
