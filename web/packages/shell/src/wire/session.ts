/// From a link to a bearer. A page of ours holds no cookie: a one-time code in the URL's fragment is exchanged once,
/// the bearer stays in `sessionStorage` (its origin includes the port; it outlives a reload and goes with the tab), and the
/// code leaves the address bar. The bearer is never said again: see `proof.ts`.

import { HoodError } from "@fumehood/protocol";

export const BEARER = "fumehood.bearer";
/// Characters of what the gateway says that are shown.
const REASON = 300;

/// What the session needs of a window; tests bring their own.
export interface Surroundings {
  readonly origin: string;
  fragment(): string;
  replaceFragment(fragment: string): void;
  readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  readonly fetch: typeof fetch;
}

/// What the fragment of a page's URL says. Values are hostile text: anybody can make a link.
export interface Fragment {
  readonly code: string | null;
  /// Absolute path of a notebook; null: the opening page.
  readonly path: string | null;
  /// Absolute path of a folder that the opening page begins with.
  readonly folder?: string | null;
  /// Id of a cell of the notebook, whose outputs alone are shown.
  readonly cell?: string | null;
}

export function parseFragment(fragment: string): Required<Fragment> {
  const found = new Map<string, string | null>();
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at >= 0) found.set(part.slice(0, at), decoded(part.slice(at + 1)));
  }
  const said = (key: keyof Fragment) => found.get(key) ?? null;
  return { code: said("code"), path: said("path"), folder: said("folder"), cell: said("cell") };
}

export function fragmentOf(fragment: Fragment): string {
  const parts = (["code", "path", "folder", "cell"] as const).flatMap((key) => {
    const value = fragment[key] ?? null;
    return value === null ? [] : [`${key}=${encodeURIComponent(value)}`];
  });
  return parts.length > 0 ? `#${parts.join("&")}` : "";
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

/// The bearer of this tab, after exchanging the code of the fragment if there is one. Throws `HoodError`:
/// `peer.refused` where only a new link helps, `daemon.unreachable` where nobody answers.
export async function enter(place: Surroundings): Promise<string> {
  const fragment = parseFragment(place.fragment());
  const known = place.store.getItem(BEARER);
  if (fragment.code === null) {
    if (known === null) throw refused("This page was not opened by a link of `hood open`.");
    return known;
  }
  // Before the exchange, and once: a code that is said a second time ends what it had opened.
  place.replaceFragment(fragmentOf({ ...fragment, code: null }));
  const { bearer } = await post(place, "/session", JSON.stringify({ code: fragment.code }), {});
  if (typeof bearer !== "string" || bearer === "") throw refused("The gateway gave no access.");
  place.store.setItem(BEARER, bearer);
  return bearer;
}

/// A one-time code for another tab of ours. `ticket`: of the connection that there is at this moment. `outputs`: path of a
/// notebook; the tab shows outputs of it, and can say no more than that takes.
export async function newCode(place: Surroundings, ticket: string, outputs?: string): Promise<string> {
  const body = outputs === undefined ? null : JSON.stringify({ outputs });
  const { code } = await post(place, "/code", body, { Authorization: `Ticket ${ticket}` });
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
  if (!answer.ok) throw refused((await answer.text()).trim().slice(0, REASON) || "The gateway gave no access.");
  const value: unknown = await answer.json();
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function refused(message: string): HoodError {
  return new HoodError("peer.refused", message, "Run `hood open` again.");
}
