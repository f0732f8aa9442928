/// What the find bar looks for in outputs at this moment: frames mark it in what they show. Empty for nothing.

import { createSignal } from "solid-js";

export const [sought, setSought] = createSignal("");
