/// Where something was scrolled to over the last moments. Pure: times come in, in milliseconds.

/// So long before the page learns that a frame took the focus, the scrolling that comes with it may have begun.
export const BEFORE_MS = 150;

export interface Place {
  readonly top: number;
  readonly left: number;
}

interface Sample extends Place {
  readonly at: number;
}

export class Track {
  /// In order of time; the first is the newest that was older than `BEFORE_MS` when the last one came.
  #samples: Sample[] = [{ at: Number.NEGATIVE_INFINITY, top: 0, left: 0 }];

  scrolled(at: number, { top, left }: Place): void {
    this.#samples.push({ at, top, left });
    const old = this.#samples.findLastIndex((sample) => sample.at < at - BEFORE_MS);
    if (old > 0) this.#samples.splice(0, old);
  }

  /// The place before a frame took the focus, of which the page learns now. What came after it was the frame's doing,
  /// and is forgotten: it would be the place before the next time.
  back(now: number): Place {
    const found = this.#samples.findLastIndex(({ at }) => at < now - BEFORE_MS);
    this.#samples.length = Math.max(found, 0) + 1;
    const { top, left } = this.#samples.at(-1) ?? { top: 0, left: 0 };
    return { top, left };
  }
}
