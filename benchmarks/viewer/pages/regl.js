import createScatterplot from "regl-scatterplot";
import { HEIGHT, KINDS, RAMP, WIDTH } from "./colours.ts";
import { drawn, View } from "./hand.js";

export async function make(place, { points, codes }) {
  const canvas = document.createElement("canvas");
  place.append(canvas);
  const plot = createScatterplot({
    canvas,
    width: WIDTH,
    height: HEIGHT,
    pointSize: 2,
    colorBy: "valueA",
    pointColor: KINDS,
    opacity: 0.8,
    lassoMinDelay: 0,
  });
  const x = new Float32Array(codes.length);
  const y = new Float32Array(codes.length);
  for (let at = 0; at < codes.length; at++) {
    x[at] = points[2 * at];
    y[at] = points[2 * at + 1];
  }
  await plot.draw({ x, y, z: codes }, { zDataType: "categorical" });
  const view = new View();
  return {
    pan: (dx, dy) => plot.view(view.panned(dx, dy)),
    zoom: (factor) => plot.view(view.zoomed(factor)),
    lasso: async (corners) => {
      plot.view(view.whole());
      await window.__bench.frame();
      await plot.set({ mouseMode: "lasso" });
      const chosen = () =>
        new Promise((done) => {
          const id = plot.subscribe("select", ({ points: cells }) => {
            plot.unsubscribe(id);
            done(cells.length);
          });
        });
      const found = await drawn(canvas, corners, chosen);
      plot.deselect();
      await plot.set({ mouseMode: "panZoom" });
      return found;
    },
    // With the index that it has: the places stay.
    recolour: async (values) => {
      plot.set({ pointColor: RAMP });
      await plot.draw({ x, y, z: values }, { zDataType: "continuous", spatialIndex: plot.get("spatialIndex") });
    },
  };
}
