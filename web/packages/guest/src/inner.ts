/// Pages that an output carries inside itself (`<iframe srcdoc>`: folium, pydeck). They have the frame's own seal and policy,
/// but what the policy keeps from them is said in their own document, which this one cannot look into. So they say it.

const SAYS = "fumehood-blocked";
const TELL = `<script>addEventListener("securitypolicyviolation",(e)=>parent.postMessage({type:"${SAYS}",effectiveDirective:e.effectiveDirective,blockedURI:e.blockedURI},"*"))</script>`;
const TYPE = /^\s*<!doctype[^>]*>/i;

export interface Violation {
  readonly effectiveDirective: string;
  readonly blockedURI: string;
}

/// In place of `innerHTML`: what is inside begins to load when it is put into the document.
export function place(host: HTMLElement, html: string): void {
  if (!/srcdoc/i.test(html)) {
    host.innerHTML = html;
    return;
  }
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const inner of template.content.querySelectorAll("iframe[srcdoc]")) {
    const text = inner.getAttribute("srcdoc") ?? "";
    const [type = ""] = TYPE.exec(text) ?? [];
    inner.setAttribute("srcdoc", type + TELL + text.slice(type.length));
  }
  host.replaceChildren(template.content);
}

/// A forged word is no more than what any output may report by itself.
export function watchInner(heard: (violation: Violation) => void): void {
  window.addEventListener("message", ({ source, data }: MessageEvent<unknown>) => {
    if (source === parent || source === window || typeof data !== "object" || data === null) return;
    const { type, effectiveDirective, blockedURI } = data as Record<string, unknown>;
    if (type !== SAYS || typeof effectiveDirective !== "string" || typeof blockedURI !== "string") return;
    heard({ effectiveDirective, blockedURI });
  });
}
