/// The last of what was done to a tab and what its WebSockets carried. Bounded: a flood of output must not fill a test.

const MOST = 2_000;
const LENGTH = 600;

export class Trail {
  readonly #lines: string[] = [];

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(what: string, about: string | Buffer): void {
    const text = typeof about === "string" ? about.slice(0, LENGTH) : `${about.length} bytes`;
    this.#lines.push(`${new Date().toISOString()} ${what} ${text}`);
    if (this.#lines.length > MOST) {
      this.#lines.splice(0, MOST / 2);
    }
  }
}
