/// What a component waits for: undefined until it is here, and then never taken away while it is fetched anew. Unlike a
/// resource of Solid's it never suspends: a `Suspense` above would take everything below it out of the document for the
/// time of waiting, and with it the place that is scrolled to and every frame, which starts anew.

import { createResource, type ResourceFetcher } from "solid-js";

export interface Load<T> {
  (): T | undefined;
  readonly loading: boolean;
  /// Undefined unless it failed.
  readonly error: unknown;
  /// Fetches it anew.
  again(): void;
}

/// Fetched anew whenever `source` changes, and not while it is false. Must be called under an owner of Solid's.
export function createLoad<S, T>(
  source: () => S | false | null | undefined,
  fetch: (source: S) => T | Promise<T>,
): Load<T> {
  const fetcher: ResourceFetcher<S, T, unknown> = (from) => fetch(from);
  const [resource, { refetch }] = createResource<T, S>(source, fetcher);
  const value = () => (resource.state === "ready" || resource.state === "refreshing" ? resource.latest : undefined);
  return Object.defineProperties(value, {
    loading: { get: () => resource.loading },
    error: { get: () => resource.error as unknown },
    again: { value: () => void refetch() },
  }) as Load<T>;
}
