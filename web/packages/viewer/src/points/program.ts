/// Two shaders that draw something, compiled when they are first used, and again where the browser took the context
/// away.

import { type Device, NoWebGL } from "./device";

export class Program {
  #program: WebGLProgram | undefined;
  #generation = 0;
  #checked = false;
  readonly #uniforms = new Map<string, WebGLUniformLocation | null>();

  constructor(
    private readonly device: Device,
    private readonly vertex: string,
    private readonly fragment: string,
  ) {}

  /// Has it compiled meanwhile: nobody waits for it before it is used.
  prepare(): WebGLProgram {
    const { generation } = this.device;
    if (this.#program === undefined || this.#generation !== generation) {
      this.#program = this.#compiled();
      this.#generation = generation;
      this.#checked = false;
      this.#uniforms.clear();
    }
    return this.#program;
  }

  /// Makes it the current one. Throws NoWebGL.
  use(): void {
    const { gl } = this.device;
    const program = this.prepare();
    if (!this.#checked && !gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new NoWebGL("This browser's WebGL2 cannot draw points.");
    }
    this.#checked = true;
    gl.useProgram(program);
  }

  at(name: string): WebGLUniformLocation | null {
    let found = this.#uniforms.get(name);
    if (found === undefined && this.#program !== undefined) {
      found = this.device.gl.getUniformLocation(this.#program, name);
      this.#uniforms.set(name, found);
    }
    return found ?? null;
  }

  #compiled(): WebGLProgram {
    const { gl } = this.device;
    const program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, this.vertex],
      [gl.FRAGMENT_SHADER, this.fragment],
    ] as const) {
      const shader = gl.createShader(kind);
      if (shader === null) break;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(program);
    return program;
  }
}

/// The same two shaders with other constants: each variant is compiled when it is first drawn with.
export class Variants {
  readonly #made = new Map<string, Program>();

  constructor(
    private readonly device: Device,
    private readonly vertex: string,
    private readonly fragment: string,
  ) {}

  of(constants: Readonly<Record<string, number>>): Program {
    const head = Object.entries(constants)
      .map(([name, value]) => `#define ${name} ${value}\n`)
      .join("");
    let found = this.#made.get(head);
    if (found === undefined) {
      // The version has the first line for itself.
      const [vertex, fragment] = [this.vertex, this.fragment].map((source) => source.replace("\n", `\n${head}`));
      found = new Program(this.device, vertex as string, fragment as string);
      this.#made.set(head, found);
    }
    return found;
  }
}
