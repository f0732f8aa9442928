/// How a page and its gateway know each other. The bearer is the key of proofs and is said to nobody: whoever listens on
/// the port after the gateway's end is asked to prove itself first, cannot, and is told nothing
/// (`fumehood.protocol.gateway`, docs/decisions/0014).

import { hex } from "@fumehood/protocol";

export interface Pass {
  /// By which the gateway finds the bearer; no secret.
  readonly name: string;
  /// Whether what listens is the gateway that gave this bearer.
  verify(asked: string, answered: string, proof: string): Promise<boolean>;
  /// That this is the page that it was given to.
  prove(asked: string, answered: string): Promise<string>;
}

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;
const utf8 = (text: string) => new TextEncoder().encode(text);

/// `host`: the gateway's `127.0.0.1:PORT`. The key that is kept here cannot be read out again.
export async function passOf(bearer: string, host: string): Promise<Pass> {
  const key = await crypto.subtle.importKey("raw", utf8(bearer), HMAC, false, ["sign", "verify"]);
  const name = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(bearer))));
  const said = (side: "gateway" | "page", asked: string, answered: string) =>
    utf8(["fumehood", side, host, asked, answered].join("\n"));
  return {
    name,
    verify: (asked, answered, proof) =>
      crypto.subtle.verify("HMAC", key, bytesOf(proof), said("gateway", asked, answered)),
    prove: async (asked, answered) =>
      hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, said("page", asked, answered)))),
  };
}

/// 32 random bytes.
export function nonce(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
