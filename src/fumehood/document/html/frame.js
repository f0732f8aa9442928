// Runs in a sealed frame of an exported notebook, before what the frame shows. Whatever it shows shares this window:
// nothing here is a wall. The walls are the frame's sandbox and the file's policy.
(() => {
  "use strict";
  if (parent === self) return;
  const nonce = document.currentScript.nonce;
  // No policy speaks of it.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection"])
    Reflect.deleteProperty(window, name);
  // Libraries make scripts; they run under this export's nonce.
  const make = Document.prototype.createElement;
  Document.prototype.createElement = function (...named) {
    const made = make.apply(this, named);
    if (made instanceof HTMLScriptElement) made.nonce = nonce;
    return made;
  };
  const wake = (fragment) => {
    for (const script of fragment.querySelectorAll("script")) script.nonce = nonce;
    // The policy knows no nonce for handlers in attributes.
    for (const element of fragment.querySelectorAll("*"))
      for (const { name, value } of [...element.attributes])
        if (/^on[a-z]+$/i.test(name)) {
          element.removeAttribute(name);
          try {
            element[name.toLowerCase()] = new Function("event", value);
          } catch {
            // It would not have run either.
          }
        }
    return fragment;
  };
  const root = document.getElementById("outputs");
  for (const { kind, text } of JSON.parse(document.getElementById("data").textContent)) {
    const place = document.createElement("div");
    place.className = "output";
    root.append(place);
    if (kind === "script") {
      const script = document.createElement("script");
      window.element = place;
      script.textContent = text;
      place.append(script);
    } else place.append(wake(document.createRange().createContextualFragment(text)));
  }
  // A link would lead the frame away, which the policy refuses by an empty page.
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    const address = link?.getAttribute("href") ?? "";
    if (link && !/^(#|javascript:)/i.test(address)) event.preventDefault();
  });
  let said = 0;
  const tell = () => {
    const height = Math.ceil(Math.max(root.getBoundingClientRect().height, root.scrollHeight)) + 1;
    if (Math.abs(height - said) > 1) parent.postMessage({ fumehood: "height", height }, "*");
    said = height;
  };
  new ResizeObserver(tell).observe(root);
  addEventListener("load", tell);
})();
