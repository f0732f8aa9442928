/// Counts and marks a text in what the frame shows. Marks are highlights over ranges: the output's own elements are not
/// touched, so nothing that it does with them breaks.

const MOST = 10_000;
const MARKS = "fh-find";
const CURRENT = "fh-find-current";

interface Registry {
  set(name: string, highlight: unknown): void;
  delete(name: string): void;
}

let watch: MutationObserver | undefined;
let frame = 0;

/// Finds it again whenever the outputs change, until another text or none is looked for.
export function find(root: HTMLElement, query: string, current?: number): number {
  watch?.disconnect();
  cancelAnimationFrame(frame);
  frame = 0;
  const { length: found, [current ?? -1]: here } = mark(root, query, current);
  here?.startContainer.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (query === "") return found;
  watch = new MutationObserver(() => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      mark(root, query, current);
    });
  });
  watch.observe(root, { childList: true, characterData: true, subtree: true });
  return found;
}

/// Without regard to case. Text of which a style shows nothing is counted too.
function mark(root: HTMLElement, query: string, current: number | undefined): readonly Range[] {
  const { highlights } = CSS as unknown as { highlights?: Registry };
  highlights?.delete(MARKS);
  highlights?.delete(CURRENT);
  const wanted = query.toLowerCase();
  if (!wanted) return [];
  const ranges: Range[] = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest("script, style, template") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  while (texts.nextNode() && ranges.length < MOST) {
    const node = texts.currentNode as Text;
    const lower = node.data.toLowerCase();
    // Where lower case has another length, the offsets of a match are not those of the text.
    const text = lower.length === node.length ? lower : node.data;
    for (
      let at = text.indexOf(wanted);
      at >= 0 && ranges.length < MOST;
      at = text.indexOf(wanted, at + wanted.length)
    ) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      ranges.push(range);
    }
  }
  const { Highlight } = window as unknown as { Highlight?: new (...ranges: Range[]) => object };
  if (highlights && Highlight && ranges.length > 0) highlights.set(MARKS, new Highlight(...ranges));
  const here = ranges[current ?? -1];
  if (highlights && Highlight && here) highlights.set(CURRENT, Object.assign(new Highlight(here), { priority: 1 }));
  return ranges;
}
