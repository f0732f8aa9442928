/// Takes the one port from the page that frames this one. Later offers, and other windows' offers, are not heard: the
/// listener goes with the first good one.

import { isHandover, type Port } from "@fumehood/bridge";

export function receivePort(self: Window): Promise<Port> {
  return new Promise((resolve) => {
    const { parent } = self;
    const take = (event: MessageEvent): void => {
      if (parent === self || event.source !== parent || !isHandover(event.data)) return;
      const [port, more] = event.ports;
      if (!port || more) return;
      self.removeEventListener("message", take);
      resolve(port);
    };
    self.addEventListener("message", take);
  });
}
