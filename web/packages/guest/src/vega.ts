/// Vega for charts that Altair wrote as HTML, as it does by default and as saved notebooks have them: the script would fetch
/// three libraries from a CDN. The sealed page's own draw them, without a network and whoever made the output.

import * as vega from "vega";
import embed from "vega-embed";
import * as vegaLite from "vega-lite";

/// The script notes under `VEGA_DEBUG` which versions it has loaded, and loads none a second time.
const LOADS = /\bmaybeLoadScript\("(vega(?:-lite|-embed)?)",\s*"([^"]*)"\)/g;

export function bring(text: string): void {
  const loaded = [...text.matchAll(LOADS)].map(([, name, version]) => [`${name?.replace("-", "")}_version`, version]);
  Object.assign(window, { vega, vegaLite, vegaEmbed: embed, VEGA_DEBUG: Object.fromEntries(loaded) });
}
