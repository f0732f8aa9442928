/// What the outputs of the room may reach: the daemon's word, asked anew when it says so and with every connection. The
/// page decides nothing of it but which of the policies a frame gets; a page of each comes from the daemon by value.

import { HoodError, type Levers, type Origin, type PolicyView, type Reach } from "@fumehood/protocol";
import { type Accessor, batch, createSignal } from "solid-js";
import type { Wire } from "../wire/wire.js";
import type { OutputPolicy } from "./types.js";

/// The strictest first: a frame that shows several outputs gets the first of theirs.
const STRICTEST: readonly Origin[] = ["boxed", "stranger", "own"];

export function strictest(origins: Iterable<Origin>): Origin {
  const found = new Set(origins);
  return STRICTEST.find((one) => found.has(one)) ?? "stranger";
}

type Pages = ReadonlyMap<Origin, string>;
const NONE: Pages = new Map();

export class RoomPolicy implements OutputPolicy {
  readonly view: Accessor<PolicyView | null>;
  readonly #wire: Wire;
  readonly #room: () => string;
  readonly #pages: Accessor<Pages>;
  readonly #setView: (view: PolicyView) => void;
  readonly #setPages: (pages: Pages) => void;
  /// Of the newest question: answers to older ones count for nothing.
  #asked = 0;

  constructor(wire: Wire, room: () => string) {
    this.#wire = wire;
    this.#room = room;
    const [view, setView] = createSignal<PolicyView | null>(null);
    const [pages, setPages] = createSignal<Pages>(NONE);
    this.view = view;
    this.#pages = pages;
    this.#setView = (next) => setView(() => next);
    this.#setPages = (next) => setPages(() => next);
  }

  guest(origin: Origin): string {
    return this.#pages().get(origin) ?? "";
  }

  levers(origin: Origin): Levers | null {
    return this.view()?.[origin].levers ?? null;
  }

  async allow(kind: Reach, host: string): Promise<void> {
    await this.#take(this.#wire.call("policy.allow", { room: this.#room(), kind, host }));
  }

  async revoke(kind: Reach, host: string): Promise<void> {
    await this.#take(this.#wire.call("policy.revoke", { room: this.#room(), kind, host }));
  }

  /// The room is open on a new connection, or something was said about it.
  async refresh(): Promise<void> {
    try {
      await this.#take(this.#wire.call("policy.show", { room: this.#room() }));
    } catch (error) {
      if (!(error instanceof HoodError)) throw error;
      // The connection went, and with the next one it is asked again. Until it is known, no output is shown.
    }
  }

  /// Sealed pages of before are not served any more when the daemon is another.
  lost(): void {
    this.#asked += 1;
    this.#setPages(NONE);
  }

  async #take(answer: Promise<PolicyView>): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    const view = await answer;
    const made = new Map<string, Promise<string>>();
    const page = (levers: Levers) => {
      const key = JSON.stringify(levers);
      const known = made.get(key) ?? this.#wire.call("policy.guest", { policy: levers }).then(({ url }) => url);
      made.set(key, known);
      return known;
    };
    const pages = await Promise.all(
      STRICTEST.map(async (origin): Promise<[Origin, string]> => [origin, await page(view[origin].levers)]),
    );
    if (mine !== this.#asked) return;
    batch(() => {
      this.#setView(view);
      this.#setPages(new Map(pages));
    });
  }
}
