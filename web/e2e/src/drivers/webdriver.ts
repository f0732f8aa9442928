/// The few commands of classic WebDriver that the WebKit driver needs, over HTTP. One command at a time: a session has
/// one current window and one current frame.

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export type Reference = { readonly [ELEMENT]: string };

export class WebDriverError extends Error {
  constructor(
    readonly kind: string,
    message: string,
  ) {
    super(`${kind}: ${message}`);
  }
}

export class Session {
  private queue: Promise<unknown> = Promise.resolve();
  private current = "";

  private constructor(
    private readonly base: string,
    private readonly id: string,
  ) {}

  static async start(base: string, capabilities: unknown): Promise<Session> {
    const answer = (await ask(base, "POST", "/session", { capabilities })) as { sessionId: string };
    return new Session(base, answer.sessionId);
  }

  /// Everything that `steps` does happens without another's command in between.
  alone<T>(steps: () => Promise<T>): Promise<T> {
    const next = this.queue.then(steps, steps);
    this.queue = next.catch(() => undefined);
    return next;
  }

  get(path: string): Promise<unknown> {
    return ask(this.base, "GET", `/session/${this.id}${path}`);
  }

  post(path: string, body: unknown = {}): Promise<unknown> {
    return ask(this.base, "POST", `/session/${this.id}${path}`, body);
  }

  delete(path = ""): Promise<unknown> {
    return ask(this.base, "DELETE", `/session/${this.id}${path}`);
  }

  /// Makes a window the current one. Not said again where it is: the driver takes the focus out of the window's frames.
  async show(handle: string, anew = false): Promise<void> {
    if (anew || this.current !== handle) {
      await this.post("/window", { handle });
      this.current = handle;
    }
  }

  /// Elements that `css` selects in the current frame.
  async elements(css: string): Promise<readonly Reference[]> {
    return (await this.post("/elements", { using: "css selector", value: css })) as readonly Reference[];
  }
}

async function ask(base: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${base}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  const answer = (await response.json()) as { value: unknown };
  if (!response.ok) {
    const error = answer.value as { error: string; message: string };
    throw new WebDriverError(error.error, `${error.message} (${method} ${path})`);
  }
  return answer.value;
}
