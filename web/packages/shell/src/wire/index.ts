/// The page's way to the daemon.

import { passOf } from "./proof.js";
import { enter, newCode, type Surroundings } from "./session.js";
import { GatewayWire, type Socket, type SocketEvents, type Wire } from "./wire.js";

export { type Fragment, fragmentOf, parseFragment } from "./session.js";
export type { Notification, Wire } from "./wire.js";

function ofWindow(): Surroundings {
  return {
    origin: location.origin,
    fragment: () => location.hash,
    replaceFragment: (fragment) =>
      history.replaceState(history.state, "", `${location.pathname}${location.search}${fragment}`),
    store: sessionStorage,
    fetch: (...args) => fetch(...args),
  };
}

function wakesOfWindow(wake: () => void): () => void {
  const seen = () => {
    if (document.visibilityState === "visible") wake();
  };
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  return () => {
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("online", wake);
    removeEventListener("pageshow", wake);
  };
}

function leavesOfWindow(leave: () => void): () => void {
  const seen = () => {
    if (document.visibilityState === "hidden") leave();
  };
  document.addEventListener("visibilitychange", seen);
  addEventListener("pagehide", leave);
  return () => {
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("pagehide", leave);
  };
}

export interface ConnectOptions {
  readonly place?: Surroundings;
  readonly socket?: typeof WebSocket;
  readonly wakes?: (wake: () => void) => () => void;
  readonly leaves?: (leave: () => void) => () => void;
}

/// Resolves when the daemon was greeted, or when it is clear that this page will not reach it: see `connection`.
export async function connect(options: ConnectOptions = {}): Promise<Wire> {
  const place = options.place ?? ofWindow();
  const url = `${place.origin.replace(/^http/, "ws")}/ws`;
  const wire = new GatewayWire({
    enter: async () => passOf(await enter(place), new URL(place.origin).host),
    newCode: (ticket, outputs) => newCode(place, ticket, outputs),
    open: (events) => open(options.socket ?? WebSocket, url, events),
    wakes: options.wakes ?? wakesOfWindow,
    leaves: options.leaves ?? leavesOfWindow,
  });
  await wire.settled;
  return wire;
}

function open(kind: typeof WebSocket, url: string, events: SocketEvents): Socket {
  const socket = new kind(url);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => events.opened());
  socket.addEventListener("message", ({ data }) => events.received(data));
  socket.addEventListener("close", ({ code, reason }) => events.closed(code, reason));
  // What went wrong is not told to pages, and `close` follows.
  socket.addEventListener("error", () => {});
  return socket;
}
