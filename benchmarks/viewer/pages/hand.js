/// A mouse, for peers that listen to one.

import { HEIGHT, WIDTH } from "./colours.ts";

/// A loop round about a third of the picture: x, y of each corner.
export function lasso(width, height, turn) {
  const corners = [];
  for (let at = 0; at < 48; at++) {
    const angle = (at / 48) * 2 * Math.PI + turn;
    const away = 0.3 + 0.04 * Math.sin(5 * angle);
    corners.push([width * (0.5 + away * Math.cos(angle)), height * (0.5 + away * Math.sin(angle))]);
  }
  return corners;
}

/// A canvas of regl-scatterplot, alone or within a widget. `chosen` gives a promise of how many cells the next lasso
/// holds. Milliseconds from the button's release until they are known, and their number.
export async function drawn(canvas, corners, chosen) {
  const { left, top } = canvas.getBoundingClientRect();
  const say = (kind, [x, y], buttons) =>
    canvas.dispatchEvent(
      new MouseEvent(kind, { bubbles: true, cancelable: true, clientX: left + x, clientY: top + y, buttons }),
    );
  const [first] = corners;
  await window.__bench.still(async () => {
    say("mouseenter", first, 0);
    say("mousemove", first, 0);
    say("mousedown", first, 1);
    for (const corner of corners) {
      await new Promise((done) => setTimeout(done, 2));
      say("mousemove", corner, 1);
    }
  });
  await window.__bench.frame();
  window.__bench.finish();
  const began = performance.now();
  const known = chosen();
  say("mouseup", first, 0);
  const count = await known;
  return [performance.now() - began, count];
}

/// regl-scatterplot's view, moved as its pointer would move it.
export class View {
  matrix = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

  panned(dx, dy) {
    this.matrix = this.matrix.slice();
    this.matrix[12] += (2 * dx) / WIDTH;
    this.matrix[13] -= (2 * dy) / HEIGHT;
    return this.matrix;
  }

  zoomed(factor) {
    this.matrix = this.matrix.map((value, at) => (at === 0 || at === 5 ? value * factor : value));
    return this.matrix;
  }

  whole() {
    this.matrix = new View().matrix;
    return this.matrix;
  }
}
