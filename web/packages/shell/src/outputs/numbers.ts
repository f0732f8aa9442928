/// Counts as people read them.

export function formatCount(count: number): string {
  return count.toLocaleString("en-GB");
}
