import { expect, it } from "vitest";
import { base64, bytesOf } from "./base64";

it.each([0, 1, 24_575, 24_576, 24_577, 100_000])("%d bytes come back as they were", (length) => {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 7) & 255);
  const text = base64(bytes);
  expect(text).toBe(Buffer.from(bytes).toString("base64"));
  expect(bytesOf(text)).toEqual(bytes);
});
