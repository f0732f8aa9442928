/// Errors as a person reads them: the daemon's sentence and its hint. Pure.

import { HoodError } from "@fumehood/protocol";

export interface Told {
  readonly text: string;
  readonly hint: string | undefined;
}

export function told(error: unknown): Told {
  if (error instanceof HoodError) return { text: error.message, hint: error.hint || undefined };
  if (error instanceof Error) return { text: error.message || error.name, hint: undefined };
  return { text: "Something went wrong.", hint: undefined };
}
