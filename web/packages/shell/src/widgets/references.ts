/// Which models a value names. The one function by which the page decides what a frame may see and what a frame may
/// write: a value can never give more than it was checked for. Pure; values are hostile.
///
/// A model is named as ipywidgets does (`IPY_MODEL_…`), as anywidget does (`anywidget:…`), and by the widget views among
/// the outputs that an Output widget caught.

const NAMES = /^(?:IPY_MODEL_|anywidget:)(.{1,200})$/su;
export const VIEW = "application/vnd.jupyter.widget-view+json";

/// Adds to `found`. The value has a bounded depth: Yjs' and the bridge's checks come before.
export function references(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === "string") {
    const named = NAMES.exec(value)?.[1];
    if (named !== undefined) found.add(named);
  } else if (Array.isArray(value)) {
    for (const item of value) references(item, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === VIEW) {
        const id = viewOf(item);
        if (id !== null) found.add(id);
      }
      references(item, found);
    }
  }
  return found;
}

/// The model that a widget view shows; the view is JSON or its text.
export function viewOf(view: unknown): string | null {
  let content = view;
  if (typeof view === "string") {
    try {
      content = JSON.parse(view);
    } catch {
      return null;
    }
  }
  if (typeof content !== "object" || content === null) return null;
  const { model_id: id } = content as { model_id?: unknown };
  return typeof id === "string" && id.length > 0 && id.length <= 200 ? id : null;
}
