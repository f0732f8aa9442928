/// The bridge between the trusted page and a sealed frame: both ends, without a DOM.

export {
  BridgeError,
  Endpoint,
  type Handlers,
  type Options,
  type Port,
  type Reason,
  type Refused,
} from "./endpoint.js";
export { CLICKED, type GuestEnd, guestEnd, HANDOVER, isClicked, isHandover, type ShellEnd, shellEnd } from "./ends.js";
export { IN_LATEX, IN_MARKDOWN, type Maths, mathsAt } from "./maths.js";
export {
  type GuestBlob,
  type GuestBuffer,
  type GuestBundle,
  type GuestModel,
  type GuestOutput,
  type GuestTheme,
  type Params,
  type Result,
  TALLEST,
  type ToGuest,
  type ToShell,
  toGuest,
  toShell,
  VERSION,
} from "./methods.js";
export { isDrawn, preferred, rank } from "./ranks.js";
export { tameJson, tameOutput } from "./tame.js";
