/// BokehJS for the plots of Bokeh, HoloViews and Panel. In Jupyter `output_notebook()` and `extension()` bring it, as an
/// output of another cell; here the sealed page does, from its own files, in the frame where it is needed. So a
/// plot is alive without a network, and no cell's script comes into another cell's frame.

import core from "@bokeh/bokehjs/build/js/bokeh.min.js?url";
import gl from "@bokeh/bokehjs/build/js/bokeh-gl.min.js?url";
import mathjax from "@bokeh/bokehjs/build/js/bokeh-mathjax.min.js?url";
import tables from "@bokeh/bokehjs/build/js/bokeh-tables.min.js?url";
import widgets from "@bokeh/bokehjs/build/js/bokeh-widgets.min.js?url";
import panel from "@holoviz/panel/dist/panel.min.js?url";
import { library } from "../library.js";
import { draws, hasFormula, isPanel, modelsOf, type Version, versionOf } from "./documents.js";
import { localStyles } from "./styles.js";

interface Bokeh {
  readonly version: string;
  /// By name, in the registry of what is loaded.
  readonly Models: { get(name: string): unknown };
  /// Panel's scripts look here for the version that wrote them.
  versions?: Map<string, Bokeh>;
}

const RELEASES = "https://cdn.bokeh.org/bokeh/release";

const own = (address: string): Promise<Bokeh> => library<Bokeh>(new URL(address, import.meta.url), "Bokeh");

/// Rejects where no BokehJS is to be had that draws it. Resolves to the text that is to run.
export async function bring(text: string): Promise<string> {
  const wanted = versionOf(text);
  if (wanted === null) return text;
  const bokeh = (await ours(wanted, text)) ?? (await theirs(wanted));
  bokeh.versions ??= new Map();
  bokeh.versions.set(wanted.text.replace("rc", "-rc.").replace(".dev", "-dev."), bokeh);
  return localStyles(text);
}

async function ours(wanted: Version, text: string): Promise<Bokeh | null> {
  const bokeh = await own(core);
  const version = versionOf(`"version":"${bokeh.version}"`);
  if (version === null || !draws(version, wanted)) return null;
  const models = modelsOf(text);
  const missing = () => [...models].some((name) => !isPanel(name) && !known(bokeh, name));
  // HoloViews' scripts wait for Panel even where nothing of it is in the document.
  const panels = [...models].some(isPanel) || text.includes("Bokeh.Panel");
  // Panel's file is made on top of all of them.
  for (const part of [widgets, tables]) if (panels || missing()) await own(part);
  if (panels || text.includes('"webgl"')) await own(gl);
  if (hasFormula(text)) await own(mathjax);
  if (panels) await own(panel);
  return bokeh;
}

function known(bokeh: Bokeh, name: string): boolean {
  return bokeh.Models.get(name) != null;
}

/// As the library itself would fetch it, and under the frame's policy: what is blocked stands below the output.
async function theirs({ text }: Version): Promise<Bokeh> {
  Reflect.deleteProperty(window, "Bokeh");
  const part = (name: string) => library<Bokeh>(new URL(`${RELEASES}/${name}-${text}.min.js`), "Bokeh");
  const bokeh = await part("bokeh");
  await part("bokeh-widgets");
  await part("bokeh-tables");
  return bokeh;
}
