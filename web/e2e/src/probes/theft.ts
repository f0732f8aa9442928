/// How code in an output comes to the port over which its frame speaks to the page.

/// The port is in nobody's reach but its user's: so the attacker becomes the function by which it is used.
export function stealPort(): Promise<boolean> {
  const own = window as unknown as { stolen?: MessagePort };
  if (own.stolen !== undefined) {
    return Promise.resolve(true);
  }
  const post = MessagePort.prototype.postMessage as (message: unknown) => void;
  return new Promise((resolve) => {
    MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown) {
      own.stolen = this;
      post.call(this, message);
      resolve(true);
    };
    // Something that the renderer will report.
    document.dispatchEvent(new Event("visibilitychange"));
    dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  });
}
