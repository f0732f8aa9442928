/// The viewer's page as a test works with it, in a widget (a shadow root) or as a page of its own: what it says, the
/// colours of its picture, the mouse on it.

import type { Frame, Sent } from "../drivers";
import { until } from "../page";

export interface Seen {
  readonly title: string;
  readonly count: string;
  readonly status: string;
  /// What the open panel says.
  readonly panel: string;
  readonly theme: string;
  /// Colours that the picture shows, as `r,g,b` with how many of some thousand samples have it.
  readonly colors: Readonly<Record<string, number>>;
}

/// Runs in the frame.
export function look(): Seen | null {
  // Hosts have shadow roots of their own around it.
  const find = (place: ParentNode): HTMLElement | null => {
    for (const one of place.querySelectorAll<HTMLElement>("*")) {
      if (one.matches(".fumehood-viewer, .fumehood-page")) return one;
      const inside = one.shadowRoot === null ? null : find(one.shadowRoot);
      if (inside !== null) return inside;
    }
    return null;
  };
  const host = find(document);
  (globalThis as { viewerHost?: HTMLElement | null }).viewerHost = host;
  const root = host?.shadowRoot ?? host;
  const canvas = root?.querySelector("canvas");
  if (host == null || root == null || canvas == null) return null;
  const text = (css: string) => root.querySelector(css)?.textContent ?? "";
  const copy = document.createElement("canvas");
  copy.width = 200;
  copy.height = 120;
  const context = copy.getContext("2d");
  const colors: Record<string, number> = {};
  if (context !== null && canvas.width > 0) {
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas, 0, 0, 200, 120);
    const { data } = context.getImageData(0, 0, 200, 120);
    for (let at = 0; at < data.length; at += 4) {
      const name = `${data[at]},${data[at + 1]},${data[at + 2]}`;
      colors[name] = (colors[name] ?? 0) + 1;
    }
  }
  return {
    title: text(".bar-name"),
    count: text(".bar-count"),
    status: text(".news"),
    panel: text(".side"),
    theme: host.dataset.theme ?? "",
    colors,
  };
}

/// A frame, or a whole tab.
export interface Place {
  evaluate<R, A = null>(fn: Sent<A, R>, arg?: A): Promise<R>;
}

export class ViewerFrame {
  private constructor(readonly frame: Place) {}

  /// The first that has drawn, of these and those that come.
  static async of(places: () => Promise<readonly Place[]>, ms = 60_000): Promise<ViewerFrame> {
    const found = await until(
      "a viewer that has drawn",
      async () => {
        for (const one of await places()) {
          const seen = await one.evaluate(look).catch(() => null);
          if (seen !== null && Object.keys(seen.colors).length > 3 && !seen.status.includes("Loading")) return one;
        }
        return null;
      },
      ms,
    );
    return new ViewerFrame(found);
  }

  /// In the sealed frames of a page of ours; the last of so many.
  static sealed(tab: { frames(): Promise<readonly Frame[]> }, count = 1): Promise<ViewerFrame> {
    return ViewerFrame.of(async () => {
      const sealed = (await tab.frames()).filter(({ url }) => url.includes("/plugins/guest-"));
      const drawn = await Promise.all(sealed.map((one) => one.evaluate(look).catch(() => null)));
      return sealed.filter((_, at) => drawn[at] != null).slice(count - 1);
    });
  }

  /// Elements of its page that the selector finds.
  elements(css: string): Promise<number> {
    return this.frame.evaluate((selector: string) => {
      const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
      return (host?.shadowRoot ?? host)?.querySelectorAll(selector).length ?? -1;
    }, css);
  }

  /// Whether it says so anywhere, also in a field.
  reads(text: string): Promise<boolean> {
    return this.frame.evaluate((wanted: string) => {
      const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
      const root = host?.shadowRoot ?? host;
      const fields = [...(root?.querySelectorAll("textarea") ?? [])];
      return root?.textContent?.includes(wanted) === true || fields.some(({ value }) => value.includes(wanted));
    }, text);
  }

  /// The keyboard to the picture.
  async focus(): Promise<void> {
    await this.frame.evaluate(() => {
      const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
      (host?.shadowRoot ?? host)?.querySelector("canvas")?.focus();
    });
  }

  /// Presses what has this name, when it is there and can be pressed: a button, a tab, an item of a menu, a choice.
  async press(label: string): Promise<void> {
    await until(`something called "${label}" that can be pressed`, () =>
      this.frame.evaluate((text: string) => {
        const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
        const all =
          (host?.shadowRoot ?? host)?.querySelectorAll<HTMLElement>(
            "button, [role=tab], [role=menuitem], [role=menuitemcheckbox], summary, label",
          ) ?? [];
        const named = (one: HTMLElement) =>
          one.dataset.row ??
          one.getAttribute("aria-label") ??
          one.querySelector(":scope > bdi")?.textContent ??
          one.textContent;
        const found = [...all].filter(
          (one) =>
            one.checkVisibility() && !one.matches(":disabled, [aria-disabled=true]") && named(one).trim() === text,
        );
        // A tab may be called like what one does there.
        const first = found.find((one) => one.getAttribute("aria-selected") !== "true") ?? found[0];
        first?.click();
        return first !== undefined;
      }, label),
    );
  }

  /// Chooses an entry of a list by what it begins with.
  async choose(label: string, entry: string): Promise<void> {
    await until(`"${entry}" in "${label}"`, () =>
      this.frame.evaluate(
        ([name, text]: readonly [string, string]) => {
          const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
          const named = (one: HTMLSelectElement) =>
            one.getAttribute("aria-label") ?? [...one.labels].map((label) => label.textContent).join(" ");
          const list = [...((host?.shadowRoot ?? host)?.querySelectorAll("select") ?? [])].find(
            (one) => one.checkVisibility() && named(one).trim() === name,
          );
          const option = [...(list?.options ?? [])].find((one) => one.text.trim().startsWith(text));
          if (list === undefined || option === undefined) return false;
          list.value = option.value;
          list.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
          return true;
        },
        [label, entry] as const,
      ),
    );
  }

  /// Whether a list of entries is called so; else a name is that of a field.
  chooses(label: string): Promise<boolean> {
    return this.frame.evaluate((name: string) => {
      const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
      return [...((host?.shadowRoot ?? host)?.querySelectorAll("select") ?? [])].some(
        (one) => one.checkVisibility() && [...one.labels].some((label) => label.textContent.trim() === name),
      );
    }, label);
  }

  /// Writes into the field of this name when it is there, as a person does.
  async write(label: string, text: string): Promise<void> {
    const into = () =>
      this.frame.evaluate(
        ([name, value]: readonly [string, string]) => {
          const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
          const root = host?.shadowRoot ?? host;
          const label = [...(root?.querySelectorAll("label") ?? [])].find((one) => one.textContent.trim() === name);
          const field = root?.querySelector<HTMLInputElement>(
            label === undefined ? `[aria-label="${name}"]` : `#${CSS.escape(label.htmlFor)}`,
          );
          if (field == null) return false;
          field.focus();
          field.value = value;
          field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
          return true;
        },
        [label, text] as const,
      );
    await until(`a field called "${label}"`, into);
  }

  /// The Enter key in the field of this name.
  async enter(label: string): Promise<void> {
    await this.frame.evaluate((name: string) => {
      const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
      const root = host?.shadowRoot ?? host;
      const label = [...(root?.querySelectorAll("label") ?? [])].find((one) => one.textContent.trim() === name);
      root
        ?.querySelector(`#${CSS.escape(label?.htmlFor ?? "")}`)
        ?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true }));
    }, label);
  }

  /// Gives what is selected a name.
  async keep(name: string): Promise<void> {
    await this.press("Groups");
    await this.write("Name of the group", name);
    await this.press("Keep");
  }

  async seen(): Promise<Seen> {
    const found = await this.frame.evaluate(look);
    if (found === null) throw new Error("The viewer is gone.");
    return found;
  }

  /// Returns when whatever was done before is in the picture: elements change at once, the canvas in the frame after.
  async drawn(): Promise<void> {
    await this.frame.evaluate(
      () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
    );
  }

  /// Gives what was seen then: another look may see another picture.
  shows(what: string, fits: (seen: Seen) => boolean): Promise<Seen> {
    return until(`the viewer shows ${what}`, async () => {
      const seen = await this.seen();
      return fits(seen) ? seen : null;
    });
  }

  /// Pulls a rectangle over these parts of the picture.
  async select(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    await this.press("Rectangle");
    await this.drag([from, to]);
  }

  /// Draws a loop round these places of the picture.
  async lasso(places: readonly (readonly [number, number])[]): Promise<void> {
    await this.press("Lasso");
    await this.drag(places);
  }

  /// Of the hand on the picture, by shares of its size. As events of the page: drivers differ in what they drag.
  private async drag(places: readonly (readonly [number, number])[]): Promise<void> {
    await this.frame.evaluate((all: readonly (readonly [number, number])[]) => {
      const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
      const canvas = (host?.shadowRoot ?? host)?.querySelector("canvas");
      const box = canvas?.getBoundingClientRect();
      if (canvas == null || box === undefined) return;
      canvas.setPointerCapture = () => undefined;
      all.forEach(([x, y], at) => {
        const more = { clientX: box.x + box.width * x, clientY: box.y + box.height * y, pointerId: 1 };
        const kind = at === 0 ? "pointerdown" : "pointermove";
        canvas.dispatchEvent(new PointerEvent(kind, { ...more, bubbles: true, composed: true }));
        if (at === all.length - 1)
          canvas.dispatchEvent(new PointerEvent("pointerup", { ...more, bubbles: true, composed: true }));
      });
    }, places);
  }
}

/// How many samples show a colour, as nearly as points that let something through show it.
export function samples(seen: Seen, colour: string): number {
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  let sum = 0;
  for (const [name, count] of Object.entries(seen.colors)) {
    const away = name.split(",").map((part, at) => Math.abs(Number(part) - (wanted[at] ?? 0)));
    if (Math.max(...away) <= NEAR) sum += count;
  }
  return sum;
}

const NEAR = 28;
