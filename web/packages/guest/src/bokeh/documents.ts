/// What a script that embeds documents of Bokeh says about what it needs. Pure: its text is searched, never run here.

export interface Version {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/// Of the Bokeh that wrote the documents, or null where the text has none.
export function versionOf(text: string): Version | null {
  const found = /"version":\s*"((\d+)\.(\d+)[^"\s]{0,20})"/.exec(text);
  return found ? { text: found[1] ?? "", major: Number(found[2]), minor: Number(found[3]) } : null;
}

/// Whether BokehJS `own` draws documents of `wanted`: it knows what came before it, as far as the format is the same.
export function draws(own: Version, wanted: Version): boolean {
  return own.major === wanted.major && wanted.minor <= own.minor;
}

/// Names of the models in it. Before version 3 a model is written with its `type` alone.
export function modelsOf(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(/"type":\s*"object",\s*"name":\s*"([\w.]+)"/g)) if (name) names.add(name);
  return names;
}

/// Formulas are drawn by a part of BokehJS that is larger than the rest.
export function hasFormula(text: string): boolean {
  return /\$\$|\\\\\(|\\\\\[|"name":"(?:TeX|MathML|Ascii)"/.test(text);
}

export const isPanel = (model: string): boolean => model.startsWith("panel.");
