/// Bytes as text and back, as long as they come: a page's own functions take as many arguments as a stack has room for.

/// A multiple of three, so that what becomes of each part can be put together.
const PART = 24_576;

export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += PART)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PART))));
  return parts.join("");
}

/// Throws where it is none.
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
