/// The first texts of a connection: the gateway's proof, then the page's. Until both have been said nothing else is: no
/// request goes out, and nothing that came in is believed or shown.

import { nonce, type Pass } from "./proof.js";

/// `foreign`: what listens there is not the gateway that let this page in.
export type Greeted = { readonly ticket: string } | "foreign" | "more";

const GATEWAY = /^Gateway ([0-9a-f]{64}) ([0-9a-f]{64})$/;
const WELCOME = /^Welcome ([A-Za-z0-9_-]{43})$/;

export class Greeting {
  readonly #pass: Pass;
  readonly #asked = nonce();
  #proven = false;

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  /// What listens there has shown that it is the gateway.
  get proven(): boolean {
    return this.#proven;
  }

  begin(): string {
    return `Page ${this.#pass.name} ${this.#asked}`;
  }

  /// `say` gets the page's own proof, after the gateway's was right and never before.
  async take(data: unknown, say: (text: string) => void): Promise<Greeted> {
    const text = typeof data === "string" ? data : "";
    if (this.#proven) {
      const ticket = WELCOME.exec(text)?.[1];
      return ticket === undefined ? "foreign" : { ticket };
    }
    const [, answered = "", proof = ""] = GATEWAY.exec(text) ?? [];
    if (proof === "" || !(await this.#pass.verify(this.#asked, answered, proof))) return "foreign";
    this.#proven = true;
    say(`Proof ${await this.#pass.prove(this.#asked, answered)}`);
    return "more";
  }
}
