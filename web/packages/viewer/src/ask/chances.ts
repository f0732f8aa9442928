/// Two-sided probabilities, to some twelve digits and as small as numbers get: a volcano plot lives in the tails, where
/// one less what is left has no digits any more.

const FEW = 1e-15;
const TINY = 1e-300;
const MOST = 10_000;

/// Of a score of the standard normal distribution: erfc(|z| / √2).
export function ofNormal(score: number): number {
  const x = Math.abs(score) / Math.SQRT2;
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 40) return 0;
  const bell = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2.5) {
    // All terms have one sign: nothing is lost.
    let term = 2 * x;
    let sum = term;
    for (let n = 1; n < MOST && term > FEW * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - bell * sum;
  }
  let tail = 0;
  for (let n = 80; n > 0; n--) tail = n / 2 / (x + tail);
  return bell / (x + tail);
}

/// Of a score of Student's distribution with so many degrees of freedom, which need be no whole number.
export function ofStudent(score: number, freedom: number): number {
  if (Number.isNaN(score) || Number.isNaN(freedom)) return Number.NaN;
  const square = score * score;
  if (square === Number.POSITIVE_INFINITY) return 0;
  const a = freedom / 2;
  const x = freedom / (freedom + square);
  const rest = square / (freedom + square);
  // Both powers at once, by logarithms of what is near 1.
  const front = Math.exp(-a * Math.log1p(square / freedom) + 0.5 * Math.log(rest) - logBeta(a));
  if (x < (a + 1) / (a + 2.5)) return (front * fraction(a, 0.5, x)) / a;
  return 1 - (front * fraction(0.5, a, rest)) / 0.5;
}

/// ln B(a, ½).
function logBeta(a: number): number {
  // Up to where the series below has all digits.
  let up = 0;
  let at = a;
  while (at < 20) {
    up += Math.log(at / (at + 0.5));
    at += 1;
  }
  const one = 1 / at;
  const series = one * (-1 / 8 + one * one * (1 / 192 + one * one * (-1 / 640 + (one * one * 17) / 14336)));
  return 0.5 * Math.log(Math.PI) - (0.5 * Math.log(at) + series + up);
}

/// The continued fraction of the incomplete beta function (Lentz).
function fraction(a: number, b: number, x: number): number {
  const held = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / held(1 - ((a + b) * x) / (a + 1));
  let found = d;
  for (let m = 1; m < MOST; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / held(1 + even * d);
    c = held(1 + even / c);
    found *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / held(1 + odd * d);
    c = held(1 + odd / c);
    const change = d * c;
    found *= change;
    if (Math.abs(change - 1) < FEW) break;
  }
  return found;
}

/// Benjamini's and Hochberg's, in the order of `chances`; those that are no number take no part.
export function adjusted(chances: Float64Array): Float64Array {
  const order = Array.from(chances.keys())
    .filter((at) => !Number.isNaN(chances[at]))
    .sort((a, b) => (chances[a] ?? 0) - (chances[b] ?? 0));
  const found = new Float64Array(chances.length).fill(Number.NaN);
  let least = 1;
  for (let rank = order.length; rank > 0; rank--) {
    const at = order[rank - 1] as number;
    least = Math.min(least, ((chances[at] as number) * order.length) / rank);
    found[at] = least;
  }
  return found;
}
