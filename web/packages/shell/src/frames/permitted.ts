/// The policy's list of types that sealed frames show, applied before an output goes into one: what is not on it is shown
/// by its plain text, if it has any. Pure.

import type { GuestOutput } from "@fumehood/bridge";

const PLAIN = "text/plain";
const made = new WeakMap<GuestOutput, { readonly types: string; readonly output: GuestOutput }>();

/// `types`: MIME types, `*` at the end of one stands for the rest; `all` is every type. The same object for the same answer.
export function permitted(output: GuestOutput, types: readonly string[]): GuestOutput {
  if (types.includes("all") || Object.keys(output.data).every((mime) => lets(types, mime))) return output;
  const key = types.join(" ");
  const known = made.get(output);
  if (known?.types === key) return known.output;
  const data = Object.fromEntries(Object.entries(output.data).filter(([mime]) => lets(types, mime)));
  const text = output.text ?? (PLAIN in data ? undefined : "The policy does not let this type of output be shown.");
  const fresh = text === undefined ? { ...output, data } : { ...output, data, text };
  made.set(output, { types: key, output: fresh });
  return fresh;
}

function lets(types: readonly string[], mime: string): boolean {
  return (
    mime === PLAIN || types.some((one) => one === mime || (one.endsWith("*") && mime.startsWith(one.slice(0, -1))))
  );
}
