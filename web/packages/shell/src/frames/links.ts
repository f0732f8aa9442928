/// Which addresses the page opens, wherever they come from: terminal text, Markdown cells, sealed frames. Only http,
/// https and mailto, each after a person's click; everything else stays text.

const LENGTH = 4096;
const SCHEMES: readonly string[] = ["http:", "https:", "mailto:"];

/// The address as the browser would read it, when the page may open it.
export function openable(address: string): URL | null {
  if (address.length > LENGTH || !/^(https?:\/\/|mailto:)/i.test(address)) return null;
  try {
    const url = new URL(address);
    // `https://a-name-you-know@elsewhere/` leads elsewhere.
    if (url.username !== "" || url.password !== "") return null;
    return SCHEMES.includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

export interface Found {
  readonly from: number;
  readonly until: number;
}

/// Web addresses in a text, the first `most`.
export function linksIn(text: string, most: number): readonly Found[] {
  const found: Found[] = [];
  if (!text.includes("://")) return found;
  const pattern = /https?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,2048}/gi;
  for (let match = pattern.exec(text); match !== null && found.length < most; match = pattern.exec(text)) {
    // What closes a sentence or a bracket is rarely part of the address.
    const address = trim(match[0]);
    if (openable(address)) found.push({ from: match.index, until: match.index + address.length });
  }
  return found;
}

function trim(address: string): string {
  // Closing brackets that have no partner. Counted once: an address can be nothing but brackets.
  const alone = { ")": surplus(address, "(", ")"), "]": surplus(address, "[", "]") };
  let end = address.length;
  while (end > 0) {
    const last = address[end - 1] as string;
    if (last === ")" || last === "]") {
      if (alone[last] <= 0) break;
      alone[last]--;
    } else if (!".,;:!?*".includes(last)) break;
    end--;
  }
  return address.slice(0, end);
}

function surplus(address: string, open: string, close: string): number {
  return address.split(close).length - address.split(open).length;
}
