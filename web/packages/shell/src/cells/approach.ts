/// Tells elements when they come near what is shown of the list, and lets costly work wait for idle moments.

/// How far outside of the view an element counts as near.
export const NEAR = "1200px 0px";

export interface Approach {
  /// Returns how to stop. Elements come near and go far again.
  watch(element: Element, told: (near: boolean) => void): () => void;
  stop(): void;
}

export function createApproach(scroller: Element): Approach {
  const told = new WeakMap<Element, (near: boolean) => void>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) told.get(entry.target)?.(entry.isIntersecting);
    },
    { root: scroller, rootMargin: NEAR },
  );
  return {
    watch: (element, callback) => {
      told.set(element, callback);
      observer.observe(element);
      return () => {
        told.delete(element);
        observer.unobserve(element);
      };
    },
    stop: () => observer.disconnect(),
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
