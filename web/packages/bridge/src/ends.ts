/// The two ends by name, and the handing over of the port: the two window messages that either side knows.

import { Endpoint, type Handlers, type Options, type Port } from "./endpoint.js";
import { type ToGuest, type ToShell, toGuest, toShell, VERSION } from "./methods.js";

export type ShellEnd = Endpoint<ToShell, ToGuest>;
export type GuestEnd = Endpoint<ToGuest, ToShell>;

export function shellEnd(port: Port, handlers: Handlers<ToShell>, options?: Options): ShellEnd {
  return new Endpoint(port, toShell, toGuest, handlers, options);
}

export function guestEnd(port: Port, handlers: Handlers<ToGuest>, options?: Options): GuestEnd {
  return new Endpoint(port, toGuest, toShell, handlers, options);
}

/// What the shell posts to the frame's window, with one port.
export const HANDOVER = { fumehood: "port", version: VERSION } as const;

/// What the frame posts to the shell's window beside a link: WebKit carries the person's click along with it.
export const CLICKED = { fumehood: "clicked", version: VERSION } as const;

export const isHandover = (data: unknown): boolean => says(data, HANDOVER);
export const isClicked = (data: unknown): boolean => says(data, CLICKED);

function says(data: unknown, word: typeof HANDOVER | typeof CLICKED): boolean {
  if (typeof data !== "object" || data === null) return false;
  const { fumehood, version } = data as Readonly<Record<string, unknown>>;
  return fumehood === word.fumehood && version === word.version;
}
