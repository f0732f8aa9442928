/// Which renderer shows which MIME type. What is small is here; the others are files of their own, fetched by name when
/// the first output needs them.

import type { Content } from "./content.js";
import { renderHtml, renderSvg } from "./renderers/html.js";
import { renderImage } from "./renderers/image.js";
import { renderJavaScript } from "./renderers/javascript.js";
import { renderMedia } from "./renderers/media.js";
import { renderPlain, renderUnknown } from "./renderers/plain.js";

/// Fills `host`, which is in the document. Done when the output's first look is there and its scripts have run.
export type Renderer = (host: HTMLElement, content: Content, signal: AbortSignal) => void | Promise<void>;

const RENDERERS: readonly (readonly [RegExp, () => Renderer | Promise<Renderer>])[] = [
  [/^application\/vnd\.jupyter\.widget-view\+json$/, async () => (await import("./renderers/widget.js")).renderWidget],
  [/^text\/html$/, () => renderHtml],
  [/^image\/svg\+xml$/, () => renderSvg],
  [/^image\/[a-z0-9.+-]+$/, () => renderImage],
  [/^text\/plain$/, () => renderPlain],
  [/^(?:application\/(?:x-)?javascript|text\/javascript)$/, () => renderJavaScript],
  [/^text\/markdown$/, async () => (await import("./renderers/markdown.js")).renderMarkdown],
  [/^text\/latex$/, async () => (await import("./renderers/latex.js")).renderLatex],
  [/^application\/pdf$/, async () => (await import("./renderers/pdf.js")).renderPdf],
  [/^(?:audio|video)\/[a-z0-9.+-]+$/, () => renderMedia],
  [
    /^application\/vnd\.vega(?:lite)?\.v\d+(?:\.\d+)*[.+]json$/,
    async () => (await import("./renderers/vega.js")).renderVega,
  ],
  [/^application\/vnd\.plotly\.v1\+json$/, async () => (await import("./renderers/plotly.js")).renderPlotly],
  [/^application\/geo\+json$/, async () => (await import("./renderers/geojson.js")).renderGeoJson],
  [/^text\/vnd\.mermaid$/, async () => (await import("./renderers/mermaid.js")).renderMermaid],
  [
    /^application\/vnd\.(?:bokehjs|holoviews)_load\.v0\+json$/,
    async () => (await import("./bokeh/loader.js")).renderLoader,
  ],
  [/^application\/vnd\.apache\.arrow\.stream$/, async () => (await import("./renderers/table.js")).renderTable],
  [/^application\/(?:json|(?!vnd\.)[a-z0-9.-]+\+json)$/, async () => (await import("./renderers/json.js")).renderJson],
];

export async function rendererOf(mime: string): Promise<Renderer> {
  return (await RENDERERS.find(([pattern]) => pattern.test(mime))?.[1]()) ?? renderUnknown;
}
