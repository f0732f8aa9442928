/// How a driver hears what the page's own policy refused. Sent to the page as text, and only the top window tells; what
/// sealed frames try is their own policy's business.

import { randomBytes } from "node:crypto";

/// Nobody but this process knows it, so that a frame cannot speak in the page's name.
const TOKEN = `violation-${randomBytes(16).toString("hex")}`;

/// Before anything of a page runs; `token` comes first in what it says on the console.
export function sayViolations(token: string): void {
  if (window !== top) {
    return;
  }
  // biome-ignore lint/suspicious/noConsole: the driver listens there
  const say = console.debug.bind(console);
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
    say(`${token} ${effectiveDirective} ${blockedURI} (${sourceFile}:${lineNumber})`),
  );
}

/// For an engine that has no console to hear, and nothing before a page's own code.
export function keepViolations(): void {
  const own = window as unknown as { violations?: string[] };
  if (own.violations === undefined) {
    const kept: string[] = [];
    own.violations = kept;
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
      kept.push(`${effectiveDirective} ${blockedURI} (${sourceFile}:${lineNumber})`),
    );
  }
}

export const token = TOKEN;

/// The violation that a line of the console tells of.
export function violationIn(line: string): string | null {
  return line.startsWith(`${TOKEN} `) ? line.slice(TOKEN.length + 1) : null;
}
