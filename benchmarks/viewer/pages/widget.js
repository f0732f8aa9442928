/// jupyter-scatter as a notebook shows it: the module of its wheel, with a host for the widget that has what its Python
/// sends (`widget.json` is the state of a `Scatter` with colours by a category, without its columns).

import { bytes, HEIGHT, RAMP, WIDTH } from "./colours.ts";
import { drawn, View } from "./hand.js";
import state from "./widget.json";

const ramp = RAMP.map((colour) => [...bytes([colour])].map((value) => value / 255));
const packed = (values, shape, dtype) => ({ view: new DataView(values.buffer), dtype, shape });

export async function make(place, { points, codes }) {
  const { default: widget } = await import(/* @vite-ignore */ new URL("/widget/bundle.js", location.href).href);
  const length = codes.length;
  const matrix = (values) => {
    const all = new Float32Array(length * 4);
    for (let at = 0; at < length; at++) {
      all[4 * at] = points[2 * at];
      all[4 * at + 1] = points[2 * at + 1];
      all[4 * at + 2] = values[at];
    }
    return packed(all, [length, 4], "float32");
  };
  const heard = new Map();
  const has = { ...state, width: WIDTH, height: HEIGHT, size: 2, lasso_min_delay: 0, filter: null };
  has.points = matrix(codes);
  has.selection = packed(new Uint32Array(0), [0], "uint32");
  let chosen = () => {};
  const change = (name, value) => {
    has[name] = value;
    for (const listener of heard.get(`change:${name}`) ?? []) listener({}, value);
  };
  const model = {
    get: (name) => has[name],
    set: (name, value) => {
      has[name] = value;
      if (name === "selection" && value) chosen(value.shape[0]);
    },
    save_changes: () => {},
    send: () => {},
    on: (event, listener) => heard.set(event, [...(heard.get(event) ?? []), listener]),
    off: () => {},
    widget_manager: {},
  };
  await widget.render({ model, el: place });
  const canvas = [...place.querySelectorAll("canvas")].sort((a, b) => b.width - a.width)[0];
  const view = new View();
  const moved = (matrix) => change("camera_view", [...matrix]);
  return {
    pan: (dx, dy) => moved(view.panned(dx, dy)),
    zoom: (factor) => moved(view.zoomed(factor)),
    lasso: async (corners) => {
      moved(view.whole());
      await window.__bench.frame();
      change("mouse_mode", "lasso");
      const known = () =>
        new Promise((done) => {
          chosen = done;
        });
      const found = await drawn(canvas, corners, known);
      change("mouse_mode", "panZoom");
      return found;
    },
    recolour: (values) => {
      has.non_spatial_points_update = true;
      change("color", ramp);
      change("points", matrix(values));
    },
  };
}
