import type { Case } from "../types";

const any = (name: string, packages: readonly string[], code: string, css: string, more: Partial<Case> = {}): Case => ({
  name,
  group: "anywidgets",
  packages,
  cells: [code],
  signs: [{ css }],
  ...more,
});
const FRAME =
  "import pandas as pd, numpy as np; df = pd.DataFrame({'x': np.random.rand(200), 'y': np.random.rand(200), 'g': list('ab') * 100})\n";

export const ANYWIDGETS: readonly Case[] = [
  any(
    "jupyter-scatter",
    ["jupyter-scatter"],
    `${FRAME}import jscatter; jscatter.Scatter(data=df, x='x', y='y', color_by='g').show()`,
    "canvas",
  ),
  any("quak", ["quak"], `${FRAME}import quak; quak.Widget(df)`, "table, canvas, .quak", { colours: 2 }),
  any(
    "lonboard",
    ["lonboard"],
    "import geopandas as gpd, lonboard\nfrom shapely.geometry import Point\nlonboard.Map(lonboard.ScatterplotLayer.from_geopandas(gpd.GeoDataFrame(geometry=[Point(8, 47), Point(9, 48)], crs=4326), get_fill_color=[255, 0, 0], radius_min_pixels=9), basemap=None)",
    "canvas",
    {
      verdict: "does not work",
      why: "Fetches WebAssembly from cdn.jsdelivr.net, which takes a lever (data); the test has not got that file.",
    },
  ),
  any(
    "ipymolstar",
    ["ipymolstar"],
    "from ipymolstar import PDBeMolstar\nPDBeMolstar(custom_data={'data': 'ATOM      1  CA  ALA A   1      11.104   6.134  -6.504  1.00  0.00           C\\nATOM      2  CA  GLY A   2      14.104   6.134  -6.504  1.00  0.00           C\\n', 'format': 'pdb', 'binary': False}, height='300px')",
    "canvas",
  ),
  any("drawdata", ["drawdata"], "from drawdata import ScatterWidget; ScatterWidget()", "svg, canvas"),
  any(
    "mosaic-widget",
    ["mosaic-widget"],
    `${FRAME}from mosaic_widget import MosaicWidget\nMosaicWidget({'plot': [{'mark': 'dot', 'data': {'from': 'df'}, 'x': 'x', 'y': 'y'}]}, data={'df': df})`,
    "svg circle, svg [aria-label=dot]",
  ),
  any("wigglystuff: Slider2D", ["wigglystuff"], "from wigglystuff import Slider2D; Slider2D()", "canvas, svg", {
    colours: 3,
  }),
  any(
    "wigglystuff: Matrix",
    ["wigglystuff"],
    "from wigglystuff import Matrix; Matrix(rows=2, cols=3)",
    "[class*=matrix]",
    { colours: 2 },
  ),
  any(
    "wigglystuff: SortableList",
    ["wigglystuff"],
    "from wigglystuff import SortableList; SortableList(['a', 'b', 'c'])",
    "*",
    { signs: [{ css: "*", text: "b" }], colours: 3 },
  ),
  any("anymap", ["anymap"], "from anymap import MapLibreMap; MapLibreMap(center=[47, 8], zoom=4)", "canvas", {
    verdict: "does not work",
    why: "Its Python fetches a map style from the network before there is a widget.",
  }),
  any("ipyniivue", ["ipyniivue"], "from ipyniivue import NiiVue; NiiVue()", "canvas", { colours: 2 }),
  any(
    "pyobsplot",
    ["pyobsplot"],
    "from pyobsplot import Plot\nPlot.plot({'marks': [Plot.dot([{'a': 1, 'b': 2}, {'a': 2, 'b': 1}], {'x': 'a', 'y': 'b'})]})",
    "svg circle",
  ),
  any("buckaroo", ["buckaroo"], `${FRAME}import buckaroo; buckaroo.BuckarooWidget(df)`, ".ag-row, [role=row]"),
  any(
    "vitessce",
    ["vitessce"],
    "from vitessce import VitessceConfig, hconcat\nvc = VitessceConfig(schema_version='1.0.15', name='one')\nd = vc.add_dataset('d')\nvc.layout(vc.add_view('description', dataset=d))\nvc.widget()",
    "*",
    {
      signs: [{ css: ".vitessce-container, [class*=vitessce]" }],
      colours: 3,
      verdict: "does not work",
      why: "Loads from esm.sh, as data (a lever), which the test does not stand in for.",
    },
  ),
  any("higlass", ["higlass-python"], "import higlass as hg\nhg.view(hg.track('top-axis'))", "canvas, .higlass", {
    verdict: "does not work",
    why: "Loads from esm.sh, which the test does not stand in for.",
  }),
  any(
    "cev",
    ["cev"],
    `${FRAME}from cev.widgets import Embedding, EmbeddingComparisonWidget\ne = Embedding.from_df(df.assign(label=pd.Categorical(['a+b+'] * 200)))\nEmbeddingComparisonWidget(e, e, row_height=300)`,
    "canvas",
  ),
  any(
    "ipyreact",
    ["ipyreact"],
    "import ipyreact\nclass C(ipyreact.ValueWidget):\n    _esm = 'import * as React from \"react\"; export default function C({value, setValue}) { return <button onClick={() => setValue((value ?? 0) + 1)}>count {value ?? 0}</button> }'\nC()",
    "button",
    { colours: 2, press: { css: "button", gives: { css: "button", text: "count 1" } } },
  ),
  any("mopaint", ["mopaint"], "from mopaint import Paint; Paint()", "canvas"),
  any(
    "graphviz-anywidget",
    ["graphviz-anywidget"],
    "from graphviz_anywidget import graphviz_widget; graphviz_widget('digraph { a -> b }')",
    "svg .node",
  ),
  any(
    "cosmograph",
    ["cosmograph"],
    "import cosmograph, pandas as pd\ncosmograph.Cosmograph(points=pd.DataFrame({'id': ['a', 'b', 'c']}), links=pd.DataFrame({'s': ['a', 'b'], 't': ['b', 'c']}), point_id_by='id', link_source_by='s', link_target_by='t')",
    "canvas",
    {
      verdict: "does not work",
      why: "Its database is a worker that loads itself from cdn.jsdelivr.net: a worker's own loads take no lever, because no page hears of them.",
    },
  ),
  any(
    "neo4j-viz",
    ["neo4j-viz"],
    "from neo4j_viz import Node, Relationship, VisualizationGraph\nVisualizationGraph([Node(id='1', caption='a'), Node(id='2', caption='b')], [Relationship(source='1', target='2')]).render_widget()",
    "canvas",
  ),
  any(
    "perspective",
    ["perspective-python"],
    `${FRAME}from perspective.widget import PerspectiveWidget; PerspectiveWidget(df)`,
    "perspective-viewer",
  ),
  any(
    "k3d",
    ["k3d"],
    "import k3d\np = k3d.plot(); p += k3d.points([[0, 0, 0], [1, 1, 1]], point_size=.3); p",
    "canvas",
  ),
  any(
    "weas-widget",
    ["weas-widget"],
    "from weas_widget import WeasWidget\nfrom ase.build import molecule\nv = WeasWidget(); v.from_ase(molecule('H2O')); v",
    "canvas",
  ),
  any(
    "jupyter-rfb",
    ["jupyter_rfb"],
    "import numpy as np\nfrom jupyter_rfb import RemoteFrameBuffer\nclass C(RemoteFrameBuffer):\n    def get_frame(self):\n        a = np.zeros((100, 100, 3), np.uint8); a[:, :50, 0] = 200; return a\nC()",
    "img, canvas",
    { colours: 2 },
  ),
];
