/// Runs before any script of a page: counts what goes to the GPU, and waits for it. A frame counts when its pixels can
/// be read back, because a draw call only asks.

(() => {
  const contexts = new Set();
  const buffers = new Map();
  const bench = { drawn: 0, sends: [], uploaded: 0, film: [], contexts };
  let filming = false;
  let due = false;
  window.__bench = bench;

  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const found = getContext.call(this, kind, ...rest);
    if (found !== null && String(kind).startsWith("webgl")) contexts.add(found);
    return found;
  };

  const bound = (gl, target) =>
    gl.getParameter(target === gl.ARRAY_BUFFER ? gl.ARRAY_BUFFER_BINDING : gl.ELEMENT_ARRAY_BUFFER_BINDING);
  const sizeOf = (data) => (typeof data === "number" ? data : (data?.byteLength ?? 0));
  const sent = (bytes) => {
    bench.uploaded += bytes;
    bench.sends.push([performance.now(), bytes]);
  };
  const wrap = (type, name, before) => {
    const own = type.prototype[name];
    if (own === undefined) return;
    type.prototype[name] = function (...words) {
      before(this, ...words);
      return own.apply(this, words);
    };
  };
  const texels = { 6408: 4, 6407: 3, 6406: 1, 6409: 1, 6403: 1, 33319: 2 };
  for (const type of [WebGLRenderingContext, WebGL2RenderingContext]) {
    wrap(type, "bufferData", (gl, target, data) => {
      const buffer = target === gl.ARRAY_BUFFER || target === gl.ELEMENT_ARRAY_BUFFER ? bound(gl, target) : target;
      buffers.set(buffer, sizeOf(data));
      if (typeof data !== "number") sent(sizeOf(data));
    });
    wrap(type, "bufferSubData", (_gl, _target, _offset, data) => sent(sizeOf(data)));
    wrap(type, "deleteBuffer", (_gl, buffer) => buffers.delete(buffer));
    wrap(type, "deleteTexture", (_gl, texture) => buffers.delete(texture));
    const texture = (gl, width, height, depth, format, kind, data) => {
      const each = kind === gl.FLOAT ? 4 : kind === 5131 ? 2 : 1;
      const bytes = width * height * depth * (texels[format] ?? 4) * each;
      buffers.set(gl.getParameter(gl.TEXTURE_BINDING_2D), bytes);
      if (data) sent(bytes);
    };
    wrap(type, "texImage2D", (gl, ...words) => {
      if (words.length < 8) return;
      texture(gl, words[3], words[4], 1, words[6], words[7], words[8]);
    });
    wrap(type, "texStorage2D", (gl, _target, _levels, _format, width, height) =>
      texture(gl, width, height, 1, gl.RGBA, gl.UNSIGNED_BYTE, null),
    );
    wrap(type, "texSubImage2D", (_gl, ...words) => sent(words.at(-1)?.byteLength ?? 0));
    const drew = (count) => {
      bench.drawn += count;
      if (!filming || due) return;
      due = true;
      queueMicrotask(() => {
        due = false;
        bench.finish();
        bench.film.push([performance.now(), bench.drawn]);
      });
    };
    wrap(type, "drawArrays", (_gl, _mode, _first, count) => drew(count));
    wrap(type, "drawElements", (_gl, _mode, count) => drew(count));
    wrap(type, "drawArraysInstanced", (_gl, _mode, _first, _count, instances) => drew(instances));
    wrap(type, "drawElementsInstanced", (_gl, _mode, _count, _kind, _offset, instances) => drew(instances));
  }
  const requestFrame = window.requestAnimationFrame.bind(window);
  let waiting;
  window.requestAnimationFrame = (act) =>
    requestFrame((now) => {
      if (waiting === undefined) act(now);
      else waiting.push(act);
    });
  /// No frame is drawn until `act` has finished: what a hand draws in a second would else be hundreds of frames here.
  bench.still = async (act) => {
    waiting = [];
    await act();
    const held = waiting;
    waiting = undefined;
    for (const one of held) window.requestAnimationFrame(one);
  };

  /// Bytes that the GPU holds for this page: buffers and textures that were made and not deleted.
  bench.held = () => [...buffers.values()].reduce((sum, size) => sum + size, 0);
  /// Returns when everything that was asked for is drawn.
  bench.finish = () => {
    const pixel = new Uint8Array(4);
    for (const gl of contexts) if (!gl.isContextLost()) gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  };
  bench.frame = () => new Promise((done) => requestAnimationFrame(done));
  /// From now on each frame is waited for and kept: when it was finished, and how many points had been drawn by then. It
  /// is waited for where `timed` waits for a peer's: when its callback has asked for all of it, and before the browser
  /// shows it.
  bench.filmed = () => {
    filming = true;
  };
  /// When the button is let go, and when the page then says how many cells are selected.
  bench.selected = () =>
    new Promise((done) => {
      addEventListener(
        "pointerup",
        () => {
          const began = performance.now();
          const said = () => /([\d,]+) (?:cells? )?selected/.exec(document.body.textContent)?.[1];
          const watch = new MutationObserver(() => {
            const now = performance.now();
            const count = said();
            if (count === undefined) return;
            watch.disconnect();
            done([now - began, Number(count.replaceAll(",", ""))]);
          });
          watch.observe(document, { childList: true, subtree: true, characterData: true });
        },
        { capture: true, once: true },
      );
    });
  /// Does something and waits until at least `points` were drawn since; milliseconds, or fails after a minute.
  bench.timed = async (act, points) => {
    const before = bench.drawn;
    const began = performance.now();
    await act();
    while (bench.drawn - before < points) {
      await bench.frame();
      if (performance.now() - began > 90_000) throw new Error(`nothing was drawn: ${bench.drawn - before}`);
    }
    bench.finish();
    return performance.now() - began;
  };
})();
