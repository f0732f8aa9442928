/// How a person leaves the frame: by a link, which only the page opens, and by Escape. Nothing here is a wall (code in
/// the output could undo it); without it a click on a link would do nothing, as the frame may open no window.

const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

export function watchLinks(report: (url: string) => void): void {
  const follow = (event: MouseEvent): void => {
    const link = event.composedPath().find(isLink);
    if (!link) return;
    const address = addressOf(link);
    if (address === null || staysHere(link, address)) return;
    event.preventDefault();
    if (address.startsWith("#")) scrollTo(address.slice(1));
    else if (SCHEMES.has(schemeOf(address))) report(new URL(address).href);
  };
  document.addEventListener("click", follow, { capture: true });
  document.addEventListener("auxclick", follow, { capture: true });
  // A form is for its output's own scripts: sent, it would lead the frame away, which the policy refuses loudly.
  document.addEventListener("submit", (event) => event.preventDefault(), { capture: true });
}

export function watchKeys(left: () => void): void {
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    left();
  });
}

type Link = HTMLAnchorElement | HTMLAreaElement | SVGAElement;

function isLink(node: EventTarget): node is Link {
  return node instanceof HTMLAnchorElement || node instanceof HTMLAreaElement || node instanceof SVGAElement;
}

/// As it is written: the frame's own address would make relative links into something that nobody meant.
function addressOf(link: Link): string | null {
  const address = link.getAttribute("href") ?? link.getAttributeNS("http://www.w3.org/1999/xlink", "href");
  return address === null ? null : address.trim();
}

function schemeOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return "";
  }
}

/// Scripts of the output, and files that it offers.
function staysHere(link: Link, address: string): boolean {
  const scheme = schemeOf(address);
  return scheme === "javascript:" || (link.hasAttribute("download") && (scheme === "data:" || scheme === "blob:"));
}

function scrollTo(id: string): void {
  let name = id;
  try {
    name = decodeURIComponent(id);
  } catch {
    // As it stands.
  }
  document.getElementById(name)?.scrollIntoView({ block: "nearest" });
}
