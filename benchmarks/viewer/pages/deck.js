import { COORDINATE_SYSTEM, Deck, OrbitView, OrthographicView } from "@deck.gl/core";
import { PointCloudLayer, ScatterplotLayer } from "@deck.gl/layers";
import { bytes, HEIGHT, KINDS, RAMP, WIDTH } from "./colours.ts";

/// Its binary columns, which its documentation has for many points. It has no lasso, and no colours by code: they are
/// written out, four bytes a point.
export async function make(place, { points, codes, dimensions }) {
  const length = codes.length;
  const getPosition = { value: points, size: dimensions };
  const coloured = (colour) => {
    const value = new Uint8Array(length * 4);
    const words = new Uint32Array(value.buffer);
    for (let at = 0; at < length; at++) words[at] = colour(at);
    return { value, size: 4 };
  };
  const [kinds, ramp] = [new Uint32Array(bytes(KINDS).buffer), new Uint32Array(bytes(RAMP).buffer)];
  const shared = { id: "cells", coordinateSystem: COORDINATE_SYSTEM.CARTESIAN, pickable: false };
  const layer = (getColour) =>
    dimensions === 3
      ? new PointCloudLayer({
          ...shared,
          data: { length, attributes: { getPosition, getColor: getColour } },
          pointSize: 1,
          sizeUnits: "pixels",
          material: false,
        })
      : new ScatterplotLayer({
          ...shared,
          data: { length, attributes: { getPosition, getFillColor: getColour } },
          getRadius: 1,
          radiusUnits: "pixels",
          opacity: 0.8,
          antialiasing: false,
        });
  let state =
    dimensions === 3
      ? { target: [0, 0, 0], zoom: 8, rotationX: 30, rotationOrbit: 30 }
      : { target: [0, 0, 0], zoom: 8.4 };
  const deck = new Deck({
    parent: place,
    width: WIDTH,
    height: HEIGHT,
    views: dimensions === 3 ? new OrbitView() : new OrthographicView(),
    initialViewState: state,
    controller: false,
    useDevicePixels: 1,
    layers: [layer(coloured((at) => kinds[codes[at] % kinds.length]))],
  });
  const look = (change) => {
    state = { ...state, ...change };
    deck.setProps({ initialViewState: state });
  };
  return {
    pan: (dx, dy) =>
      dimensions === 3
        ? look({ rotationOrbit: state.rotationOrbit + dx })
        : look({ target: [state.target[0] - dx / 300, state.target[1] - dy / 300, 0] }),
    zoom: (factor) => look({ zoom: state.zoom + Math.log2(factor) }),
    recolour: (values) =>
      deck.setProps({ layers: [layer(coloured((at) => ramp[Math.min(255, Math.max(0, values[at] * 64)) | 0]))] }),
  };
}
