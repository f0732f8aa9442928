/// Playing the page, or the browser: covering what is shown, and using a key that was meant for the page as the person's
/// wish. An engine gives what a key allows to every frame of the same origin; a sealed frame has none.

import type { Probe } from "./types";

export const spoofing: readonly Probe[] = [
  {
    name: "covers the page",
    seen: "page",
    attack: () => {
      const frame = window.frameElement as HTMLElement;
      frame.style.cssText = "position: fixed; inset: 0; width: 100vw; height: 100vh; z-index: 2147483647; border: 0";
    },
  },
  {
    name: "covers the page from its own style",
    seen: "loot",
    attack: () => {
      const cover = document.createElement("div");
      cover.style.cssText =
        "position: fixed; top: -9999px; left: -9999px; width: 99999px; height: 99999px; z-index: 9999";
      document.body.append(cover);
      // Whoever is above itself reaches what is under the page's buttons.
      return parent.document.elementFromPoint(2, 2) !== null;
    },
  },
  {
    name: "goes to full screen while the person types into the page",
    seen: "loot",
    keys: ["a", "b"],
    tame: ["firefox", "webkit"],
    attack: () => {
      const timer = setInterval(() => document.documentElement.requestFullscreen().catch(() => 0), 20);
      setTimeout(() => clearInterval(timer), 2_000);
    },
    loot: () => document.fullscreenElement?.tagName,
  },
  {
    name: "holds the pointer while the person types into the page",
    seen: "loot",
    keys: ["a", "b"],
    tame: ["firefox", "webkit"],
    attack: () => {
      const timer = setInterval(async () => {
        try {
          await document.body.requestPointerLock();
        } catch {
          // Not yet.
        }
      }, 20);
      setTimeout(() => clearInterval(timer), 2_000);
    },
    loot: () => document.pointerLockElement?.tagName,
  },
  {
    name: "opens a window while the person types into the page",
    seen: "tab",
    keys: ["a", "b"],
    tame: ["webkit"],
    attack: ({ catcher, mark }) => {
      const timer = setInterval(() => {
        if (window.open(`${catcher}/?${mark}`) !== null) {
          clearInterval(timer);
        }
      }, 20);
      setTimeout(() => clearInterval(timer), 2_000);
    },
  },
  {
    name: "writes to the clipboard",
    seen: "loot",
    tame: ["firefox", "webkit"],
    attack: async ({ mark }) => {
      window.focus();
      await navigator.clipboard.writeText(mark);
      return "written";
    },
  },
  {
    name: "reads the clipboard",
    seen: "loot",
    tame: ["firefox", "webkit"],
    attack: async () => {
      window.focus();
      await navigator.clipboard.writeText("secret").catch(() => 0);
      return navigator.clipboard.readText();
    },
  },
  {
    name: "may ask the person for the camera, the microphone and the place",
    seen: "loot",
    // Only Chromium tells what a frame may ask for.
    tame: ["firefox", "webkit"],
    attack: () => {
      const { featurePolicy } = document as unknown as { featurePolicy: { allowedFeatures(): string[] } };
      const allowed = featurePolicy.allowedFeatures();
      return ["camera", "microphone", "geolocation"].some((name) => allowed.includes(name));
    },
  },
];
