/// Tells elements when they come near what is seen, and when they are far again: one observer for each thing that scrolls.

/// Before and after what is seen: about a screen.
const MARGIN = "900px 0px";
/// What scrolls around the cells. A margin counts at the observer's own root alone: what scrolls inside that cuts it off.
const SCROLLER = ".notebook-scroll";

const listeners = new Map<Element, (near: boolean) => void>();
const observers = new WeakMap<Element, IntersectionObserver>();

export function watchNear(element: Element, listener: (near: boolean) => void): () => void {
  const root = element.closest(SCROLLER) ?? document.documentElement;
  const observer = observers.get(root) ?? observe(root);
  listeners.set(element, listener);
  observer.observe(element);
  return () => {
    listeners.delete(element);
    observer.unobserve(element);
  };
}

function observe(root: Element): IntersectionObserver {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
    },
    { root: root === document.documentElement ? null : root, rootMargin: MARGIN },
  );
  observers.set(root, observer);
  return observer;
}
