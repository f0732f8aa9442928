/// Tells elements when they come near what is seen, and when they are far again: one observer for all of them.

/// Before and after the window: about a screen.
const MARGIN = "900px 0px";

const listeners = new Map<Element, (near: boolean) => void>();
let observer: IntersectionObserver | undefined;

export function watchNear(element: Element, listener: (near: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
    },
    { rootMargin: MARGIN },
  );
  listeners.set(element, listener);
  observer.observe(element);
  return () => {
    listeners.delete(element);
    observer?.unobserve(element);
  };
}
