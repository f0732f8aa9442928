// Runs in a sealed frame of an exported notebook, before what the frame shows. Whatever it shows shares this window:
// nothing here is a wall. The walls are the frame's sandbox and the file's policy.
(() => {
  "use strict";
  if (parent === self) return;
  const nonce = document.currentScript.nonce;
  /* files.js */
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
  // The policy knows no nonce for handlers in attributes.
  const wake = (element) => {
    for (const { name, value } of [...element.attributes])
      if (/^on[a-z]+$/i.test(name)) {
        element.removeAttribute(name);
        try {
          element[name.toLowerCase()] = new Function("event", value);
        } catch {
          // It would not have run either.
        }
      }
  };
  const wakeAll = (fragment) => {
    for (const script of fragment.querySelectorAll("script")) script.nonce = nonce;
    for (const element of fragment.querySelectorAll("*")) wake(element);
    return fragment;
  };
  const root = document.getElementById("outputs");
  const say = (word) => parent.postMessage(word, "*");

  // Markup and scripts need nothing but the browser.
  const show = (pieces) => {
    for (const { kind, text } of pieces) {
      const place = document.createElement("div");
      place.className = "output";
      root.append(place);
      if (kind === "script") {
        const script = document.createElement("script");
        window.element = place;
        script.textContent = text;
        place.append(script);
      } else place.append(wakeAll(document.createRange().createContextualFragment(text)));
    }
    let said = 0;
    const tell = () => {
      const height = Math.ceil(Math.max(root.getBoundingClientRect().height, root.scrollHeight)) + 1;
      if (Math.abs(height - said) > 1) say({ fumehood: "height", height });
      said = height;
    };
    new ResizeObserver(tell).observe(root);
    addEventListener("load", tell);
  };

  // Charts, maps, widgets and the like: the notebook's own sealed page draws them, and is spoken to as the notebook does.
  const draw = async (shown, files) => {
    const { core, outputs, models } = shown;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node instanceof Element) {
            wake(node);
            for (const inner of node.querySelectorAll("*")) wake(inner);
          }
    }).observe(root, { childList: true, subtree: true });
    await import(addresses(files, shown, core).get(core));
    const { port1: port, port2: theirs } = new MessageChannel();
    const tell = (method, params) => port.postMessage({ jsonrpc: "2.0", method, params });
    port.onmessage = ({ data: { method, params } }) => {
      if (method === "resized") say({ fumehood: "height", height: params.height + 1 });
      // Nobody else hears what a widget says.
      else if (method === "set") tell("taken", { id: params.id });
    };
    // It takes a port from the page around it alone: that one hands back what it is given.
    parent.postMessage({ fumehood: "port", version: 1 }, "*", [theirs]);
    if (models.length > 0) tell("models", { models, missing: [] });
    tell("render", { outputs, blobs: "", theme: { scheme: "light", name: "light", variables: {} }, fontSize: 14 });
  };

  const shown = JSON.parse(document.getElementById("data").textContent);
  if (shown.files === undefined) show(shown.pieces);
  else {
    const take = ({ source, data }) => {
      if (source !== parent || data?.fumehood !== "files") return;
      removeEventListener("message", take);
      void draw(shown, data.files);
    };
    addEventListener("message", take);
    say({ fumehood: "files", names: [...shown.files, shown.core] });
  }
  // A link would lead the frame away, which the policy refuses by an empty page.
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    const address = link?.getAttribute("href") ?? "";
    if (link && !/^(#|javascript:)/i.test(address)) event.preventDefault();
  });
})();
