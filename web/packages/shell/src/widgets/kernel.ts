/// What frames say to the kernel's widgets. Updates are sent one at a time for each frame and model; what comes meanwhile
/// is folded into one, of which the latest value of each trait counts. Messages of a widget's own are sent as they come.

export interface Said {
  readonly state: Readonly<Record<string, unknown>>;
  readonly buffers: readonly { readonly path: readonly (string | number)[]; readonly data: string }[];
}

export interface Kernel {
  /// Done when the kernel has seen it; rejects when it never will.
  update(model: string, said: Said): Promise<void>;
  /// Sent once, and lost where nobody listens.
  message(model: string, content: unknown, buffers: readonly string[]): void;
}

interface Sent {
  /// All since nothing was on its way.
  readonly said: Said;
  readonly traits: ReadonlySet<string>;
  next: Said | null;
}

/// The updates of one frame.
export class Updates {
  readonly #kernel: Kernel;
  readonly #taken: (model: string, heard: Said | null) => void;
  /// Models to what was sent of them and is not seen yet, and what follows.
  readonly #sent = new Map<string, Sent>();

  /// `taken`: nothing of the model is on its way any more. `heard`: what the kernel has seen; null where it never will.
  constructor(kernel: Kernel, taken: (model: string, heard: Said | null) => void) {
    this.#kernel = kernel;
    this.#taken = taken;
  }

  /// What the kernel says of this trait is older than what the frame has said.
  holds(model: string, trait: string): boolean {
    const sent = this.#sent.get(model);
    return sent !== undefined && (sent.traits.has(trait) || (sent.next !== null && traitsOf(sent.next).has(trait)));
  }

  say(model: string, said: Said): void {
    const sent = this.#sent.get(model);
    if (sent === undefined) void this.#send(model, said, said);
    else sent.next = sent.next === null ? said : merged(sent.next, said);
  }

  async #send(model: string, said: Said, all: Said): Promise<void> {
    const sent: Sent = { said: all, traits: traitsOf(all), next: null };
    this.#sent.set(model, sent);
    let heard: Said | null = all;
    try {
      await this.#kernel.update(model, said);
    } catch {
      // There is no kernel, or it is another one: what the frame shows is a picture from here on.
      heard = null;
    }
    if (sent.next !== null) {
      void this.#send(model, sent.next, merged(all, sent.next));
      return;
    }
    this.#sent.delete(model);
    this.#taken(model, heard);
  }
}

function traitsOf(said: Said): Set<string> {
  return new Set([...Object.keys(said.state), ...said.buffers.map(({ path }) => String(path[0]))]);
}

/// The later one's traits replace the earlier one's, binary values included.
function merged(earlier: Said, later: Said): Said {
  const traits = traitsOf(later);
  const kept = Object.entries(earlier.state).filter(([trait]) => !traits.has(trait));
  const buffers = earlier.buffers.filter(({ path }) => !traits.has(String(path[0])));
  return { state: { ...Object.fromEntries(kept), ...later.state }, buffers: [...buffers, ...later.buffers] };
}
