/// GeoJSON on a map that is moved and zoomed. Tiles behind it are fetched where the output names them and the policy lets
/// them in: a map of one's own data asks nobody else.

import "leaflet/dist/leaflet.css";
import "../styles/map.css";
import { circleMarker, geoJSON, map, tileLayer } from "leaflet";
import type { Content } from "../content.js";

const CLOSEST = 16;

export async function renderGeoJson(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("map");
  const data = (await content.json()) as GeoJSON.GeoJsonObject;
  const { url_template: tiles, layer_options: options } = content.options;
  const place = document.createElement("div");
  host.append(place);
  const view = map(place, { attributionControl: typeof tiles === "string", trackResize: true });
  signal.addEventListener("abort", () => view.remove(), { once: true });
  if (typeof tiles === "string") tileLayer(tiles, typeof options === "object" ? { ...options } : {}).addTo(view);
  const features = geoJSON(data, {
    pointToLayer: (_, where) => circleMarker(where, { radius: 5 }),
    onEachFeature: ({ properties }, layer) => {
      if (properties && Object.keys(properties).length > 0) layer.bindPopup(() => facts(properties));
    },
  }).addTo(view);
  const bounds = features.getBounds();
  if (bounds.isValid()) view.fitBounds(bounds, { maxZoom: CLOSEST, animate: false });
  else view.setView([0, 0], 1);
}

function facts(properties: Readonly<Record<string, unknown>>): HTMLElement {
  const table = document.createElement("table");
  for (const [name, value] of Object.entries(properties)) {
    const row = table.insertRow();
    row.insertCell().textContent = name;
    row.insertCell().textContent = typeof value === "string" ? value : JSON.stringify(value);
  }
  return table;
}
