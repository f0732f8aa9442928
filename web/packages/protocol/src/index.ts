/// What goes over the control and agent sockets, and through the bridges that carry the same messages.

export { decodeFrame, encodeFrame, type Frame } from "./frames.js";
export { type ErrorCode, errors } from "./generated/errors.js";
export { Document, Kind } from "./generated/frames.js";
export { limits } from "./generated/limits.js";
export type * from "./generated/messages.js";
export { type Methods, type Notifications, ROLES, VERSION } from "./generated/methods.js";
export type * as viewer from "./generated/viewer.js";
export { hex, newExecutionId, sourceHash } from "./ids.js";
export { encodeRequest, HoodError, type Message, parseMessage } from "./jsonrpc.js";
export { apply, fromSnapshot, type Room, type Run, runOf, toSnapshot } from "./state.js";
