/// Runs the scripts of markup that was inserted, which browsers do not do by themselves: in order, as a page's parser
/// would: each waits for the one before it, modules come last, and one that fails does not stop the others.

const CLASSIC = /^(?:|text\/javascript|application\/(?:x-)?javascript|text\/ecmascript|application\/ecmascript)$/i;
/// A script whose host does not answer must not hold up the others for ever.
const LOAD_MS = 20_000;

export async function runScripts(root: ParentNode, signal: AbortSignal): Promise<void> {
  const all = [...root.querySelectorAll("script")];
  const classic = all.filter((script) => CLASSIC.test(script.type.trim()));
  const modules = all.filter((script) => /^(?:module|importmap)$/i.test(script.type.trim()));
  for (const script of [...classic, ...modules]) {
    if (signal.aborted || !script.isConnected) continue;
    const loaded = script.hasAttribute("src") || /^module$/i.test(script.type.trim());
    const copy = again(script);
    if (!loaded || script.hasAttribute("async")) script.replaceWith(copy);
    else await placed(script, copy);
  }
}

/// A script element that has not run: the parser of `innerHTML` marks its own as done.
function again(script: HTMLScriptElement | SVGScriptElement): HTMLScriptElement {
  const copy = document.createElement("script");
  for (const { name, value } of script.attributes) copy.setAttribute(name, value);
  copy.async = script.hasAttribute("async");
  copy.text = script.textContent ?? "";
  return copy;
}

function placed(script: Element, copy: HTMLScriptElement): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LOAD_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    copy.addEventListener("load", done, { once: true });
    copy.addEventListener("error", done, { once: true });
    script.replaceWith(copy);
  });
}

/// `document.write` after loading would empty the whole frame. Here it writes behind the script that calls it.
export function guardDocument(): void {
  const write = (...parts: unknown[]): void => {
    const { currentScript } = document;
    if (!currentScript) return;
    const template = document.createElement("template");
    template.innerHTML = parts.join("");
    const added = document.createElement("span");
    added.append(template.content);
    currentScript.after(added);
    void runScripts(added, AbortSignal.timeout(LOAD_MS));
  };
  Object.assign(document, {
    write,
    writeln: (...parts: unknown[]) => write(...parts, "\n"),
    open: () => document,
    close: () => undefined,
  });
}
