/// The program that draws points, and lines between them. Colours are looked up here, from the bytes as they came: no
/// colour of any point is computed in JavaScript. What is the same for every point of a drawing is a constant of the
/// program's variant, so that no point pays for asking:
///   KIND     0 one colour, 1 codes, 2 values
///   BETWEEN  1: on the way between two embeddings
///   RAISES   1: something is selected or highlighted, and lies before the rest
///   ROUND    1: discs; 0: squares, for what is too small to tell

/// What a point's mark says, by bits.
export const HIDDEN = 1;
export const SELECTED = 2;
/// In the one colour of a highlight.
export const RAISED = 4;

/// Attributes by their fixed places.
export const HERE = 0;
export const THERE = 1;
export const VALUE = 2;
export const MARK = 3;

export const VERTEX = `#version 300 es
precision highp float;
layout(location = ${HERE}) in vec3 here;
#if BETWEEN
layout(location = ${THERE}) in vec3 there;
uniform float share;      // of the way from here to there
#endif
layout(location = ${VALUE}) in float value;
layout(location = ${MARK}) in float mark;
uniform mat4 matrix;
uniform float size;       // device pixels
uniform float nearness;   // 0: all of one size; else the distance at which a point has its size
uniform float opacity;
uniform float missing;    // the value that stands for none; NaN besides
uniform vec3 range;       // low, high, 1 where logarithmic
uniform vec4 plain;
uniform vec4 none;
uniform vec4 highlight;
uniform float faded;      // of what is not selected while something is; 0: it is not drawn
uniform float above;      // 1: high values lie on top
uniform highp sampler2D colours;
out vec4 colour;
#if RAISES
out float lit;
#endif
out float seen;           // of a line: below 1 where an end is not seen

void out_of_sight() {
  seen = 0.0;
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = 0.0;
}

void main() {
  int bits = int(mark);
  if ((bits & ${HIDDEN}) != 0) { out_of_sight(); return; }
#if RAISES
  bool chosen = (bits & ${SELECTED | RAISED}) != 0;
  if (!chosen && faded <= 0.0) { out_of_sight(); return; }
#endif
#if BETWEEN
  vec3 place = share <= 0.0 ? here : share >= 1.0 ? there : mix(here, there, share);
#else
  vec3 place = here;
#endif
  vec4 at = matrix * vec4(place, 1.0);
  // A comparison with NaN or an infinity is never true for both.
  if (!(abs(at.x) < 3.0e38 && abs(at.y) < 3.0e38)) { out_of_sight(); return; }
  float height = 0.0;
#if KIND == 0
  colour = plain;
#elif KIND == 1
  int code = int(value);
  bool known = value != missing && code < int(range.y);
  colour = known ? texelFetch(colours, ivec2(code & 255, code >> 8), 0) : none;
  if (known && colour.a == 0.0) { out_of_sight(); return; }
  height = known ? 0.5 : 0.0;
#else
  bool known = value != missing && value == value && abs(value) < 3.0e38;
  float low = range.x, high = range.y, v = value;
  if (range.z > 0.5) { v = log2(1.0 + max(0.0, v - low)); high = log2(1.0 + max(0.0, high - low)); low = 0.0; }
  float x = clamp((v - low) / max(high - low, 1.0e-30), 0.0, 1.0);
  colour = known ? textureLod(colours, vec2((x * 255.0 + 0.5) / 256.0, 0.5), 0.0) : none;
  height = known ? 0.1 + 0.9 * x : 0.0;
#endif
#if RAISES
  if ((bits & ${RAISED}) != 0) colour = highlight;
  if (!chosen) colour.a *= faded;
  lit = !chosen ? 0.0 : (bits & ${SELECTED | RAISED}) == ${SELECTED} ? 2.0 : 1.0;
#endif
  colour.a *= opacity;
  if (above > 0.5) at.z = (0.98 - 1.96 * height) * at.w;
#if RAISES
  // The depth is halved between the two, so that one pass over the points draws both in their order.
  at.z = 0.5 * at.z + (chosen ? -0.5 : 0.5) * at.w;
#endif
  seen = 1.0;
  gl_Position = at;
  gl_PointSize = max(1.0, nearness > 0.0 ? size * nearness / at.w : size);
}`;

export const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 colour;
#if RAISES
in float lit;
uniform vec4 outline;     // of what is selected
uniform float rim;        // where it begins, as a share of the radius; above 1: there is none
#endif
out vec4 result;

void main() {
#if RAISES
  float alpha = lit > 0.5 ? 1.0 : colour.a;
#else
  float alpha = colour.a;
#endif
#if ROUND
  float away = length(gl_PointCoord - 0.5) * 2.0;
  float edge = fwidth(away);
  float inside = 1.0 - smoothstep(1.0 - edge, 1.0, away);
  if (inside <= 0.01) discard;
  alpha *= inside;
#if RAISES
  vec3 rgb = lit > 1.5 ? mix(colour.rgb, outline.rgb, smoothstep(rim - edge, rim, away)) : colour.rgb;
  result = vec4(rgb, 1.0) * alpha;
#else
  result = vec4(colour.rgb, 1.0) * alpha;
#endif
#else
  result = vec4(colour.rgb, 1.0) * alpha;
#endif
}`;

/// Between two points that are both seen; its colour goes over from the one's to the other's.
export const LINE = `#version 300 es
precision mediump float;
in vec4 colour;
in float seen;
out vec4 result;

void main() {
  if (seen < 0.999) discard;
  result = vec4(colour.rgb, 1.0) * colour.a;
}`;
