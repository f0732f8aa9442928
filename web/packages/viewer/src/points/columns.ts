/// Typed arrays on their way to the GPU: each is uploaded once, as it is, when it is first drawn, and once more where the
/// browser took the context away. `uploaded` counts bytes, so that a test can tell that nothing was sent twice.

import type { Device } from "./device";

export type Numbers = Float32Array | Uint8Array | Uint16Array | Uint32Array;

interface Kept {
  readonly buffer: WebGLBuffer;
  readonly generation: number;
  /// Of the array when it was uploaded.
  version: number;
}

export class Columns {
  uploaded = 0;
  readonly #kept = new Map<Numbers, Kept>();
  readonly #versions = new WeakMap<Numbers, number>();
  readonly #textures = new Map<Uint8Array, { texture: WebGLTexture; generation: number }>();

  constructor(private readonly device: Device) {}

  /// The array's bytes are others now; only marks change in place.
  changed(column: Numbers): void {
    this.#versions.set(column, (this.#versions.get(column) ?? 0) + 1);
  }

  /// Makes a column the source of an attribute, taking every `step`-th point.
  bind(place: number, column: Numbers, width: number, step: number): void {
    const { gl } = this.device;
    this.#onGpu(column, gl.ARRAY_BUFFER);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, width, this.#kind(column), false, step * width * column.BYTES_PER_ELEMENT, 0);
  }

  /// Makes a column of vertices the source of several attributes, of so many numbers each.
  vertices(places: readonly number[], column: Float32Array, widths: readonly number[]): void {
    const { gl } = this.device;
    this.#onGpu(column, gl.ARRAY_BUFFER);
    const stride = 4 * widths.reduce((sum, width) => sum + width, 0);
    let offset = 0;
    places.forEach((place, at) => {
      const width = widths[at] as number;
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, width, gl.FLOAT, false, stride, offset);
      offset += 4 * width;
    });
  }

  /// Attributes that nothing else uses.
  release(places: readonly number[]): void {
    for (const place of places) this.device.gl.disableVertexAttribArray(place);
  }

  #kind(column: Numbers): GLenum {
    const { gl } = this.device;
    if (column instanceof Float32Array) return gl.FLOAT;
    if (column instanceof Uint32Array) return gl.UNSIGNED_INT;
    return column instanceof Uint16Array ? gl.UNSIGNED_SHORT : gl.UNSIGNED_BYTE;
  }

  constant(place: number, value: number): void {
    this.device.gl.disableVertexAttribArray(place);
    this.device.gl.vertexAttrib1f(place, value);
  }

  /// Makes a column the list of places that are drawn. It can be nothing else besides.
  elements(column: Uint32Array): void {
    this.#onGpu(column, this.device.gl.ELEMENT_ARRAY_BUFFER);
  }

  #onGpu(column: Numbers, target: GLenum): void {
    const { gl, generation } = this.device;
    const version = this.#versions.get(column) ?? 0;
    let kept = this.#kept.get(column);
    if (kept === undefined || kept.generation !== generation) {
      kept = { buffer: gl.createBuffer(), generation, version: -1 };
      this.#kept.set(column, kept);
    }
    gl.bindBuffer(target, kept.buffer);
    if (kept.version === version) return;
    if (kept.version < 0) gl.bufferData(target, column, gl.STATIC_DRAW);
    else gl.bufferSubData(target, 0, column);
    kept.version = version;
    this.uploaded += column.byteLength;
  }

  /// Colours as RGBA bytes, 256 a row.
  texture(colours: Uint8Array): void {
    const { gl, generation } = this.device;
    const kept = this.#textures.get(colours);
    if (kept !== undefined && kept.generation === generation) {
      gl.bindTexture(gl.TEXTURE_2D, kept.texture);
      return;
    }
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const rows = Math.max(1, Math.ceil(colours.length / 1024));
    const padded = new Uint8Array(rows * 1024);
    padded.set(colours);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, padded);
    for (const [name, value] of [
      [gl.TEXTURE_MIN_FILTER, gl.NEAREST],
      [gl.TEXTURE_MAG_FILTER, gl.NEAREST],
      [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
      [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
    ] as const) {
      gl.texParameteri(gl.TEXTURE_2D, name, value);
    }
    this.#textures.set(colours, { texture, generation });
  }

  /// Boxes of a cube as RGBA bytes, `side` along each axis.
  cube(boxes: Uint8Array, side: number): void {
    const { gl, generation } = this.device;
    const kept = this.#textures.get(boxes);
    if (kept !== undefined && kept.generation === generation) {
      gl.bindTexture(gl.TEXTURE_3D, kept.texture);
      return;
    }
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_3D, texture);
    gl.texImage3D(gl.TEXTURE_3D, 0, gl.RGBA8, side, side, side, 0, gl.RGBA, gl.UNSIGNED_BYTE, boxes);
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R])
      gl.texParameteri(gl.TEXTURE_3D, wrap, gl.CLAMP_TO_EDGE);
    this.#textures.set(boxes, { texture, generation });
    this.uploaded += boxes.byteLength;
  }

  /// Lets go of everything that is not among these.
  keep(columns: ReadonlySet<Numbers>, colours: ReadonlySet<Uint8Array>): void {
    const { gl, generation } = this.device;
    for (const [column, kept] of this.#kept) {
      if (columns.has(column)) continue;
      if (kept.generation === generation) gl.deleteBuffer(kept.buffer);
      this.#kept.delete(column);
    }
    for (const [source, kept] of this.#textures) {
      if (colours.has(source)) continue;
      if (kept.generation === generation) gl.deleteTexture(kept.texture);
      this.#textures.delete(source);
    }
  }
}
