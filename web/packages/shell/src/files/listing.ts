/// A folder's content as it is shown: filtered, in order, with the way up. Pure.

import type { FolderEntry } from "@fumehood/protocol";

export type SortKey = "name" | "modified" | "size";

export interface Sorting {
  readonly key: SortKey;
  readonly down: boolean;
}

export const BY_NAME: Sorting = { key: "name", down: false };

/// The order that a click on a heading gives: names begin at A, times and sizes at the largest.
export function sortedBy(now: Sorting, key: SortKey): Sorting {
  return now.key === key ? { key, down: !now.down } : { key, down: key !== "name" };
}

const KINDS: Readonly<Record<FolderEntry["kind"], number>> = { folder: 0, notebook: 1, file: 2 };
const NAMES = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/// Folders stay first, whatever the order.
export function shown(entries: readonly FolderEntry[], filter: string, sorting: Sorting): readonly FolderEntry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter((entry) => {
    const name = entry.name.toLowerCase();
    return words.every((word) => name.includes(word));
  });
  const sign = sorting.down ? -1 : 1;
  return found.sort((one, other) => {
    const folders = Number(other.kind === "folder") - Number(one.kind === "folder");
    if (folders !== 0) return folders;
    if (sorting.key === "name")
      return sign * (KINDS[one.kind] - KINDS[other.kind]) || sign * NAMES.compare(one.name, other.name);
    return sign * (one[sorting.key] - other[sorting.key]) || NAMES.compare(one.name, other.name);
  });
}

export interface Crumb {
  readonly name: string;
  readonly folder: string;
  /// Inside what was granted: one can go there.
  readonly open: boolean;
}

/// The folders above, from the root down; the last is the folder itself.
export function crumbs(folder: string, granted: readonly string[]): readonly Crumb[] {
  const parts = folder.split("/").filter((part) => part !== "");
  const all = parts.map((name, index) => ({ name, folder: `/${parts.slice(0, index + 1).join("/")}` }));
  return [{ name: "/", folder: "/" }, ...all].map((crumb) => ({
    ...crumb,
    open: granted.some((root) => isInside(crumb.folder, root)),
  }));
}

export function isInside(folder: string, root: string): boolean {
  return folder === root || root === "/" || folder.startsWith(`${root}/`);
}

export function join(folder: string, name: string): string {
  return folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}
