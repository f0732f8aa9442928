/// Opens a link that a frame asked for. A frame can ask whenever it likes: only a click of the person, a moment ago and
/// in that frame (`clickedIn`), opens it, and one; otherwise the page shows the address and lets the person decide.

export function openLink(url: URL): void {
  const anchor = document.createElement("a");
  anchor.href = url.href;
  // A mail program is not a window.
  if (url.protocol !== "mailto:") anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  anchor.click();
}
