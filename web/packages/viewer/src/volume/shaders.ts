/// The program that draws smoke: a ray for each pixel, from where it enters the cube to where it leaves it.

export const SMOKE_VERTEX = `#version 300 es
precision highp float;
out vec2 place;

void main() {
  place = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(place, 0.0, 1.0);
}`;

export const SMOKE_FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler3D;
in vec2 place;
uniform sampler3D boxes;
uniform vec3 eye;         // in the cube, whose sides go from 0 to 1
uniform vec3 right;       // half of what is seen, at a distance of 1
uniform vec3 up;
uniform vec3 ahead;
uniform float thickness;
uniform int steps;        // from corner to corner of the cube
out vec4 result;

void main() {
  vec3 ray = normalize(ahead + place.x * right + place.y * up);
  vec3 inverse = 1.0 / (ray + vec3(1.0e-6));
  vec3 a = -eye * inverse, b = (1.0 - eye) * inverse;
  vec3 near = min(a, b), far = max(a, b);
  float enters = max(max(near.x, near.y), max(near.z, 0.0));
  float leaves = min(far.x, min(far.y, far.z));
  if (leaves <= enters) { result = vec4(0.0); return; }
  float step_ = 1.7320508 / float(steps);
  // Each pixel begins a little elsewhere, so that no slices are seen.
  float at = enters + step_ * fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453);
  vec4 sum = vec4(0.0);
  for (int one = 0; one < steps; one++) {
    if (at >= leaves || sum.a > 0.985) break;
    vec4 here = texture(boxes, eye + at * ray);
    float alpha = 1.0 - exp(-here.a * here.a * thickness * step_);
    sum += (1.0 - sum.a) * alpha * vec4(here.rgb, 1.0);
    at += step_;
  }
  result = sum;
}`;
