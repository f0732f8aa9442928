/// A WebGL2 context, and what to do when the browser takes it away. Whoever keeps things in it asks `generation`: it
/// grows with each context, and what is of an older one is gone.

export class NoWebGL extends Error {
  constructor(message = "This browser draws no WebGL2 here.") {
    super(message);
  }
}

export class Device {
  readonly gl: WebGL2RenderingContext;
  generation = 1;
  readonly #abort = new AbortController();

  /// `restored` is called when there is a context again. Throws NoWebGL.
  constructor(
    readonly canvas: HTMLCanvasElement,
    restored: () => void,
  ) {
    const gl = canvas.getContext("webgl2", {
      alpha: false,
      antialias: false,
      depth: true,
      premultipliedAlpha: true,
      // What was drawn stays for whoever prints the page or copies the picture: nothing is drawn anew for them.
      preserveDrawingBuffer: true,
      powerPreference: "high-performance",
    });
    if (gl === null) throw new NoWebGL();
    this.gl = gl;
    const { signal } = this.#abort;
    // Without this the browser never gives it back.
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault(), { signal });
    canvas.addEventListener(
      "webglcontextrestored",
      () => {
        this.generation++;
        restored();
      },
      { signal },
    );
  }

  get lost(): boolean {
    return this.gl.isContextLost();
  }

  close(): void {
    this.#abort.abort();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
