/// What a person sees and says of what the notebook wants installed. The daemon decides all of it; the page shows its
/// word and takes a person's to it. Must never approve anything but the sheet that is before the person.

import type { DependenciesEdited, Sheet, TrustChanged } from "@fumehood/protocol";
import type { Accessor } from "solid-js";
import type { Wire } from "../wire/wire.js";
import type { Trust } from "./types.js";

/// Resolving and downloading take as long as they take: the room's events say how far it is.
const CHECK_MS = 30 * 60_000;

export class RoomTrust implements Trust {
  readonly state: Accessor<TrustChanged>;
  readonly #wire: Wire;
  readonly #room: () => string;
  readonly #path: string;

  constructor(wire: Wire, room: () => string, path: string, state: Accessor<TrustChanged>) {
    this.#path = path;
    this.#wire = wire;
    this.#room = room;
    this.state = state;
  }

  sheet(): Promise<Sheet> {
    return this.#wire.call("trust.sheet", { room: this.#room() });
  }

  check(hosts: readonly string[]): Promise<Sheet> {
    return this.#wire.call("trust.check", { room: this.#room(), hosts: [...hosts] }, { timeout: CHECK_MS });
  }

  approve(digest: string, builds: readonly string[]): Promise<Sheet> {
    return this.#wire.call("trust.approve", { room: this.#room(), digest, builds: [...builds] });
  }

  offer(file: string, take: boolean): Promise<Sheet> {
    return this.#wire.call("trust.offer", { room: this.#room(), file, take });
  }

  async revoke(): Promise<void> {
    const { approvals } = await this.#wire.call("trust.list", {});
    const mine = approvals.find(({ path, holds }) => holds && path === this.#path);
    if (mine) await this.#wire.call("trust.revoke", { notebook: mine.notebook });
  }

  edit(add: readonly string[], remove: readonly string[]): Promise<DependenciesEdited> {
    return this.#wire.call("dependencies.edit", { room: this.#room(), add: [...add], remove: [...remove] });
  }
}
