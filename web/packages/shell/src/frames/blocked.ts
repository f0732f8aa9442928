/// What a frame says its policy kept in, as the page may show it, and what a person could do about it. A frame can say
/// what it likes: only hosts that have a name of the internet are offered, and the daemon has the last word. Pure.

import type { Origin, PolicyView, Reach } from "@fumehood/protocol";

export interface Blocked {
  /// In words.
  readonly what: string;
  /// The lever, where there is one that names hosts.
  readonly kind: Reach | null;
  readonly host: string;
}

const KINDS: readonly (readonly [RegExp, string, Reach | null])[] = [
  [/^script/, "scripts", "scripts"],
  [/^style/, "styles", "styles"],
  [/^img/, "images", "images"],
  [/^font/, "fonts", "fonts"],
  [/^media/, "sound and film", "media"],
  [/^connect/, "data", "connect"],
  [/^worker/, "threads", null],
  [/^form/, "forms", null],
  [/^(frame|child)/, "pages", null],
];

/// `host`: `cdn.example.org`, `127.0.0.1:8888`, or a word such as `inline`.
export function blocked(directive: string, host: string): Blocked {
  const [, what, kind] = KINDS.find(([pattern]) => pattern.test(directive)) ?? [null, directive, null];
  return { what, kind, host };
}

const HOST = /^(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!\d+$)(?!0x[0-9a-f]*$)(?!-)[a-z0-9-]{1,63}(?<!-)$/;

export type Answer =
  /// A person may allow it.
  { readonly can: true; readonly why: string } | { readonly can: false; readonly why: string };

/// What is said to "Why?", and whether "Allow" would change anything.
export function answer({ what, kind, host }: Blocked, origin: Origin, view: PolicyView | null): Answer {
  const whose = WHOSE[origin];
  if (kind === null || !HOST.test(host))
    return {
      can: false,
      why: `${whose} Outputs never reach other ports of this machine, addresses without a name, or frames and forms.`,
    };
  if (view === null) return { can: false, why: whose };
  const { cap, sources } = view[origin];
  if (sources?.[kind] === "broken")
    return { can: false, why: "The policy file cannot be read, so nothing is reached." };
  if (!lets(cap[kind] ?? [], host)) {
    const by = sources?.[kind] === "notebook" ? "The notebook itself" : "This machine's policy";
    return {
      can: false,
      why: `${whose} ${origin === "boxed" ? "" : `${by} does not let it load ${what} from there.`}`.trim(),
    };
  }
  return {
    can: true,
    why: `${whose} Once allowed, this notebook's outputs load ${what} from ${host}, and can send what they show there with it. You can take it back in “Outputs” below.`,
  };
}

const WHOSE: Readonly<Record<Origin, string>> = {
  stranger: "This output was not made by a run here: it comes with the file, and reaches nothing by itself.",
  own: "This output was made by a run here: it loads scripts and styles over HTTPS, and nothing else by itself.",
  boxed: "This output was made in a sandbox without network, and reaches nothing.",
};

/// As the daemon's lattice has it: `https` is every host, `*.example.org` those below.
function lets(patterns: readonly string[], host: string): boolean {
  return patterns.some(
    (one) => one === "https" || one === host || (one.startsWith("*.") && host.endsWith(one.slice(1))),
  );
}
