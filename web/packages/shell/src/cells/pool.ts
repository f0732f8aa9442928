/// Bounds how many editors are alive: each is some sixty elements. Those whose cells were near longest ago go first; one
/// that is in use stays.

export const EDITORS = 60;

export interface Pooled {
  /// False where it may not go: near, or in use.
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
