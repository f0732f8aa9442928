/// Fractional keys: where a cell stands, as a string that sorts. The twin of `fumehood.document.order`, held to it by
/// golden vectors: a fraction in base 62, digits in ASCII order, no zeros at its end, with random jitter.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// A key that would be longer is a reason to space its neighbourhood anew.
export const LONG = 48;

const BASE = 62n;
const ROOM = BASE ** 3n;
const END = BASE ** 2n;

/// An integer from 0 to `below`, exclusive.
export type Random = (below: number) => number;

export const random: Random = (below) => {
  // 32 bits for at most 18 bits of choice: the bias is below 1 in 10,000.
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return drawn % below;
};

function numberOf(key: string, width: number): bigint {
  let number = 0n;
  for (const digit of key) number = number * BASE + BigInt(DIGITS.indexOf(digit));
  return number * BASE ** BigInt(width - key.length);
}

function textOf(number: bigint, width: number): string {
  let text = "";
  let left = number;
  for (let at = 0; at < width; at++) {
    text = DIGITS.charAt(Number(left % BASE)) + text;
    left /= BASE;
  }
  return text.replace(/0+$/, "");
}

/// A key strictly between two others; null stands for an end of the notebook. Returns null where there is nothing
/// between them: equal or reversed keys.
export function between(low: string | null, high: string | null, draw: Random = random): string | null {
  let width = Math.max(low?.length ?? 0, high?.length ?? 0, 1);
  for (; ; width++) {
    const bottom = numberOf(low ?? "", width);
    const top = high === null ? BASE ** BigInt(width) : numberOf(high, width);
    const gap = top - bottom;
    if (gap <= 0n) return null;
    if (gap < ROOM) continue;
    // At an end of the notebook a small step, so that a thousand cells written one below the other keep short keys.
    const most = low !== null && high !== null ? ROOM : END;
    const half = Number((gap / 4n < most ? gap / 4n : most) / 2n);
    const step = BigInt(half + draw(half) + 1);
    // Else near the lower one: people write downwards, and the space above is what they will need.
    return textOf(low === null && high !== null ? top - step : bottom + step, width);
  }
}

/// `count` keys in order, evenly spaced between two others; null where there is nothing between them.
export function spread(low: string | null, high: string | null, count: number): string[] | null {
  let width = Math.max(low?.length ?? 0, high?.length ?? 0, 1);
  for (; ; width++) {
    const bottom = numberOf(low ?? "", width);
    const top = high === null ? BASE ** BigInt(width) : numberOf(high, width);
    if (top - bottom <= 0n) return null;
    const step = (top - bottom) / BigInt(count + 1);
    if (step < END) continue;
    return Array.from({ length: count }, (_, index) => textOf(bottom + step * BigInt(index + 1), width));
  }
}
