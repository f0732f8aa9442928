/// Tells elements when they come near what is shown of the list, and lets costly work wait for idle moments.

/// How far outside of the view a block's cells begin to be watched, and how far a cell counts as near.
const BLOCKS_NEAR = "2000px 0px";
const CELLS_NEAR = "1000px 0px";

export interface Approach {
  /// Returns how to stop. Cells come near and go far again.
  watch(cell: Element, told: (near: boolean) => void): () => void;
  /// After the cells were arranged into blocks.
  arranged(list: HTMLElement): void;
  stop(): void;
}

/// `scroller` is what scrolls. Only the cells of near blocks are watched one by one: to watch two thousand costs 5 ms of
/// every frame while scrolling.
export function createApproach(scroller: Element): Approach {
  const told = new Map<Element, (near: boolean) => void>();
  const near = new Set<Element>();
  const watched = new Set<Element>();

  const cells = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) told.get(entry.target)?.(entry.isIntersecting);
    },
    { root: scroller, rootMargin: CELLS_NEAR },
  );
  const observe = (cell: Element) => {
    if (watched.has(cell) || !told.has(cell)) return;
    watched.add(cell);
    cells.observe(cell);
  };
  const forget = (cell: Element) => {
    if (watched.delete(cell)) cells.unobserve(cell);
  };
  const blocks = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting === near.has(target)) continue;
        if (isIntersecting) near.add(target);
        else near.delete(target);
        for (const cell of target.children) {
          if (isIntersecting) observe(cell);
          else {
            forget(cell);
            told.get(cell)?.(false);
          }
        }
      }
    },
    { root: scroller, rootMargin: BLOCKS_NEAR },
  );
  const known = new Set<Element>();
  let flat = false;

  return {
    watch: (cell, callback) => {
      told.set(cell, callback);
      return () => {
        told.delete(cell);
        forget(cell);
      };
    },
    arranged: (list) => {
      const now = new Set<Element>(list.children);
      for (const block of known)
        if (!now.has(block)) {
          known.delete(block);
          near.delete(block);
          blocks.unobserve(block);
        }
      // Out of order, the blocks have no boxes of their own.
      if (list.dataset.ordered !== undefined) {
        flat = true;
        blocks.disconnect();
      }
      for (const block of now) {
        if (!flat && !known.has(block)) {
          known.add(block);
          blocks.observe(block);
        }
        if (flat || near.has(block)) for (const cell of block.children) observe(cell);
      }
    },
    stop: () => {
      blocks.disconnect();
      cells.disconnect();
    },
  };
}

type Task = () => void;

/// Where the browser says nothing of idleness (WebKit), and how long one turn takes there.
const PAUSE_MS = 30;
const TURN_MS = 6;
/// A task waits no longer than this, however busy the page is.
const LATEST_MS = 500;

const tasks = new Set<Task>();
let scheduled = false;

/// Runs the task in an idle moment, in the order of asking. Returns how to take it back.
export function whenIdle(task: Task): () => void {
  tasks.add(task);
  schedule();
  return () => void tasks.delete(task);
}

function schedule(): void {
  if (scheduled || tasks.size === 0) return;
  scheduled = true;
  if (typeof requestIdleCallback === "function")
    requestIdleCallback((deadline) => work(() => deadline.timeRemaining() > 2), { timeout: LATEST_MS });
  else
    setTimeout(() => {
      const end = performance.now() + TURN_MS;
      work(() => performance.now() < end);
    }, PAUSE_MS);
}

function work(more: () => boolean): void {
  scheduled = false;
  try {
    do {
      const [task] = tasks;
      if (task === undefined) return;
      tasks.delete(task);
      task();
    } while (more());
  } finally {
    schedule();
  }
}
