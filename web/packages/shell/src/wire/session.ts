/// From a link to a bearer. A page of ours holds no cookie: a one-time code in the URL's fragment is exchanged once,
/// the bearer stays in `sessionStorage` (its origin includes the port), and the code leaves the address bar.

import { HoodError } from "@fumehood/protocol";

export const BEARER = "fumehood.bearer";

/// What the session needs of a window; tests bring their own.
export interface Surroundings {
  readonly origin: string;
  readonly fragment: string;
  replaceFragment(fragment: string): void;
  readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  readonly fetch: typeof fetch;
}

/// What the fragment of a page's URL says. Values are hostile text: anybody can make a link.
export interface Fragment {
  readonly code: string | null;
  /// Absolute path of a notebook; null: the opening page.
  readonly path: string | null;
}

export function parseFragment(fragment: string): Fragment {
  let code: string | null = null;
  let path: string | null = null;
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    const value = at < 0 ? null : decoded(part.slice(at + 1));
    if (part.startsWith("code=")) code = value;
    else if (part.startsWith("path=")) path = value;
  }
  return { code, path };
}

export function fragmentOf({ code, path }: Fragment): string {
  const parts = [];
  if (code !== null) parts.push(`code=${encodeURIComponent(code)}`);
  if (path !== null) parts.push(`path=${encodeURIComponent(path)}`);
  return parts.length > 0 ? `#${parts.join("&")}` : "";
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

/// The bearer of this tab, after exchanging the code of the fragment if there is one. Throws `HoodError`
/// (`peer.refused`) where only a new link helps, `daemon.unreachable` where nobody answers.
export async function enter(place: Surroundings): Promise<string> {
  const { code, path } = parseFragment(place.fragment);
  const known = place.store.getItem(BEARER);
  if (code === null) {
    if (known === null) throw refused("This page was not opened by a link of `hood open`.");
    return known;
  }
  // Before the exchange: a code that is being used has no business in the history.
  place.replaceFragment(fragmentOf({ code: null, path }));
  let bearer: unknown;
  try {
    bearer = (await post(place, "/session", JSON.stringify({ code }), {})).bearer;
  } catch (error) {
    // A reload of the first link: its code was used by this very tab.
    if (known !== null && error instanceof HoodError && error.code === "peer.refused") return known;
    throw error;
  }
  if (typeof bearer !== "string" || bearer === "") throw refused("The gateway gave no access.");
  place.store.setItem(BEARER, bearer);
  return bearer;
}

/// A one-time code for another tab of ours.
export async function newCode(place: Surroundings, bearer: string): Promise<string> {
  const { code } = await post(place, "/code", null, { Authorization: `Bearer ${bearer}` });
  if (typeof code !== "string" || code === "") throw refused("The gateway gave no access.");
  return code;
}

async function post(
  place: Surroundings,
  route: string,
  body: string | null,
  headers: Record<string, string>,
): Promise<Record<string, unknown>> {
  let answer: Response;
  try {
    answer = await place.fetch(`${place.origin}${route}`, {
      method: "POST",
      body,
      headers: body === null ? headers : { ...headers, "Content-Type": "application/json" },
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });
  } catch (error) {
    throw new HoodError("daemon.unreachable", "The gateway does not answer.", "Run `hood open` again.", { error });
  }
  if (!answer.ok) throw refused("This link was used already, or is too old.");
  const value: unknown = await answer.json();
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function refused(message: string): HoodError {
  return new HoodError("peer.refused", message, "Run `hood open` again.");
}
