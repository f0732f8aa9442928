/// A harmless name for a file of a table or a plot.

const NAME_CHARS = 80;

/// Plain characters alone: names of groups are a stranger's.
export function fileName(parts: readonly string[], ending: string): string {
  const stem = parts
    .join("-")
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, NAME_CHARS);
  return `${stem || "genes"}.${ending}`;
}
