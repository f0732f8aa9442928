/// Accessible primitives: small, typed, in the colours of `tokens.css`.

export { Button, type ButtonProps, IconButton, type IconButtonProps } from "./Button.js";
export { contrast } from "./contrast.js";
export { Confirm, type ConfirmProps, Dialog, type DialogProps } from "./Dialog.js";
export {
  type Choice,
  Select,
  type SelectProps,
  TextField,
  type TextFieldProps,
  Toggle,
  type ToggleProps,
} from "./Fields.js";
export * from "./icons.js";
export { Kbd } from "./Kbd.js";
export { type KeyGroup, KeyMap, type KeyRow } from "./KeyMap.js";
export { ariaKeys, isMac, keyCaps, keyText } from "./keys.js";
export { createLoad, type Load } from "./load.js";
export { Menu, type MenuAction, MenuButton, type MenuButtonProps, type MenuItem, type MenuProps } from "./Menu.js";
export { Banner, type BannerProps, type Tone } from "./Message.js";
export { Name } from "./Name.js";
export { visible, visibleLines } from "./names.js";
export { Palette, type PaletteCommand, type PaletteProps } from "./Palette.js";
export { Progress, Spinner } from "./Progress.js";
export { type Entry, entries, type Titled } from "./palette.js";
export { type Align, type Box, place, placeElement, type Side } from "./place.js";
export { Splitter, type SplitterProps } from "./Splitter.js";
export { type Chord, NO_CHORD, native, press, type Stroke, strokeOf } from "./strokes.js";
export { type Tab, Tabs, type TabsProps } from "./Tabs.js";
export { Toasts } from "./Toasts.js";
export { type TipText, tip } from "./tip.js";
export { dismissToast, type ToastMessage, toast, toasts } from "./toasts.js";
