/// A page that does everything wrong: its frame has its own origin, no sandbox and no policy, and it obeys whatever
/// speaks to it. What works here and not in the product was stopped by the product.

import { createServer } from "node:http";

const TOP = `<!doctype html><title>arena</title><body id="root"><h1>A page that trusts its outputs</h1>
<button>Run</button><input id="field" aria-label="Text">
<iframe name="first" src="/frame"></iframe><iframe name="second" src="/frame"></iframe><p style="height: 3000px"></p>
<script>
  sessionStorage.setItem("fumehood.bearer", "the bearer");
  const settings = {};
  let taken = 0;
  const merge = (into, from) => {
    for (const key in from)
      if (typeof from[key] === "object" && typeof into[key] === "object") merge(into[key], from[key]);
      else into[key] = from[key];
  };
  const walk = (value, ...more) =>
    Object.values(Object(value)).forEach((inner) => typeof inner === "object" && walk(inner, ...Array(99)));
  const obey = (message) => {
    if (++taken > 20000) document.title = "flooded";
    if (message.method === "execute") document.body.append(String(message.params.code).slice(-40));
    if (message.method === "resized") document.querySelector("iframe").style.height = message.params.height + "px";
    if (message.method === "set") merge(settings, message.params);
    const said = message.params?.state ?? message.params?.content;
    if (said?.value) for (const frame of document.querySelectorAll("iframe"))
      frame.contentWindow.postMessage({ show: said.value }, "*");
    if (message.method === "show") walk(message.params);
    if (message.result) document.body.append(message.result.count);
  };
  window.opener = window;
  const welcome = (frame) => frame.addEventListener("load", () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (said) => obey(said.data);
    frame.contentWindow.postMessage({ fumehood: "port", version: 1 }, "*", [port2]);
  });
  document.querySelectorAll("iframe").forEach(welcome);
  addEventListener("message", (event) => {
    obey(event.data);
    for (const port of event.ports) port.onmessage = (said) => obey(said.data);
  });
  new BroadcastChannel("fumehood").onmessage = (event) => document.body.append(event.data);
  if (window.SharedWorker) {
    const shared = new SharedWorker("/shared.js");
    shared.port.onmessage = (event) => document.body.append(event.data);
    shared.port.start();
  }
</script>`;

const FRAME = `<!doctype html><title>output</title><body><p>stage</p>
<script>
  window.__TAURI__ = { invoke() {} };
  // Whoever brings a port is believed, and so are the address and the window's name.
  addEventListener("message", ({ data, ports: [port] }) => {
    if (!port) return document.body.append(data.show ?? "");
    window.port = port;
    port.postMessage(data.order ?? { method: "ready" });
    setInterval(() => port.postMessage({ method: "tick" }), 200);
  });
  for (const order of [name, location.hash.slice(1)]) if (order) parent.document.body.append(order);
</script>`;

const FILES: Readonly<Record<string, readonly [string, string]>> = {
  "/": ["text/html", TOP],
  "/frame": ["text/html", FRAME],
  "/plugins/guest-loose": ["text/html", FRAME],
  "/blob/": ["text/plain", "every blob that there is"],
  "/worker.js": ["text/javascript", ""],
  "/shared.js": [
    "text/javascript",
    `const ports = [];
     onconnect = (event) => {
       const port = event.ports[0];
       ports.push(port);
       port.onmessage = (said) => ports.forEach((other) => other.postMessage(said.data));
     };`,
  ],
};

export interface Arena {
  readonly url: string;
  stop(): void;
}

export async function startArena(): Promise<Arena> {
  const server = createServer((request, response) => {
    const [type, text] = FILES[(request.url ?? "").split("?")[0] ?? ""] ?? ["text/plain", ""];
    response.writeHead(200, { "Content-Type": type });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") {
    throw new Error("the arena has no port");
  }
  return {
    url: `http://127.0.0.1:${bound.port}/`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
