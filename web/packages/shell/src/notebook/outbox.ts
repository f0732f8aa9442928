/// Which of our update frames the daemon has kept. The daemon counts the frames of one connection for one room (1, 2,
/// 3, ...) and says "so many are in the journal"; a refused one is named by its number and still counted. Pure.

export class Outbox {
  /// Frames of this connection so far.
  #sent = 0;
  #told = 0;
  /// Numbers up to here belong to a document that was given up.
  #void = 0;
  /// Something was written that no frame of this connection carries yet.
  #held = false;

  get waiting(): number {
    return this.#sent - Math.max(this.#told, this.#void) + (this.#held ? 1 : 0);
  }

  /// Written, and not in a frame yet.
  hold(): void {
    this.#held = true;
  }

  /// One more frame, with all that was held.
  sent(): void {
    this.#sent++;
    this.#held = false;
  }

  acknowledged(count: number): void {
    this.#told = Math.max(this.#told, Math.min(count, this.#sent));
  }

  /// Whether a refusal of this frame is news.
  refused(number: number): boolean {
    return number > this.#void && number <= this.#sent;
  }

  /// Nothing of what was sent or held counts any more.
  giveUp(): void {
    this.#void = this.#sent;
    this.#held = false;
  }

  /// The connection is lost: what was not acknowledged is to be sent again, on one that counts from 1.
  lost(): void {
    this.#held = this.waiting > 0;
    this.#sent = 0;
    this.#told = 0;
    this.#void = 0;
  }
}
