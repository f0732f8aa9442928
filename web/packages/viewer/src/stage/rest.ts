/// When a picture that moved has come to rest: then all of it is drawn, which may take long, so not while a hand goes on.

interface Moved {
  moving(moving: boolean): void;
  /// Milliseconds that a frame takes in which everything is drawn.
  readonly whole: number;
}

/// Milliseconds after the last move.
const AFTER_MOVE = 160;

export class Rest {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor(private readonly engine: () => Moved | undefined) {}

  /// It moves: frames come first.
  stir(): void {
    this.close();
    const engine = this.engine();
    engine?.moving(true);
    // The longer a hand would wait for the whole picture, the surer it is that the hand rests before it is drawn.
    const after = Math.max(AFTER_MOVE, 2 * Math.min(1000, engine?.whole ?? 0));
    this.#timer = setTimeout(() => {
      // Where a frame takes long, a move waits behind it as this does, and is told before the frame after it.
      this.#frame = requestAnimationFrame(() => engine?.moving(false));
    }, after);
  }

  close(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
  }
}
