// The one script of an exported notebook: it gives each frame the height that the frame asks for, within bounds. What a
// frame says is hostile, and its height is all that it can say.
(() => {
  "use strict";
  const HIGHEST = 12000;
  const TIMES = 200;
  const times = new WeakMap();
  addEventListener("message", ({ source, data }) => {
    if (typeof data !== "object" || data === null || data.fumehood !== "height") return;
    const { height } = data;
    if (!Number.isFinite(height)) return;
    for (const frame of document.querySelectorAll("iframe.frame")) {
      if (frame.contentWindow !== source) continue;
      const count = (times.get(frame) ?? 0) + 1;
      times.set(frame, count);
      if (count <= TIMES) frame.style.height = `${Math.min(HIGHEST, Math.max(8, height))}px`;
      return;
    }
  });
  // What is printed is there before it is scrolled to.
  addEventListener("beforeprint", () => {
    for (const frame of document.querySelectorAll("iframe.frame")) frame.loading = "eager";
  });
})();
