/// Which part of the page is shown: the fragment of the address names a notebook, or nothing and then it is the opening
/// page. A path in a link is hostile text like any other; the daemon decides what it opens.

import { type Accessor, createSignal, onCleanup } from "solid-js";
import { fragmentOf, parseFragment, type Wire } from "../wire/index.js";

export interface Route {
  /// Absolute path of the notebook; null: the opening page.
  readonly path: Accessor<string | null>;
  /// The cell whose outputs alone are shown; null: the whole notebook.
  readonly cell: Accessor<string | null>;
  /// The folder that the opening page begins with, where the link named one.
  folder(): string | null;
  go(path: string | null): void;
  /// In a tab of its own, with a code of its own: a bearer stays in its tab.
  goNewTab(path: string | null, cell?: string): Promise<void>;
}

/// What can be opened: a relative path would mean something else to the daemon than to whoever wrote the link.
export function notebookOf(fragment: string): string | null {
  return absolute(parseFragment(fragment).path);
}

export function folderIn(fragment: string): string | null {
  return absolute(parseFragment(fragment).folder);
}

function absolute(path: string | null): string | null {
  return path?.startsWith("/") ? path : null;
}

/// Must be called under an owner of Solid's, after the session took its code out of the fragment.
export function createRoute(wire: Wire): Route {
  const [path, setPath] = createSignal(notebookOf(location.hash));
  const [cell, setCell] = createSignal(parseFragment(location.hash).cell);
  const read = () => {
    setCell(parseFragment(location.hash).cell);
    setPath(notebookOf(location.hash));
  };
  addEventListener("hashchange", read);
  addEventListener("popstate", read);
  onCleanup(() => {
    removeEventListener("hashchange", read);
    removeEventListener("popstate", read);
  });
  return {
    path,
    cell,
    folder: () => folderIn(location.hash),
    go: (next) => {
      history.pushState(null, "", fragmentOf({ code: null, path: next }) || location.pathname);
      read();
    },
    goNewTab: async (next, cell) => {
      const code = await wire.newCode();
      window.open(`/${fragmentOf({ code, path: next, cell: cell ?? null })}`, "_blank", "noopener");
    },
  };
}
