/// What is said of something that was thrown.

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
