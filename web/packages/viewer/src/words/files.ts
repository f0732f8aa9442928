/// Names of files that are made here.

const LONGEST = 80;

/// Harmless, whoever named its parts: letters and numbers of any script, with dots and lines between them.
export function fileName(parts: readonly string[], ending: string): string {
  const stem = parts
    .join("-")
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}._]+/gu, "-")
    .replace(/^[-.]+/, "")
    .slice(0, LONGEST)
    .replace(/[-.]+$/, "");
  return `${stem || "fumehood"}.${ending}`;
}
