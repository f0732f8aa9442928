/// The page inside a notebook's widget: everything goes through the widget's own comm, and no port is open.

import type { viewer } from "@fumehood/protocol";
import { type AnyModel, type CustomListener, viewOf } from "./afm";
import { Fetches } from "./fetches";
import { type AskOptions, type FetchOptions, type Hearer, inflate, newPage, type Transport } from "./transport";

export class CommTransport implements Transport {
  readonly kind = "comm";
  readonly viewer: string;
  readonly page = newPage();
  readonly #model: AnyModel;
  readonly #fetches: Fetches;
  readonly #listener: CustomListener;
  #hearer: Hearer | null = null;

  constructor(model: AnyModel) {
    this.#model = model;
    this.viewer = String(model.get("viewer"));
    const { viewer, page } = this;
    this.#fetches = new Fetches(page, (message, buffers = []) =>
      model.send({ ...message, viewer, page }, undefined, [...buffers]),
    );
    this.#listener = (content, buffers = []) => {
      if (this.#fetches.hear(content, buffers)) return;
      const message = content as Parameters<Hearer>[0] | null;
      if (message?.viewer === viewer) this.#hearer?.(message, buffers.map(viewOf));
    };
    model.on("msg:custom", this.#listener);
  }

  send(event: viewer.ViewerEvent, buffers: readonly Uint8Array[]): Promise<void> {
    this.#model.send(event, undefined, [...buffers]);
    return Promise.resolve();
  }

  listen(hearer: Hearer): void {
    this.#hearer = hearer;
  }

  async fetch(path: string, options?: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
    const { data, encoding } = await this.#fetches.fetch(path, options);
    return inflate(data, encoding);
  }

  async ask(question: viewer.Question, buffers: readonly Uint8Array[], options?: AskOptions): Promise<viewer.Answer> {
    const { data, encoding } = await this.#fetches.ask(question, buffers, options);
    return JSON.parse(new TextDecoder().decode(await inflate(data, encoding))) as viewer.Answer;
  }

  close(): void {
    this.#model.off("msg:custom", this.#listener);
    this.#fetches.close();
  }
}
