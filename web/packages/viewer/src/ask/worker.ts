/// The thread beside the page in which answers are computed: a plan first, then genes, and what it makes of them.

import { type Computation, computation, type Plan } from "./computing";

export type ToWorker =
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "gene"; readonly gene: number; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly kind: "wanted" }
  | { readonly kind: "finish" };

/// One for each message, in their order.
export type FromWorker =
  | { readonly kind: "said"; readonly said: unknown }
  | { readonly kind: "failed"; readonly error: Failing };

export interface Failing {
  readonly code: string;
  readonly message: string;
}

interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = globalThis as unknown as Scope;
let work: Computation | null = null;

scope.onmessage = ({ data }) => {
  try {
    scope.postMessage({ kind: "said", said: done(data) });
  } catch (error) {
    const { code = "page.failed", message = String(error) } = error as Partial<Failing>;
    scope.postMessage({ kind: "failed", error: { code, message } });
  }
};

function done(message: ToWorker): unknown {
  if (message.kind === "plan") work = computation(message.plan);
  else if (work === null) throw new Error("There is no plan yet.");
  else if (message.kind === "gene") work.take(message.gene, message.data);
  else return message.kind === "wanted" ? work.wanted() : work.finish();
  return null;
}
