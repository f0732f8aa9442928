/// Long computations in slices: a generator that yields wherever it may pause, and what drives it without keeping the
/// page from drawing.

/// Yields where it may pause; returns what it made.
export type Work<T> = Generator<undefined, T>;

/// Cells between two pauses: a few milliseconds.
export const BLOCK = 1 << 18;

/// Milliseconds of one slice: less than a frame.
const SLICE = 8;

export interface Running {
  stop(): void;
}

/// The first slice runs at once, so that what is short is there without a flicker. `done` is called once, unless it was
/// stopped before.
export function run<T>(
  work: Work<T>,
  done: (result: T) => void,
  failed: (error: unknown) => void,
  now: () => number = () => performance.now(),
): Running {
  let stopped = false;
  function slice(): void {
    if (stopped) return;
    const until = now() + SLICE;
    try {
      do {
        const step = work.next();
        if (step.done) {
          done(step.value);
          return;
        }
      } while (now() < until);
    } catch (error) {
      failed(error);
      return;
    }
    setTimeout(slice);
  }
  slice();
  return {
    stop() {
      stopped = true;
    },
  };
}

/// All of it at once: for tests, and for what is known to be little.
export function drained<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
