/// A picture that is kept on the GPU and shown again as it is: what does not change while something above it moves.

import type { Size } from "./camera";
import type { Device } from "./device";

interface Kept {
  readonly frame: WebGLFramebuffer;
  readonly buffers: readonly WebGLRenderbuffer[];
  readonly size: Size;
  readonly generation: number;
}

export class Still {
  #kept: Kept | undefined;

  constructor(private readonly device: Device) {}

  /// Whether there is a picture of this size, in device pixels.
  holds(size: Size): boolean {
    const kept = this.#kept;
    return (
      kept !== undefined &&
      kept.generation === this.device.generation &&
      kept.size.width === size.width &&
      kept.size.height === size.height
    );
  }

  /// What `draw` draws is kept.
  into(size: Size, draw: () => void): void {
    const { gl } = this.device;
    if (!this.holds(size)) {
      this.close();
      this.#kept = this.#made(size);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#kept?.frame ?? null);
    draw();
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  /// On the canvas.
  shown(): void {
    const { gl } = this.device;
    if (this.#kept === undefined) return;
    const { width, height } = this.#kept.size;
    gl.disable(gl.SCISSOR_TEST);
    // What a browser clears by itself after it showed a frame it clears at the next drawing, which a blit is not.
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.#kept.frame);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  close(): void {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept === undefined || kept.generation !== this.device.generation) return;
    const { gl } = this.device;
    gl.deleteFramebuffer(kept.frame);
    for (const buffer of kept.buffers) gl.deleteRenderbuffer(buffer);
  }

  #made(size: Size): Kept {
    const { gl, generation } = this.device;
    const frame = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    const buffers = (
      [
        [gl.RGBA8, gl.COLOR_ATTACHMENT0],
        [gl.DEPTH_COMPONENT24, gl.DEPTH_ATTACHMENT],
      ] as const
    ).map(([format, place]) => {
      const buffer = gl.createRenderbuffer();
      gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
      gl.renderbufferStorage(gl.RENDERBUFFER, format, size.width, size.height);
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, place, gl.RENDERBUFFER, buffer);
      return buffer;
    });
    return { frame, buffers, size, generation };
  }
}
