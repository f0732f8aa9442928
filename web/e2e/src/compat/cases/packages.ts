import type { Case } from "../types";

const pack = (name: string, code: string, css: string, more: Partial<Case> = {}): Case => ({
  name,
  group: "Widget packages with a front end of their own",
  packages: [name],
  cells: [code],
  signs: [{ css }],
  ...more,
});

export const PACKAGES: readonly Case[] = [
  pack(
    "ipympl",
    "%matplotlib widget\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots(); ax.plot([1, 3, 2]); plt.show()",
    ".jupyter-matplotlib canvas",
  ),
  pack("bqplot", "from bqplot import pyplot as plt\nplt.figure(); plt.plot([1, 3, 2]); plt.show()", ".bqplot svg path"),
  pack(
    "ipyleaflet",
    "from ipyleaflet import Map, Marker\nm = Map(center=(47, 8), zoom=6); m.add(Marker(location=(47, 8))); m",
    ".leaflet-marker-icon",
    { colours: 4 },
  ),
  pack(
    "ipycanvas",
    "from ipycanvas import Canvas\nc = Canvas(width=200, height=100); c.fill_style = 'teal'; c.fill_rect(10, 10, 100, 50); c",
    "canvas",
    { colours: 2 },
  ),
  pack(
    "ipydatagrid",
    "import pandas as pd\nfrom ipydatagrid import DataGrid\nDataGrid(pd.DataFrame({'a': [1, 2]}))",
    "canvas",
    { colours: 3 },
  ),
  pack("ipyvuetify", "import ipyvuetify as v; v.Btn(children=['press'], color='primary')", ".v-btn", { colours: 3 }),
  pack(
    "pythreejs",
    "from pythreejs import *\ncamera = PerspectiveCamera(position=[3, 3, 3])\nRenderer(camera=camera, scene=Scene(children=[Mesh(BoxGeometry(), MeshBasicMaterial(color='teal'))]), controls=[OrbitControls(controlling=camera)], width=200, height=200)",
    "canvas",
    { colours: 2 },
  ),
  pack(
    "ipycytoscape",
    "import ipycytoscape\nc = ipycytoscape.CytoscapeWidget(); c.graph.add_graph_from_json({'nodes': [{'data': {'id': '1'}}], 'edges': []}); c",
    "canvas",
    { colours: 2 },
  ),
  pack("ipysigma", "import networkx as nx\nfrom ipysigma import Sigma\nSigma(nx.path_graph(5))", "canvas", {
    colours: 3,
  }),
  pack(
    "yfiles_jupyter_graphs",
    "from yfiles_jupyter_graphs import GraphWidget\nw = GraphWidget(); w.nodes = [{'id': 0, 'properties': {'label': 'a'}}]; w",
    "svg, canvas",
    { colours: 3 },
  ),
  pack("keplergl", "from keplergl import KeplerGl; KeplerGl()", ".kepler-gl, canvas", {
    colours: 4,
    verdict: "does not work",
    why: "Its front end is one text of 12 MB; a message of a widget may have 8.",
  }),
];
