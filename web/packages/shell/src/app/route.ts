/// Which part of the page is shown: the fragment of the address names a notebook, or nothing and then it is the opening
/// page. A path in a link is hostile text like any other; the daemon decides what it opens.

import { type Accessor, createSignal, onCleanup } from "solid-js";
import { fragmentOf, parseFragment, type Wire } from "../wire/index.js";

/// For so long WebKit lends a press to a timer, and so often it is looked for the answer.
const LENT_MS = 1000;
const LOOK_MS = 20;

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

/// Does what the person pressed something for when its answer is there. WebKit opens a window only in code that runs because
/// of the press; it carries that along with the timers that are begun there, for a second, and not with an answer.
function afterPress<T>(answer: Promise<T>, act: (value: T) => void): Promise<void> {
  return new Promise((done, fail) => {
    let left = LENT_MS / LOOK_MS;
    let value: { readonly is: T } | null = null;
    let acted = false;
    const look = () => {
      left--;
      if (value === null || acted) return;
      acted = true;
      act(value.is);
      done();
    };
    for (let ms = LOOK_MS; ms <= LENT_MS; ms += LOOK_MS) setTimeout(look, ms);
    answer.then((is) => {
      value = { is };
      if (left === 0) look();
    }, fail);
  });
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
    goNewTab: (next, cell) =>
      afterPress(wire.newCode(cell === undefined ? undefined : (next ?? "")), (code) => {
        window.open(`/${fragmentOf({ code, path: next, cell: cell ?? null })}`, "_blank", "noopener");
      }),
  };
}
