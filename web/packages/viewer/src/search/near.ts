/// Names like one that is not there: the same but for case, then those that share most of their pairs of letters.

const MOST = 5;
const ALIKE = 0.4;

export function near(said: string, names: readonly string[]): readonly string[] {
  const wanted = pairs(said);
  const scored: [number, string][] = [];
  for (const name of names) {
    if (Math.abs(name.length - said.length) > said.length + 2) continue;
    const found = pairs(name);
    let shared = 0;
    for (const pair of found) if (wanted.has(pair)) shared += 1;
    const score = name.toLowerCase() === said.toLowerCase() ? 2 : (2 * shared) / Math.max(1, wanted.size + found.size);
    if (score >= ALIKE) scored.push([score, name]);
  }
  return scored
    .sort((a, b) => b[0] - a[0])
    .slice(0, MOST)
    .map(([, name]) => name);
}

function pairs(text: string): Set<string> {
  const whole = ` ${text.toLowerCase().slice(0, 200)} `;
  const found = new Set<string>();
  for (let at = 0; at + 1 < whole.length; at++) found.add(whole.slice(at, at + 2));
  return found;
}
