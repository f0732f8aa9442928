/// Accessible primitives: small, typed, in the colours of `tokens.css`.

export { Button, type ButtonProps, IconButton, type IconButtonProps } from "./Button.js";
export * from "./icons.js";
export { Kbd } from "./Kbd.js";
export { ariaKeys, isMac, keyCaps, keyText } from "./keys.js";
export { type Align, type Box, place, placeElement, type Side } from "./place.js";
export { type TipText, tip } from "./tip.js";
