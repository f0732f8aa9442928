/// Bounds how many editors are alive: each is some sixty elements and listens to every scroll. The one that was made
/// longest ago goes first; one that is in use stays.

export const EDITORS = 8;

export interface Pooled {
  /// False where it may not go: it is in use.
  release(): boolean;
}

export interface Pool {
  take(item: Pooled): void;
  drop(item: Pooled): void;
}

export function createPool(most = EDITORS): Pool {
  const alive = new Set<Pooled>();
  return {
    take: (item) => {
      alive.delete(item);
      alive.add(item);
      if (alive.size <= most) return;
      for (const other of [...alive]) {
        if (other !== item && other.release()) alive.delete(other);
        if (alive.size <= most) break;
      }
    },
    drop: (item) => void alive.delete(item),
  };
}
