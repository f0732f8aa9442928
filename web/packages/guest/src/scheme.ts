/// Dark or light, for renderers whose pictures have colours of their own. Reads what `theme.ts` wrote into the document:
/// what is fetched later cannot import from the page's own script.

const root = document.documentElement;

export const isDark = (): boolean => root.style.colorScheme === "dark";

export function onTheme(signal: AbortSignal, changed: () => void): void {
  const watcher = new MutationObserver(changed);
  watcher.observe(root, { attributeFilter: ["data-theme"] });
  signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
}
