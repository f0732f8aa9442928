/// The page as a server serves it: data by path, events as posts, commands as lines of one long answer. The one-time
/// code stands in the address's fragment, is exchanged at once and taken out of it; what it gave is kept for this tab
/// alone. No cookie, nothing secret in an address.

import type { viewer } from "@fumehood/protocol";
import { type AskOptions, FetchFailed, type FetchOptions, type Hearer, newPage, type Transport } from "./transport";

interface Pass {
  readonly bearer: string;
  /// Empty where no Python listens.
  readonly viewer: string;
  readonly token: string;
}

const KEPT = "fumehood.view";
const EVENT = "application/vnd.fumehood.viewer";
/// What it is not; but jupyter-server-proxy passes on as it comes only what is asked for so.
const STREAM = "text/event-stream";
/// Milliseconds between two attempts to hear commands again, at first and at most.
const SOON = 250;
const LATE = 8000;

export class HttpTransport implements Transport {
  readonly kind = "http";
  readonly viewer: string;
  readonly page = newPage();
  readonly #pass: Pass;
  readonly #base: string;
  readonly #abort = new AbortController();
  #posts: Promise<void> = Promise.resolve();
  #asked = 0;

  private constructor(pass: Pass, base: string) {
    this.#pass = pass;
    this.#base = base;
    this.viewer = pass.viewer;
  }

  /// Behind a proxy the page lies in a folder: everything is asked beside it.
  static async open(location: Location): Promise<HttpTransport> {
    const base = new URL("./", location.href.split("#")[0] ?? location.href).href;
    const code = new URLSearchParams(location.hash.slice(1)).get("code");
    // A notebook that is loaded anew shows its frame with the address that was used; to use a code twice would end what
    // it gave, and this tab still has that.
    const kept = stored(code === null ? KEPT : `${KEPT}.${code}`);
    if (code !== null && kept !== null) {
      history.replaceState(null, "", location.pathname);
      return new HttpTransport(kept, base);
    }
    if (code === null) {
      if (kept === null) throw new Error("This address was opened before. Ask Python, or `hood view`, for a new one.");
      return new HttpTransport(kept, base);
    }
    history.replaceState(null, "", location.pathname);
    const answer = await fetch(`${base}_fumehood/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
    });
    if (!answer.ok) throw new Error("This address was used before or is too old. Run the cell again for a new one.");
    const said = (await answer.json()) as Readonly<Record<string, unknown>>;
    const pass = { bearer: String(said.bearer), viewer: String(said.viewer ?? ""), token: String(said.token ?? "") };
    try {
      for (const name of [KEPT, `${KEPT}.${code}`]) sessionStorage.setItem(name, JSON.stringify(pass));
    } catch {
      // Some browsers give frames of other pages no storage: then a reload needs a new address.
    }
    return new HttpTransport(pass, base);
  }

  send(event: viewer.ViewerEvent, buffers: readonly Uint8Array[]): Promise<void> {
    if (this.viewer === "") return Promise.resolve();
    const body = framed(event, buffers);
    const last = event.type === "left";
    // In their order; the last word does not wait, as the page goes.
    const post = () => this.#post(body, last);
    this.#posts = last ? post() : this.#posts.then(post);
    return this.#posts;
  }

  listen(hearer: Hearer): void {
    if (this.viewer === "") return;
    void this.#hear(hearer);
    // A page that holds this one in a frame and was told the viewer's token may say commands too; it is told nothing.
    addEventListener(
      "message",
      ({ source, data }: MessageEvent<unknown>) => {
        const said = data as { readonly token?: unknown; readonly message?: viewer.Command } | null;
        if (source !== parent || said === null || typeof said !== "object") return;
        const { token, message } = said;
        if (token !== this.#pass.token || message?.viewer !== this.viewer) return;
        hearer(message, []);
      },
      { signal: this.#abort.signal },
    );
  }

  async fetch(path: string, options: FetchOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const { signal, progress } = options;
    const answer = await fetch(this.#base + path, { headers: this.#headers(), signal: signal ?? this.#abort.signal });
    if (!answer.ok || answer.body === null) throw new FetchFailed(String(answer.status), await sentence(answer));
    // Of an encoded answer the length is not the data's.
    const encoded = answer.headers.get("Content-Encoding") !== null;
    const size = encoded ? 0 : Number(answer.headers.get("Content-Length") ?? 0);
    if (progress === undefined || size === 0) return new Uint8Array(await answer.arrayBuffer());
    const whole = new Uint8Array(size);
    let at = 0;
    for await (const part of parts(answer.body)) {
      whole.set(part, at);
      at += part.length;
      progress(at, size);
    }
    return whole;
  }

  async ask(
    question: viewer.Question,
    buffers: readonly Uint8Array[],
    { signal, progress, name }: AskOptions = {},
  ): Promise<viewer.Answer> {
    this.#asked += 1;
    const { viewer, page } = this;
    const message = { type: "ask", viewer, page, request: this.#asked, question, name: name ?? "" } as const;
    const answer = await fetch(`${this.#base}_fumehood/ask`, {
      method: "POST",
      headers: { ...this.#headers(), "Content-Type": EVENT, Accept: STREAM },
      body: framed(message, buffers),
      signal: signal ?? this.#abort.signal,
    });
    if (!answer.ok || answer.body === null) throw new FetchFailed(String(answer.status), await sentence(answer));
    for await (const line of lines(answer.body)) {
      const said = JSON.parse(line) as viewer.AskLine;
      if (said.type === "answered") return said.answer;
      if (said.type === "failure") throw new FetchFailed(said.code, said.message);
      progress?.(said.done, said.total, said.what ?? "");
    }
    throw new FetchFailed("broken", "The answer has no end. Ask again.");
  }

  close(): void {
    this.#abort.abort();
  }

  #headers(): Record<string, string> {
    const { bearer, token } = this.#pass;
    return { Authorization: `Bearer ${bearer}`, ...(token === "" ? {} : { "X-Fumehood-Viewer": token }) };
  }

  async #post(body: Uint8Array<ArrayBuffer>, last: boolean): Promise<void> {
    try {
      await fetch(`${this.#base}_fumehood/events`, {
        method: "POST",
        headers: { ...this.#headers(), "Content-Type": EVENT },
        body,
        keepalive: last,
      });
    } catch {
      // The server is gone; whoever waits for a command's answer there is too.
    }
  }

  async #hear(hearer: Hearer): Promise<void> {
    const { signal } = this.#abort;
    let pause = SOON;
    while (!signal.aborted) {
      try {
        const headers = { ...this.#headers(), Accept: STREAM };
        const answer = await fetch(`${this.#base}_fumehood/commands`, { headers, signal });
        if (answer.status === 401 || answer.status === 403) return;
        if (answer.ok && answer.body !== null) {
          pause = SOON;
          for await (const line of lines(answer.body)) {
            const said = JSON.parse(line) as viewer.Line & { readonly ended?: string };
            if (said.ended !== undefined) {
              // Python or its server has ended, or the viewer was opened in another window.
              hearer({ type: "freeze", viewer: this.viewer, id: 0 }, []);
              return;
            }
            hearer(said.message, await Promise.all((said.buffers ?? []).map((id) => this.#buffer(id))));
          }
        }
      } catch {
        if (signal.aborted) return;
      }
      await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(LATE, pause * 2);
    }
  }

  async #buffer(id: string): Promise<DataView> {
    return new DataView((await this.fetch(`_fumehood/buffers/${id}`)).buffer);
  }
}

function stored(name: string): Pass | null {
  try {
    const text = sessionStorage.getItem(name);
    return text === null ? null : (JSON.parse(text) as Pass);
  } catch {
    return null;
  }
}

async function sentence(answer: Response): Promise<string> {
  const text = (await answer.text()).slice(0, 500);
  return text === "" ? `The server answered ${answer.status}.` : text;
}

/// Safari's streams cannot be gone through by themselves.
async function* parts(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Also where nobody wants the rest: the server hears of it.
    await reader.cancel().catch(() => undefined);
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of parts(body)) {
    rest += decoder.decode(part, { stream: true });
    const whole = rest.split("\n");
    rest = whole.pop() ?? "";
    for (const line of whole) if (line !== "") yield line;
  }
}

/// As `protocol/viewer.py` reads it: length of the JSON, the JSON, and each buffer behind its length.
function framed(event: viewer.ViewerEvent | viewer.Ask, buffers: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts = [new TextEncoder().encode(JSON.stringify(event)), ...buffers];
  const whole = new Uint8Array(parts.reduce((size, part) => size + 4 + part.length, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    whole.set(part, at + 4);
    at += 4 + part.length;
  }
  return whole;
}
