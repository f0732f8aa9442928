/// A view in an address: the document, packed, in the fragment, which no server is ever sent. It is read as a stranger's:
/// bounded before it is unpacked and while it is, and judged by `state/saved.ts` like any other.

import { base64, bytesOf } from "../state/base64";
import { packed, TooLarge, unpacked } from "./packing";

/// Letters of the fragment's part.
export const LONGEST = 100_000;
const UNPACKED = 4_000_000;
const NAME = "state";

export class LinkRefused extends Error {}

export async function linkText(state: Readonly<Record<string, unknown>>): Promise<string> {
  const bytes = await packed(new TextEncoder().encode(JSON.stringify(state)));
  const said = base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  if (said.length > LONGEST)
    throw new LinkRefused("There are too many cells in groups for a link. Save a session instead: it has them all.");
  return said;
}

/// `page`: where the page is; its own fragment and query, with whatever they hold, are left out.
export async function link(page: string, state: Readonly<Record<string, unknown>>): Promise<string> {
  const base = page.split(/[#?]/)[0] ?? page;
  return `${base}#${NAME}=${await linkText(state)}`;
}

/// Of an address's fragment; null where it holds none.
export function stateIn(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, "")).get(NAME);
}

/// The fragment's other parts, as they were; empty where there are none.
export function withoutState(fragment: string): string {
  const parts = fragment.replace(/^#/, "").split("&");
  const rest = parts.filter((part) => part !== "" && !part.startsWith(`${NAME}=`)).join("&");
  return rest === "" ? "" : `#${rest}`;
}

/// Throws LinkRefused.
export async function linked(text: string): Promise<unknown> {
  if (text.length > LONGEST) throw new LinkRefused("The link is too long to hold a view.");
  try {
    const bytes = bytesOf(text.replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await unpacked(bytes, UNPACKED)));
  } catch (error) {
    if (error instanceof TooLarge) throw new LinkRefused("The link holds more than a view.");
    throw new LinkRefused("The link was not copied whole: its view cannot be read.");
  }
}
