/// Where one looks from, as plain values: what a view keeps, what is saved, linked and set from Python. Planar cameras
/// look straight down on the first two dimensions; orbiting ones turn round a target and see all three. Nothing here
/// knows a canvas: sizes are CSS pixels, and every function gives a new camera.

export interface Planar {
  readonly kind: "planar";
  readonly x: number;
  readonly y: number;
  /// CSS pixels per unit of the data.
  readonly scale: number;
}

export interface Orbit {
  readonly kind: "orbit";
  readonly target: Vector;
  /// From the target, in units of the data.
  readonly distance: number;
  /// Radians round the vertical axis, and above the horizon.
  readonly azimuth: number;
  readonly elevation: number;
}

export type Camera = Planar | Orbit;
export type Vector = readonly [number, number, number];
/// Column-major, as WebGL takes it.
export type Matrix = Float32Array<ArrayBuffer>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Bounds {
  readonly low: Vector;
  readonly high: Vector;
}

/// Of what the orbiting camera sees from top to bottom, in radians.
export const FIELD_OF_VIEW = 0.8;
const MARGIN = 0.94;
const STEEPEST = Math.PI / 2 - 0.001;
/// Cells farther away do not count: a matrix of 32 bits could not hold where they are.
const FARTHEST = 1e30;
/// Pixels of one unit: more than any data needs, and a matrix of 32 bits still holds it.
const LARGEST = 1e20;
/// How far in and out, against the camera that shows everything.
const DEEPEST = 1e5;

export function bounds(points: Float32Array, dimensions: number): Bounds {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let axis = 0; axis < dimensions; axis++) {
    let least = Infinity;
    let most = -Infinity;
    for (let at = axis; at < points.length; at += dimensions) {
      const value = points[at] as number;
      // NaN is no place, and what is beyond is none that could be shown.
      if (!(value > -FARTHEST && value < FARTHEST)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    low[axis] = least;
    high[axis] = most;
  }
  const finite = (values: number[], other: number) =>
    values.map((value) => (Number.isFinite(value) ? value : other)) as unknown as Vector;
  return { low: finite(low, 0), high: finite(high, 0) };
}

/// Whether any point has a place; ends at the first.
export function anywhere(points: Float32Array, dimensions: number): boolean {
  for (let at = 0; at + dimensions <= points.length; at += dimensions) {
    let axis = 0;
    while (axis < dimensions && Math.abs(points[at + axis] as number) < FARTHEST) axis++;
    if (axis === dimensions) return true;
  }
  return false;
}

/// The camera of this kind that shows everything.
export function fitted(kind: Camera["kind"], around: Bounds, size: Size): Camera {
  const middle = around.low.map((low, axis) => (low + (around.high[axis] as number)) / 2) as unknown as Vector;
  const spans = around.low.map((low, axis) => (around.high[axis] as number) - low) as unknown as Vector;
  if (kind === "planar") {
    const scale = MARGIN * Math.min(size.width / (spans[0] || 1), size.height / (spans[1] || 1));
    return { kind, x: middle[0], y: middle[1], scale: Math.min(LARGEST, scale) || 1 };
  }
  const radius = Math.max(1 / LARGEST, Math.hypot(...spans) / 2 || 1);
  const narrow = Math.min(1, size.width / size.height || 1);
  return {
    kind,
    target: middle,
    distance: radius / (Math.sin(FIELD_OF_VIEW / 2) * narrow * MARGIN),
    azimuth: 0.6,
    elevation: 0.4,
  };
}

/// After the pointer dragged by so many pixels. For an orbiting camera the target moves across the picture.
export function panned(camera: Camera, dx: number, dy: number, size: Size): Camera {
  if (camera.kind === "planar") return { ...camera, x: camera.x - dx / camera.scale, y: camera.y + dy / camera.scale };
  const unit = (2 * camera.distance * Math.tan(FIELD_OF_VIEW / 2)) / size.height;
  const { right, up } = axes(camera);
  const target = camera.target.map(
    (value, axis) => value - dx * unit * (right[axis] as number) + dy * unit * (up[axis] as number),
  ) as unknown as Vector;
  return { ...camera, target };
}

export function turned(camera: Camera, dx: number, dy: number): Camera {
  if (camera.kind === "planar") return camera;
  const elevation = Math.max(-STEEPEST, Math.min(STEEPEST, camera.elevation + dy * 0.008));
  return { ...camera, azimuth: (camera.azimuth - dx * 0.008) % (2 * Math.PI), elevation };
}

/// Looking round from where the eye is: the eye stays, the target swings about it.
export function looked(camera: Camera, dx: number, dy: number): Camera {
  if (camera.kind === "planar") return camera;
  const next = turned(camera, dx / 2, dy / 2) as Orbit;
  const [before, after] = [axes(camera).back, axes(next).back];
  const target = camera.target.map(
    (value, axis) => value + ((before[axis] as number) - (after[axis] as number)) * camera.distance,
  ) as unknown as Vector;
  return { ...next, target };
}

/// By a factor above 1 nearer; what is under the pointer stays there.
export function zoomed(camera: Camera, factor: number, x: number, y: number, size: Size, whole: Camera): Camera {
  if (camera.kind === "planar") {
    const fitted = whole.kind === "planar" ? whole.scale : camera.scale;
    const scale = Math.max(fitted / 20, Math.min(fitted * DEEPEST, camera.scale * factor));
    const dx = x - size.width / 2;
    const dy = y - size.height / 2;
    const moved = 1 / camera.scale - 1 / scale;
    return { ...camera, scale, x: camera.x + dx * moved, y: camera.y - dy * moved };
  }
  const fitted = whole.kind === "orbit" ? whole.distance : camera.distance;
  const distance = Math.max(fitted / DEEPEST, Math.min(fitted * 20, camera.distance / factor));
  return { ...camera, distance };
}

/// How much nearer than the camera that shows everything.
export function zoomOf(camera: Camera, whole: Camera): number {
  if (camera.kind === "planar") return whole.kind === "planar" ? camera.scale / whole.scale : 1;
  return whole.kind === "orbit" ? whole.distance / camera.distance : 1;
}

/// Flown by so many units of the picture's height, sideways, upwards and ahead.
export function flown(camera: Orbit, aside: number, upwards: number, ahead: number): Orbit {
  const step = 2 * camera.distance * Math.tan(FIELD_OF_VIEW / 2);
  const { right, up, back } = axes(camera);
  const target = camera.target.map(
    (value, axis) =>
      value +
      step * (aside * (right[axis] as number) + upwards * (up[axis] as number) - ahead * (back[axis] as number)),
  ) as unknown as Vector;
  return { ...camera, target };
}

export function axes(camera: Orbit): { right: Vector; up: Vector; back: Vector } {
  const [sa, ca, se, ce] = [
    Math.sin(camera.azimuth),
    Math.cos(camera.azimuth),
    Math.sin(camera.elevation),
    Math.cos(camera.elevation),
  ];
  // The third dimension is up, as plots of three dimensions have it.
  return { right: [ca, sa, 0], up: [-sa * se, ca * se, ce], back: [sa * ce, -ca * ce, se] };
}

/// From the data to WebGL's clip space.
export function matrixOf(camera: Camera, size: Size): Matrix {
  if (camera.kind === "planar") {
    const sx = (2 * camera.scale) / size.width;
    const sy = (2 * camera.scale) / size.height;
    return new Float32Array([sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, 0, 0, -camera.x * sx, -camera.y * sy, 0, 1]);
  }
  const { right, up, back } = axes(camera);
  const f = 1 / Math.tan(FIELD_OF_VIEW / 2);
  const fx = f / (size.width / size.height || 1);
  const near = camera.distance / 100;
  const far = camera.distance * 100;
  const a = (far + near) / (near - far);
  const b = (2 * far * near) / (near - far);
  const eye = camera.target.map((value, axis) => value + (back[axis] as number) * camera.distance);
  const dot = (one: Vector) =>
    -(one[0] * (eye[0] as number) + one[1] * (eye[1] as number) + one[2] * (eye[2] as number));
  const column = (axis: number) => [
    fx * (right[axis] as number),
    f * (up[axis] as number),
    a * (back[axis] as number),
    -(back[axis] as number),
  ];
  return new Float32Array([
    ...column(0),
    ...column(1),
    ...column(2),
    fx * dot(right),
    f * dot(up),
    a * dot(back) + b,
    -dot(back),
  ]);
}

/// Straight from above, an orbiting camera sees the plane just as this planar one does.
function above(camera: Planar, size: Size): Orbit {
  const distance = size.height / (2 * camera.scale * Math.tan(FIELD_OF_VIEW / 2)) || 1;
  return { kind: "orbit", target: [camera.x, camera.y, 0], distance, azimuth: 0, elevation: STEEPEST };
}

/// On the way from one camera to another, also from the plane into space and back.
export function over(from: Camera, to: Camera, share: number, size: Size): Camera {
  if (share >= 1 || from.kind === to.kind) return between(from, to, share);
  const raised = (camera: Camera) => (camera.kind === "planar" ? above(camera, size) : camera);
  return between(raised(from), raised(to), share);
}

/// Between two cameras of one kind; of two kinds it is the second.
export function between(from: Camera, to: Camera, share: number): Camera {
  const mixed = (a: number, b: number) => a + (b - a) * share;
  if (from.kind === "planar" && to.kind === "planar") {
    const scale = from.scale * (to.scale / from.scale) ** share;
    return { kind: "planar", x: mixed(from.x, to.x), y: mixed(from.y, to.y), scale };
  }
  if (from.kind === "orbit" && to.kind === "orbit") {
    // `%` keeps the sign of what is divided, and who turned a camera may have gone round more than once.
    const whole = 2 * Math.PI;
    const ahead = (((to.azimuth - from.azimuth) % whole) + whole) % whole;
    const near = ahead > Math.PI ? ahead - whole : ahead;
    return {
      kind: "orbit",
      target: from.target.map((value, axis) => mixed(value, to.target[axis] as number)) as unknown as Vector,
      distance: from.distance * (to.distance / from.distance) ** share,
      azimuth: from.azimuth + near * share,
      elevation: mixed(from.elevation, to.elevation),
    };
  }
  return to;
}
