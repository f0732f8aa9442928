/// The program that draws lines of a flow, as ribbons that have a width in pixels wherever they lie.

/// Attributes by their places, away from those of points: place, along, ahead, side.
export const FLOW_PLACES = [4, 5, 6, 7] as const;
const [FROM, ALONG, AHEAD, SIDE] = FLOW_PLACES;

export const FLOW_VERTEX = `#version 300 es
precision highp float;
layout(location = ${FROM}) in vec3 from;
layout(location = ${ALONG}) in vec2 along;     // 0–1 along its line, and the line's own time
layout(location = ${AHEAD}) in vec3 ahead;
layout(location = ${SIDE}) in float edge;
uniform mat4 matrix;
uniform vec2 size;        // device pixels
uniform float width;      // device pixels, where it is widest
uniform float time;       // below 0: nothing moves
out float glow;
out float side;

const float TAIL = 0.45;

void main() {
  side = edge;
  vec4 a = matrix * vec4(from, 1.0), b = matrix * vec4(ahead, 1.0);
  if (a.w <= 0.0 || b.w <= 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); glow = 0.0; return; }
  float t = along.x;
  // Still ones end in a point of light, so that one sees which way they go.
  if (time < 0.0) glow = 0.15 + 0.85 * t * t * t;
  else {
    float away = fract(time + along.y) * (1.0 + TAIL) - t;
    glow = away < 0.0 || away > TAIL ? 0.0 : 1.0 - away / TAIL;
  }
  vec2 way = (b.xy / b.w - a.xy / a.w) * size;
  float far = length(way);
  vec2 across = far > 1.0e-6 ? vec2(-way.y, way.x) / far : vec2(0.0);
  vec4 at = a;
  at.xy += across * side * width * (0.35 + 0.65 * glow) / size * at.w;
  gl_Position = at;
}`;

export const FLOW_FRAGMENT = `#version 300 es
precision mediump float;
in float glow;
in float side;
uniform vec4 ink;
out vec4 result;

void main() {
  float edge = 1.0 - smoothstep(0.55, 1.0, abs(side));
  float alpha = ink.a * glow * edge;
  if (alpha < 0.004) discard;
  result = vec4(ink.rgb, 1.0) * alpha;
}`;
