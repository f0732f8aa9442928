/// One peer in an otherwise empty page: `window.__job(job)` measures it and gives milliseconds. Every peer is driven as
/// its own users do it, by the pointer or by its documented functions, and every frame is waited for until its pixels
/// could be read.

import { HEIGHT, WIDTH } from "./colours.ts";
import { lasso } from "./hand.js";

const PEERS = {
  engine: () => import("./engine.ts"),
  regl: () => import("./regl.js"),
  deck: () => import("./deck.js"),
  widget: () => import("./widget.js"),
};

async function column(name, Type) {
  return new Type(await (await fetch(`/data/${name}`)).arrayBuffer());
}

/// Columns of the job's many cells; coordinates are in -1…1 already, which some peers ask of their callers.
async function load(job) {
  const points = await column(`points${job.dimensions}.f32`, Float32Array);
  const [codes, gene] = [await column("codes.u8", Uint8Array), await column("gene.f32", Float32Array)];
  const size = codes.length;
  if (job.cells === size) return { points, codes, gene, dimensions: job.dimensions };
  const many = {
    points: new Float32Array(job.cells * job.dimensions),
    codes: new Uint8Array(job.cells),
    gene: new Float32Array(job.cells),
    dimensions: job.dimensions,
  };
  for (let from = 0; from < job.cells; from += size) {
    const count = Math.min(size, job.cells - from);
    many.codes.set(codes.subarray(0, count), from);
    many.gene.set(gene.subarray(0, count), from);
    many.points.set(points.subarray(0, count * job.dimensions), from * job.dimensions);
  }
  if (job.cells > size) for (let at = 0; at < many.points.length; at++) many.points[at] += 0.01 * (Math.random() - 0.5);
  return many;
}

window.__job = async (job) => {
  const bench = window.__bench;
  const place = document.getElementById("place");
  const peer = await PEERS[job.peer]();
  let data = await load(job);
  await new Promise((done) => setTimeout(done, 200));
  const { gene } = data;
  const found = { pan: [], zoom: [], lasso: [], recolour: [], hand: [] };
  let made;
  found.first = await bench.timed(async () => {
    made = await peer.make(place, data, job);
  }, job.cells);
  data = undefined;
  await bench.frame();
  for (let at = 0; at < (job.pan ?? 0); at++)
    found.pan.push(await bench.timed(() => made.pan(at % 2 === 0 ? 23 : -19, 7), job.cells));
  for (let at = 0; at < (job.zoom ?? 0); at++)
    found.zoom.push(await bench.timed(() => made.zoom(at % 2 === 0 ? 1.3 : 1 / 1.3), job.cells));
  await made.rest?.();
  if (made.hand) {
    // The first frames find out how fast this machine is.
    for (let at = 0; at < (job.hand ?? 0) + 4; at++) {
      const took = await bench.timed(() => made.hand(at % 2 === 0 ? 23 : -19, 7), 1);
      if (at >= 4) found.hand.push(took);
    }
    await made.rest?.();
  }
  if (made.lasso) {
    for (let at = 0; at < (job.lasso ?? 0); at++) {
      const [took, count] = await made.lasso(lasso(WIDTH, HEIGHT, at));
      found.lasso.push(took);
      found.selected = count;
      await bench.frame();
      bench.finish();
    }
  }
  for (let at = 0; at < (job.recolour ?? 0); at++) {
    // Others each time, as genes are.
    const values = gene.map((value) => Math.abs(value - at * 0.1));
    bench.uploaded = 0;
    bench.sends.length = 0;
    found.recolour.push(await bench.timed(() => made.recolour(values), job.cells));
    found.sent = bench.uploaded;
    found.uploads = bench.sends.length;
  }
  found.held = bench.held();
  window.__kept = made;
  return found;
};
