/// How a person leaves the frame: by a link, which only the page opens, by a file, which only the page saves, and by
/// Escape. Nothing here is a wall (code in the output could undo it); without it a click on a link would do nothing, as
/// the frame may neither open a window nor save a file.

const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

export function watchLinks(report: (url: string) => void, save: (link: HTMLAnchorElement) => void): void {
  const follow = (event: MouseEvent): void => {
    const link = event.composedPath().find(isLink);
    if (!link) return;
    if (offersFile(link)) {
      event.preventDefault();
      save(link);
      return;
    }
    const address = addressOf(link);
    // A script is the output's own.
    if (address === null || schemeOf(address) === "javascript:") return;
    event.preventDefault();
    if (address.startsWith("#")) scrollTo(address.slice(1));
    else if (SCHEMES.has(schemeOf(address))) report(new URL(address).href);
  };
  document.addEventListener("click", follow, { capture: true });
  document.addEventListener("auxclick", follow, { capture: true });
  // A form is for its output's own scripts: sent, it would lead the frame away, which the policy refuses loudly.
  document.addEventListener("submit", (event) => event.preventDefault(), { capture: true });
}

/// Libraries save a file by clicking on a link that they made and put nowhere, which no listener of the document hears.
export function watchSaving(save: (link: HTMLAnchorElement) => void): void {
  const { click, dispatchEvent } = HTMLAnchorElement.prototype;
  const offers = (link: HTMLAnchorElement) => !link.isConnected && offersFile(link);
  Object.assign(HTMLAnchorElement.prototype, {
    click(this: HTMLAnchorElement): void {
      if (offers(this)) save(this);
      else click.call(this);
    },
    dispatchEvent(this: HTMLAnchorElement, event: Event): boolean {
      if (event.type !== "click" || !offers(this)) return dispatchEvent.call(this, event);
      save(this);
      return true;
    },
  });
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

/// What can be had from here: the output's own bytes, and the blob server's.
function offersFile(link: Link): link is HTMLAnchorElement {
  if (!(link instanceof HTMLAnchorElement) || !link.hasAttribute("download")) return false;
  return link.protocol === "data:" || link.protocol === "blob:" || link.origin === location.origin;
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
