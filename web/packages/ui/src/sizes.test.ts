import { expect, test } from "vitest";
import { byteSize } from "./sizes.js";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [1449, "1.4 kB"],
  [9_940, "9.9 kB"],
  [9_960, "10 kB"],
  [123_456, "123 kB"],
  [999_600, "1.0 MB"],
  [99_960_000, "100 MB"],
  [3.2e9, "3.2 GB"],
  [5e15, "5000 TB"],
])("%d bytes are %s", (bytes, said) => expect(byteSize(bytes)).toBe(said));
