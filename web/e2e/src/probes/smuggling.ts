/// Words that a frame leaves for the page that comes after it, and steps through the history that a window shares with its
/// frames.

import type { Probe } from "./types";

/// Nothing is lost by it: the room is the daemon's.
const HISTORY = "WebKit lets every frame step through the history that it shares with the window.";

export const smuggling: readonly Probe[] = [
  {
    name: "leaves an order in the window's name",
    seen: "page",
    attack: ({ mark }) => {
      window.name = mark;
      location.reload();
    },
  },
  {
    name: "leaves an order in its address's fragment",
    seen: "page",
    attack: ({ mark }) => {
      location.hash = mark;
      location.reload();
    },
  },
  {
    name: "loads itself under the address of a looser policy",
    seen: "loot",
    says: "This output replaced its own page and was stopped.",
    // Its driver was not seen to follow the frame there.
    tame: ["firefox"],
    attack: ({ looser }) =>
      new Promise((resolve) => {
        setTimeout(() => location.replace(looser), 50);
        setTimeout(resolve, 2_500);
      }),
    loot: () => (window as unknown as { port?: MessagePort }).port !== undefined,
  },
  {
    name: "reaches the window that opened the page",
    seen: "loot",
    attack: () => (parent.opener as Window | null)?.document.title,
  },
  {
    name: "sends the window that opened the page elsewhere",
    seen: "page",
    attack: ({ catcher, mark }) => {
      const opener = parent.opener as Window;
      opener.location.href = `${catcher}/?${mark}`;
    },
  },
  {
    name: "leads the page back by its history",
    seen: "page",
    // Its first page has nothing behind it.
    tame: ["firefox"],
    through: { webkit: HISTORY },
    attack: () => {
      history.back();
    },
  },
  {
    name: "leads the page away by steps through its history",
    seen: "page",
    // Its first page has nothing behind it.
    tame: ["firefox"],
    through: { webkit: HISTORY },
    attack: () => {
      history.go(-history.length + 1);
    },
  },
  {
    name: "fills the page's history",
    seen: "page",
    attack: () => {
      for (let index = 0; index < 20; index += 1) {
        history.pushState(index, "");
      }
    },
  },
  {
    name: "gives itself the page's address",
    seen: "loot",
    attack: () => {
      // Its own server's addresses it may give itself; they are behind the same policy.
      const page = location.ancestorOrigins?.[0] ?? parent.location.origin;
      history.replaceState(null, "", `${page}/`);
      return location.href === `${page}/`;
    },
  },
];
