/// Where a page's own answers are computed: in a worker, or, where none can be made (a policy that forbids it, an old
/// browser), here in slices between which the page draws.

import type { viewer } from "@fumehood/protocol";
import { FetchFailed } from "../wire/transport";
import { computation, type Plan } from "./computing";
import type { FromWorker, ToWorker } from "./worker";

export interface Computer {
  readonly kind: "worker" | "here";
  wanted(): Promise<readonly number[]>;
  take(gene: number, data: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(): Promise<viewer.Answer>;
  close(): void;
}

/// Milliseconds between two pauses.
const SLICE = 8;

type Make = () => Worker;

export async function computer(plan: Plan, make: Make = ofThisBuild): Promise<Computer> {
  try {
    const found = new Beside(make());
    await found.say({ kind: "plan", plan });
    return found;
  } catch (error) {
    // A question that makes no sense makes none here either.
    if (error instanceof FetchFailed) throw error;
    return here(plan);
  }
}

function ofThisBuild(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}

export function here(plan: Plan): Computer {
  const work = computation(plan);
  let last = performance.now();
  return {
    kind: "here",
    wanted: async () => work.wanted(),
    finish: async () => work.finish(),
    async take(gene, data) {
      work.take(gene, data);
      if (performance.now() - last < SLICE) return;
      await new Promise((go) => setTimeout(go));
      last = performance.now();
    },
    close() {},
  };
}

interface Waiting {
  readonly resolve: (said: unknown) => void;
  readonly reject: (error: unknown) => void;
}

class Beside implements Computer {
  readonly kind = "worker";
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      const first = this.#waiting.shift();
      if (data.kind === "said") first?.resolve(data.said);
      else first?.reject(new FetchFailed(data.error.code, data.error.message));
    };
    worker.onerror = () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error("The browser ended the computation."));
    };
  }

  say(message: ToWorker, moved: Transferable[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(message, moved);
    });
  }

  async wanted(): Promise<readonly number[]> {
    return (await this.say({ kind: "wanted" })) as readonly number[];
  }

  async take(gene: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.say({ kind: "gene", gene, data }, [data.buffer]);
  }

  async finish(): Promise<viewer.Answer> {
    return (await this.say({ kind: "finish" })) as viewer.Answer;
  }

  close(): void {
    this.#worker.terminate();
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("The question was taken back."));
  }
}
