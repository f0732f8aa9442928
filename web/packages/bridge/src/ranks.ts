/// Which MIME type of an output is shown: the richest, in Jupyter's order. The page and the frame ask the same function,
/// so that they never disagree about who shows an output.

const RANKS: readonly (readonly [RegExp, number])[] = [
  [/^application\/vnd\.jupyter\.widget-view\+json$/, 10],
  // Altair 6 writes `.json`.
  [/^application\/vnd\.(?:vega(?:lite)?\.v\d+(?:\.\d+)*[.+]|plotly\.v1\+)json$/, 20],
  [/^(?:application\/geo\+json|text\/vnd\.mermaid)$/, 30],
  [/^application\/vnd\.apache\.arrow\.stream$/, 40],
  [/^application\/vnd\.(?:bokehjs|holoviews)_load\.v0\+json$/, 45],
  [/^text\/html$/, 50],
  [/^text\/markdown$/, 60],
  [/^text\/latex$/, 70],
  [/^image\/svg\+xml$/, 80],
  [/^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon)$/, 90],
  [/^(?:audio|video)\/[a-z0-9.+-]+$/, 92],
  [/^application\/pdf$/, 95],
  [/^(?:application\/(?:x-)?javascript|text\/javascript)$/, 100],
  [/^(?:application\/json|application\/(?!vnd\.)[a-z0-9.-]+\+json)$/, 110],
  [/^text\/plain$/, 120],
];
/// Behind plain text: whoever made the bundle has written there what to show instead.
const UNKNOWN = 200;
/// Said for machines, never for people.
const HIDDEN = /^text\/llm\+plain$/;

export function rank(mime: string): number {
  return RANKS.find(([pattern]) => pattern.test(mime))?.[1] ?? UNKNOWN;
}

/// The types that can be shown, best first; among equals the bundle's own order counts.
export function preferred(mimes: Iterable<string>): readonly string[] {
  return [...mimes].filter((mime) => !HIDDEN.test(mime)).sort((a, b) => rank(a) - rank(b));
}

/// Whether a frame draws more of this type than its text: widgets, charts, maps, tables.
export const isDrawn = (mime: string): boolean => rank(mime) < rank("text/html");
