/// Contrast of two colours as WCAG 2 defines it. Knows `#rrggbb` and nothing else: that is all that the tokens use.

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/;

/// Between 0 (black) and 1 (white).
export function luminance(color: string): number {
  const parts = HEX.exec(color.toLowerCase());
  if (!parts) throw new RangeError(`not #rrggbb: ${color}`);
  const [r, g, b] = parts.slice(1).map((part) => {
    const value = Number.parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/// Between 1 and 21.
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
