/// How WebKit's driver runs code in a frame without being noticed. Whoever enters a frame by WebDriver gives it the focus,
/// and the page is told: one that guards the keyboard stops such a frame. So the page hears of no focus while the driver is
/// inside, and the focus is back before anything runs: the driver only leaves a function behind in the frame, and the top
/// page, which may speak with every window below it, says when to begin and keeps the answer.
///
/// These functions are sent to pages as text: each stands alone.

export interface Answer {
  readonly state: "waiting" | "answered" | "gone";
  /// JSON of `value` or of `error`.
  readonly text: string;
}

interface Asked {
  source?: Window;
  begun?: boolean;
  answer?: string;
}

interface Driven {
  driverHides?: (event: Event) => void;
  driverAsks?: Map<string, Asked>;
}

/// In the top page, before: which frame has the focus (-1: none), and no word of it from now on.
export function hideFocus(): number {
  const page = window as unknown as Driven;
  page.driverHides ??= (event: Event) => event.stopImmediatePropagation();
  for (const type of ["blur", "focus", "focusin", "focusout"]) addEventListener(type, page.driverHides, true);
  const active = document.activeElement;
  return active === null ? -1 : [...document.querySelectorAll("iframe, frame")].indexOf(active);
}

/// In the top page, behind: the focus is where it was.
export function showFocus(index: number): void {
  const page = window as unknown as Driven;
  const frame = [...document.querySelectorAll<HTMLElement>("iframe, frame")][index];
  if (frame !== undefined && document.activeElement !== frame) frame.focus({ preventScroll: true });
  const hides = page.driverHides;
  if (hides !== undefined)
    for (const type of ["blur", "focus", "focusin", "focusout"]) removeEventListener(type, hides, true);
}

/// In the top page: it waits for what `leaveBehind` says under this key.
export function expectAnswer(key: string): void {
  const page = window as unknown as Driven;
  if (page.driverAsks === undefined) {
    const asks = new Map<string, Asked>();
    page.driverAsks = asks;
    const hear = ({ data, source }: MessageEvent) => {
      const asked = asks.get((data as { driver?: string } | null)?.driver ?? "");
      if (asked === undefined) return false;
      asked.source = source as Window;
      const { answer } = data as { answer?: string };
      if (answer !== undefined) asked.answer = answer;
      return true;
    };
    addEventListener("message", (event) => hear(event) && event.stopImmediatePropagation(), true);
  }
  page.driverAsks.set(key, {});
}

/// A script for the frame. Arguments: the key, and the function's own.
export function leaveBehind(fn: string): string {
  return `const [key, argument] = arguments;
    const say = (word) => top.postMessage({ driver: key, ...word }, "*");
    const answer = (word) => say({ answer: JSON.stringify(word) });
    addEventListener("message", function begin(event) {
      if (event.source !== top || event.data?.driver !== key) return;
      removeEventListener("message", begin, true);
      event.stopImmediatePropagation();
      Promise.resolve().then(() => (${fn})(argument)).then(
        (value) => answer({ value: value === undefined ? null : value }),
        (error) => answer({ error: String(error) }),
      );
    }, true);
    say({});`;
}

/// In the top page: what came of it. The first time it says that the function may begin.
export function collect(key: string): Answer {
  const page = window as unknown as Driven;
  const asked = page.driverAsks?.get(key);
  if (asked === undefined) return { state: "gone", text: "" };
  if (asked.answer !== undefined) {
    page.driverAsks?.delete(key);
    return { state: "answered", text: asked.answer };
  }
  if (asked.source !== undefined && asked.begun !== true) {
    asked.begun = true;
    asked.source.postMessage({ driver: key }, "*");
  }
  return { state: asked.source?.closed === true ? "gone" : "waiting", text: "" };
}
