/// What is asked of the blob server, and when.

import type { BlobRef } from "@fumehood/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BlobError, readText } from "./blobs.js";
import { setServed } from "./served.js";

const BASE = "http://127.0.0.1:9";
let count = 0;
/// Another one each time: reads are kept.
const blob = (): BlobRef => ({ blob: (++count).toString(16).padStart(64, "0"), size: 4 });

let asked: string[];
let answer: () => Promise<Response>;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answer = () => Promise.resolve(new Response("text"));
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    return answer();
  });
});

afterEach(() => {
  setServed(false);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the blob server", () => {
  it("is asked for nothing while the daemon is gone, and for what waited once it is back", async () => {
    const one = blob();
    const read = readText(BASE, one);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([]);
    setServed(true);
    expect(await read).toBe("text");
    expect(asked).toEqual([`${BASE}/blob/${one.blob}`]);
    setServed(false);
    const other = readText(BASE, blob());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    setServed(true);
    await other;
  });

  it("that went away in the middle of a read is asked again when it is back", async () => {
    setServed(true);
    answer = () => Promise.reject(new TypeError("network"));
    const read = readText(BASE, blob());
    await vi.advanceTimersByTimeAsync(1);
    setServed(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    answer = () => Promise.resolve(new Response("text"));
    setServed(true);
    expect(await read).toBe("text");
    expect(asked).toHaveLength(2);
  });

  it("that cannot be reached although the daemon is there is said to be so", async () => {
    setServed(true);
    answer = () => Promise.reject(new TypeError("network"));
    const read = expect(readText(BASE, blob())).rejects.toThrow(BlobError);
    await vi.advanceTimersByTimeAsync(60_000);
    await read;
    expect(asked).toHaveLength(1);
  });

  it("gets no URL of what is no hash", async () => {
    setServed(true);
    await expect(readText(BASE, { blob: "../session", size: 4 })).rejects.toThrow("no hash");
    expect(asked).toEqual([]);
  });
});
