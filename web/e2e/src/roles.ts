/// Finds elements as a screen reader names them: by role and accessible name. Tests that select this way survive a
/// restyling, and fail where a control lost its name. The function is sent to the page whole, so it uses nothing of
/// this module; it covers the parts of the accessible-name rules that the page uses.

export interface Query {
  readonly role: string;
  /// The whole name, or a part of it where `part` is set. Case and spaces at the ends do not matter.
  readonly name?: string;
  readonly part?: boolean;
  /// Only inside elements that this CSS selector finds.
  readonly within?: string;
}

export interface Found {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly text: string;
  readonly value: string | null;
  readonly disabled: boolean;
  readonly checked: string | null;
  readonly focused: boolean;
}

export function findByRole(query: Query): Found[] {
  const implicit = (element: Element): string => {
    const tag = element.tagName.toLowerCase();
    const type = (element.getAttribute("type") ?? "text").toLowerCase();
    if (tag === "input") {
      const kinds: Record<string, string> = {
        checkbox: "checkbox",
        radio: "radio",
        range: "slider",
        number: "spinbutton",
        search: "searchbox",
        button: "button",
        submit: "button",
        password: "textbox",
        text: "textbox",
      };
      return kinds[type] ?? "textbox";
    }
    const roles: Record<string, string> = {
      a: element.hasAttribute("href") ? "link" : "",
      article: "article",
      aside: "complementary",
      button: "button",
      dialog: "dialog",
      footer: "contentinfo",
      form: "form",
      header: "banner",
      iframe: "iframe",
      img: "img",
      li: "listitem",
      main: "main",
      nav: "navigation",
      ol: "list",
      option: "option",
      output: "status",
      section: "region",
      select: "combobox",
      summary: "button",
      table: "table",
      textarea: "textbox",
      ul: "list",
    };
    return /^h[1-6]$/.test(tag) ? "heading" : (roles[tag] ?? "");
  };
  const tidy = (text: string) => text.replace(/\s+/g, " ").trim();
  const named = (element: Element): string => {
    const ids = element.getAttribute("aria-labelledby");
    if (ids !== null) {
      return tidy(
        ids
          .split(/\s+/)
          .map((id) => document.getElementById(id)?.textContent ?? "")
          .join(" "),
      );
    }
    const label = element.getAttribute("aria-label");
    if (label !== null && label.trim() !== "") {
      return tidy(label);
    }
    if (
      element instanceof HTMLInputElement ||
      element instanceof HTMLTextAreaElement ||
      element instanceof HTMLSelectElement
    ) {
      const labels = [...(element.labels ?? [])].map((item) => item.textContent ?? "").join(" ");
      return tidy(labels) || tidy(element.getAttribute("placeholder") ?? element.getAttribute("title") ?? "");
    }
    return (
      tidy(element.getAttribute("alt") ?? "") ||
      tidy(element.textContent ?? "") ||
      tidy(element.getAttribute("title") ?? "")
    );
  };
  const roots = query.within === undefined ? [document] : [...document.querySelectorAll(query.within)];
  const wanted = query.name === undefined ? undefined : tidy(query.name).toLowerCase();
  const found: Found[] = [];
  for (const root of roots) {
    for (const element of root.querySelectorAll("*")) {
      if ((element.getAttribute("role") ?? implicit(element)).split(" ")[0] !== query.role) {
        continue;
      }
      const box = element.getBoundingClientRect();
      const hidden = element.closest("[aria-hidden=true], [inert]") !== null;
      if (hidden || box.width === 0 || box.height === 0 || !element.checkVisibility({ visibilityProperty: true })) {
        continue;
      }
      const name = named(element);
      const lower = name.toLowerCase();
      if (wanted !== undefined && !(query.part === true ? lower.includes(wanted) : lower === wanted)) {
        continue;
      }
      found.push({
        x: box.x,
        y: box.y,
        width: box.width,
        height: box.height,
        name,
        text: tidy(element.textContent ?? ""),
        value: "value" in element && typeof element.value === "string" ? element.value : null,
        disabled: element.matches(":disabled, [aria-disabled=true]"),
        checked: element.getAttribute("aria-checked") ?? element.getAttribute("aria-pressed"),
        focused: element === document.activeElement || element.contains(document.activeElement),
      });
    }
  }
  return found;
}
