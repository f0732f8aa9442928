/// Shows what failed in a message that stays until it is sent away.

import { toast } from "@fumehood/ui";
import { told } from "./told.js";

export function report(error: unknown): void {
  const { text, hint } = told(error);
  toast({ tone: "danger", text, detail: hint, key: text });
}
