/// Files that land in the person's folder. The page saves them, after a click or a question; a frame never does.

import type { Probe } from "./types";

export const files: readonly Probe[] = [
  {
    name: "saves a file by a link that it clicks",
    seen: "file",
    attack: ({ mark }) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["saved"], { type: "application/octet-stream" }));
      link.download = `${mark}.bin`;
      document.body.append(link);
      link.click();
    },
  },
  {
    name: "saves a file by a link that stands nowhere",
    seen: "file",
    attack: ({ mark }) => {
      const link = document.createElement("a");
      link.href = "data:application/octet-stream,saved";
      link.download = `${mark}.bin`;
      link.dispatchEvent(new MouseEvent("click"));
    },
  },
  {
    name: "saves a file around the sealed page's own code",
    seen: "file",
    attack: ({ mark }) => {
      const link = document.createElementNS("http://www.w3.org/1999/xhtml", "a") as HTMLAnchorElement;
      link.href = URL.createObjectURL(new Blob(["saved"], { type: "application/octet-stream" }));
      link.download = `${mark}.bin`;
      document.body.append(link);
      document.body.addEventListener("click", (event) => event.stopImmediatePropagation(), { capture: true });
      window.addEventListener("click", (event) => event.stopImmediatePropagation(), { capture: true });
      HTMLElement.prototype.click.call(link);
    },
  },
  {
    name: "saves ten files at once",
    seen: "file",
    attack: ({ mark }) => {
      for (let index = 0; index < 10; index += 1) {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob(["saved"], { type: "application/octet-stream" }));
        link.download = `${mark}-${index}.desktop`;
        document.body.append(link);
        link.click();
      }
    },
  },
  {
    name: "saves a file by going to it",
    seen: "file",
    // It shows what it cannot open as an error.
    tame: ["webkit"],
    attack: () => {
      location.href = URL.createObjectURL(new Blob([new Uint8Array(64)], { type: "application/x-unheard-of" }));
    },
  },
  {
    name: "saves a file in a frame inside",
    seen: "file",
    tame: ["webkit"],
    attack: () => {
      const frame = document.createElement("iframe");
      frame.src = URL.createObjectURL(new Blob([new Uint8Array(64)], { type: "application/x-unheard-of" }));
      document.body.append(frame);
    },
  },
  {
    name: "saves a file from another port",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const link = document.createElement("a");
      link.href = `${catcher}/?${mark}`;
      link.download = "saved.bin";
      document.body.append(link);
      link.click();
    },
  },
];
