import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nonce, passOf } from "./proof.js";

const HOST = "127.0.0.1:1234";
const [ASKED, ANSWERED] = ["5a".repeat(32), "0b".repeat(32)];

/// As the gateway makes it (`fumehood.doors.proofs`).
const made = (bearer: string, side: string, host = HOST, asked = ASKED, answered = ANSWERED) =>
  createHmac("sha256", bearer).update(["fumehood", side, host, asked, answered].join("\n")).digest("hex");

describe("a pass", () => {
  it("names the bearer by its hash", async () => {
    expect((await passOf("b", HOST)).name).toBe(createHash("sha256").update("b").digest("hex"));
  });

  it("takes the gateway's proof and no other", async () => {
    const pass = await passOf("b", HOST);
    expect(await pass.verify(ASKED, ANSWERED, made("b", "gateway"))).toBe(true);
    for (const wrong of [
      made("b", "page"),
      made("c", "gateway"),
      made("b", "gateway", "127.0.0.1:1235"),
      made("b", "gateway", HOST, ANSWERED),
      made("b", "gateway", HOST, ASKED, ASKED),
      "",
      "zz".repeat(32),
    ])
      expect(await pass.verify(ASKED, ANSWERED, wrong)).toBe(false);
  });

  it("proves the page to this gateway", async () => {
    expect(await (await passOf("b", HOST)).prove(ASKED, ANSWERED)).toBe(made("b", "page"));
  });

  it("is asked for with something fresh", () => {
    expect(nonce()).toMatch(/^[0-9a-f]{64}$/);
    expect(nonce()).not.toBe(nonce());
  });
});
