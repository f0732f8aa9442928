/// Requests that wait for their answers on one connection. A call ends by its answer, by its time, or by the loss of
/// the connection; it is never repeated here, because only its caller knows whether that is harmless.

import { encodeRequest, HoodError, type Methods } from "@fumehood/protocol";

type Method = keyof Methods;

export interface CallOptions<M extends Method> {
  /// Milliseconds; `Infinity` waits for ever.
  readonly timeout?: number;
  /// Called with the result before the next message is read, so that nothing that follows it is missed.
  readonly received?: (result: Methods[M]["result"]) => void;
}

interface Waiting {
  answered(result: unknown): void;
  failed(error: HoodError): void;
}

export class Calls {
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  /// `send` gets the message once and throws where it cannot be sent.
  make<M extends Method>(
    method: M,
    params: Methods[M]["params"],
    timeout: number,
    send: (text: string) => void,
    received?: (result: Methods[M]["result"]) => void,
  ): Promise<Methods[M]["result"]> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      const failed = (error: unknown) => {
        end();
        reject(error);
      };
      this.#waiting.set(id, {
        answered: (result) => {
          end();
          try {
            received?.(result as Methods[M]["result"]);
            resolve(result as Methods[M]["result"]);
          } catch (error) {
            reject(error);
          }
        },
        failed,
      });
      if (Number.isFinite(timeout))
        timer = setTimeout(() => failed(new HoodError("timeout", `The daemon has not answered ${method}.`)), timeout);
      try {
        send(encodeRequest(method, params, id));
      } catch (error) {
        failed(error);
      }
    });
  }

  answered(id: number, result: unknown): void {
    this.#waiting.get(id)?.answered(result);
  }

  failed(id: number, error: HoodError): void {
    this.#waiting.get(id)?.failed(error);
  }

  lost(reason: string): void {
    const error = new HoodError("daemon.unreachable", reason, "It may have been done: look before you repeat it.");
    for (const waiting of [...this.#waiting.values()]) waiting.failed(error);
  }
}
