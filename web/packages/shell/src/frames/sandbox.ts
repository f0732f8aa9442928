/// The one place that says what a sealed frame may do. The origin is opaque; there is no way to the page, to its storage,
/// to another window or to the address bar, no file is saved but by the page, and nothing takes the pointer (docs/decisions/0015). A test reads the
/// attribute from the rendered page and compares.

export const SANDBOX = "allow-scripts allow-forms";

/// A frame that is sealed before it has an address, so that it never is anything else.
export function sealedFrame(title: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", SANDBOX);
  frame.referrerPolicy = "no-referrer";
  frame.title = title;
  frame.className = "guest";
  return frame;
}
