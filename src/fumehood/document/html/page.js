// The script of an exported notebook: it gives each frame the height that the frame asks for, within bounds, and the
// constant files that it draws with, once; and it draws the formulas of Markdown. What a frame says is hostile, and a
// height and names of these files are all that it can say.
(() => {
  "use strict";
  const HIGHEST = 12000;
  const TIMES = 200;
  const ALIVE = 100;
  const FORMULAS_MS = 15000;
  const TURN_MS = 8;
  /* files.js */
  const times = new WeakMap();
  const given = new WeakSet();
  const frames = () => [...document.querySelectorAll("iframe.frame")];

  // A frame may ask before the end of this file, where they are, was read.
  const held = new Promise((read) => addEventListener("DOMContentLoaded", read)).then(() =>
    JSON.parse(document.getElementById("plugins")?.textContent ?? '{"files":{}}'),
  );
  const unpacked = new Map();
  const unpack = (name, text) => {
    if (!unpacked.has(name)) {
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      unpacked.set(name, new Response(plain).arrayBuffer().then((buffer) => new Uint8Array(buffer)));
    }
    return unpacked.get(name);
  };
  const unpackAll = async (names) => {
    const { files } = await held;
    const known = [...new Set(names)].filter((name) => Object.hasOwn(files, name));
    return Promise.all(known.map(async (name) => [name, await unpack(name, files[name])]));
  };

  const size = (frame, height) => {
    if (!Number.isFinite(height)) return;
    const count = (times.get(frame) ?? 0) + 1;
    times.set(frame, count);
    if (count > TIMES) return;
    frame.style.height = `${Math.min(HIGHEST, Math.max(8, height))}px`;
    frame.dispatchEvent(new Event("sized"));
  };
  const give = async (frame, names) => {
    if (given.has(frame) || !Array.isArray(names)) return;
    given.add(frame);
    const files = await unpackAll(names);
    frame.contentWindow?.postMessage({ fumehood: "files", files }, "*");
  };
  addEventListener("message", ({ source, data, ports }) => {
    if (typeof data !== "object" || data === null) return;
    const frame = frames().find((one) => one.contentWindow === source);
    if (!frame) return;
    if (data.fumehood === "height") size(frame, data.height);
    else if (data.fumehood === "files") void give(frame, data.names);
    // A frame speaks with itself through it; nobody listens here.
    else if (data.fumehood === "port") source.postMessage({ fumehood: "port", version: 1 }, "*", [...ports]);
  });

  const drawFormulas = async (formulas) => {
    const made = addresses(await unpackAll(formulas.files), formulas);
    const { typesetter } = await import(made.get(formulas.entry));
    const makers = new Map();
    let turn = performance.now();
    let left = FORMULAS_MS;
    for (const place of document.querySelectorAll(".maths")) {
      const text = place.closest(".markdown, .text");
      if (!makers.has(text)) makers.set(text, typesetter());
      const source = place.textContent;
      const began = performance.now();
      try {
        makers.get(text)(place, place.dataset.tex, place.classList.contains("display"));
      } catch (error) {
        place.textContent = source;
        place.title = String(error.message).slice(0, 300);
      }
      const now = performance.now();
      left -= now - began;
      if (left < 0) return;
      if (now - turn > TURN_MS) {
        await new Promise((next) => setTimeout(next));
        turn = performance.now();
      }
    }
  };
  void held.then(({ formulas }) => formulas && drawFormulas(formulas));

  // One after the other, so that what is printed is there before it is scrolled to.
  const mount = async () => {
    for (const frame of frames().slice(0, ALIVE)) {
      if (times.has(frame)) continue;
      frame.loading = "eager";
      await new Promise((next) => {
        frame.addEventListener("sized", next, { once: true });
        setTimeout(next, 2000);
      });
    }
  };
  addEventListener("load", () => setTimeout(() => void mount(), 200));
  addEventListener("beforeprint", () => {
    for (const frame of frames()) frame.loading = "eager";
  });
})();
