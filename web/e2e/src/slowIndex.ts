/// A package index of a test's own, with one package of eight megabytes, whose file comes in halves: the second when the test
/// says so.

import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { wheel } from "./wheel";

const BYTES = 8 * 1024 * 1024;

export class SlowIndex {
  readonly #body: Buffer;
  readonly #file: string;
  readonly #waiting: ServerResponse[] = [];
  #held = false;
  readonly #server = createServer((asked, answer) => {
    if (asked.url === `/simple/${this.name}/`) this.#page(answer);
    else if (asked.url === `/files/${this.#file}`) this.#send(answer);
    else answer.writeHead(404).end();
  });

  constructor(readonly name: string) {
    this.#body = wheel(name, "1.0", BYTES);
    this.#file = `${name}-1.0-py3-none-any.whl`;
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple`;
  }

  /// From now on only the first half is sent.
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const one of this.#waiting.splice(0)) one.end(this.#body.subarray(this.#body.length / 2));
  }

  close(): void {
    this.release();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #page(answer: ServerResponse): void {
    const sha256 = createHash("sha256").update(this.#body).digest("hex");
    const file = { filename: this.#file, url: `/files/${this.#file}`, hashes: { sha256 }, size: this.#body.length };
    const page = { meta: { "api-version": "1.1" }, name: this.name, versions: ["1.0"], files: [file] };
    answer.writeHead(200, { "Content-Type": "application/vnd.pypi.simple.v1+json" }).end(JSON.stringify(page));
  }

  #send(answer: ServerResponse): void {
    answer.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": this.#body.length });
    if (!this.#held) {
      answer.end(this.#body);
      return;
    }
    answer.write(this.#body.subarray(0, this.#body.length / 2));
    this.#waiting.push(answer);
  }
}
