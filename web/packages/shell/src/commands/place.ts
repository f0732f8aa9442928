/// Where the user is in a notebook: command or edit mode, the active cell, the selection, and which Markdown cells show
/// their source. Values and pure operations; `bench.ts` holds the current one. Every operation takes the order of the
/// living cells, because cells come and go by other hands. A selection is the run of cells from `anchor` to `active`,
/// as in JupyterLab.

export interface Place {
  readonly mode: "command" | "edit";
  readonly active: string | null;
  readonly anchor: string | null;
  /// Markdown cells that show their source.
  readonly open: ReadonlySet<string>;
}

export type Order = readonly string[];

export const NOWHERE: Place = { mode: "command", active: null, anchor: null, open: new Set() };

/// Makes `id` the active and only selected cell.
export function go(place: Place, id: string | null, mode: Place["mode"] = "command"): Place {
  if (place.active === id && place.anchor === id && place.mode === mode) return place;
  return { ...place, mode, active: id, anchor: id };
}

/// The cell `by` places further, at most the first or last; extends the selection where asked.
export function step(place: Place, order: Order, by: number, extend = false): Place {
  const at = place.active === null ? -1 : order.indexOf(place.active);
  const to = order[Math.max(0, Math.min(order.length - 1, at < 0 ? 0 : at + by))];
  if (to === undefined) return place;
  return extend ? extendTo(place, to) : go(place, to);
}

/// Selects from the anchor to `id`.
export function extendTo(place: Place, id: string): Place {
  return { ...place, mode: "command", active: id, anchor: place.anchor ?? id };
}

export function selectAll(place: Place, order: Order): Place {
  const first = order[0];
  const last = order.at(-1);
  if (first === undefined || last === undefined) return place;
  return { ...place, mode: "command", anchor: first, active: last };
}

/// Selects the run of `ids`, the last of them active.
export function select(place: Place, ids: readonly string[]): Place {
  const [first, last] = [ids[0], ids.at(-1)];
  if (first === undefined || last === undefined) return place;
  return { ...place, mode: "command", anchor: first, active: last };
}

/// The selected cells in their order; the active one alone where the anchor is gone.
export function selected(place: Place, order: Order): readonly string[] {
  if (place.active === null) return [];
  const at = order.indexOf(place.active);
  if (at < 0) return [];
  const anchor = place.anchor === null ? -1 : order.indexOf(place.anchor);
  if (anchor < 0) return [place.active];
  return order.slice(Math.min(at, anchor), Math.max(at, anchor) + 1);
}

/// Shows the source of Markdown cells, or their rendering.
export function show(place: Place, ids: readonly string[], source: boolean): Place {
  if (ids.every((id) => place.open.has(id) === source)) return place;
  const open = new Set(place.open);
  for (const id of ids) {
    if (source) open.add(id);
    else open.delete(id);
  }
  return { ...place, open };
}

/// What is left of the place after the notebook's cells changed: an active cell that vanished hands over to the one that
/// took its position.
export function settle(place: Place, before: Order, after: Order): Place {
  const alive = new Set(after);
  const open = [...place.open].some((id) => !alive.has(id))
    ? new Set([...place.open].filter((id) => alive.has(id)))
    : place.open;
  if (place.active !== null && alive.has(place.active)) {
    const anchor = place.anchor !== null && alive.has(place.anchor) ? place.anchor : place.active;
    return anchor === place.anchor && open === place.open ? place : { ...place, anchor, open };
  }
  const heir = heirOf(place.active, before, after, alive);
  if (heir === place.active && open === place.open) return place;
  return { mode: "command", active: heir, anchor: heir, open };
}

function heirOf(active: string | null, before: Order, after: Order, alive: ReadonlySet<string>): string | null {
  if (active === null) return after[0] ?? null;
  const at = before.indexOf(active);
  for (let i = at + 1; at >= 0 && i < before.length; i++) {
    const id = before[i];
    if (id !== undefined && alive.has(id)) return id;
  }
  for (let i = at - 1; i >= 0; i--) {
    const id = before[i];
    if (id !== undefined && alive.has(id)) return id;
  }
  return after[0] ?? null;
}
