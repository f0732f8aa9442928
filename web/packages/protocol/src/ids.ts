/// Ids and hashes that a client makes itself.

export function newExecutionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return hex(bytes);
}

/// SHA-256 of a cell's UTF-8 text with LF line ends: what `cell.execute` names.
export async function sourceHash(source: string): Promise<string> {
  const text = source.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
