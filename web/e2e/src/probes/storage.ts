/// What a browser keeps for an origin: nothing of it may be shared with the page or outlive the frame. A frame has stand-ins
/// of its own for storage and cookies, in its window's memory (`guest/src/memory.ts`): kept is what another window sees.

import type { Probe } from "./types";

export const storage: readonly Probe[] = [
  { name: "reads the page's bearer", seen: "loot", attack: () => parent.sessionStorage.getItem("fumehood.bearer") },
  {
    name: "keeps a value in sessionStorage",
    seen: "loot",
    attack: ({ mark }) => {
      sessionStorage.setItem("probe", mark);
      const other = document.body.appendChild(document.createElement("iframe")).contentWindow as Window;
      return other.sessionStorage.getItem("probe");
    },
  },
  {
    name: "keeps a value in localStorage",
    seen: "loot",
    attack: ({ mark }) => {
      localStorage.setItem("probe", mark);
      const other = document.body.appendChild(document.createElement("iframe")).contentWindow as Window;
      return other.localStorage.getItem("probe");
    },
  },
  {
    name: "plants a cookie, which every port of this machine would get",
    seen: "loot",
    attack: ({ mark }) => {
      // biome-ignore lint/suspicious/noDocumentCookie: the probe is about it
      document.cookie = `probe=${mark}; path=/`;
      const other = document.body.appendChild(document.createElement("iframe")).contentWindow as Window;
      return other.document.cookie;
    },
  },
  {
    name: "plants a cookie by the cookie store",
    seen: "loot",
    tame: ["webkit"],
    attack: async ({ mark }) => {
      const store = (
        window as unknown as {
          cookieStore: { set(n: string, v: string): Promise<void>; get(n: string): Promise<unknown> };
        }
      ).cookieStore;
      await store.set("stored", mark);
      return store.get("stored");
    },
  },
  {
    name: "opens a database",
    seen: "loot",
    attack: () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("probe");
        request.onsuccess = () => resolve(request.result.name);
        request.onerror = () => reject(request.error);
      }),
  },
  {
    name: "asks for the page's storage",
    seen: "loot",
    tame: ["webkit"],
    attack: async () => {
      await document.requestStorageAccess();
      return localStorage.length >= 0;
    },
  },
  {
    name: "learns how much is kept here",
    seen: "loot",
    tame: ["webkit"],
    attack: async () => (await navigator.storage.estimate()).quota,
  },
  {
    name: "lists the databases",
    seen: "loot",
    attack: async () => Array.isArray(await indexedDB.databases()),
  },
  { name: "opens a cache", seen: "loot", attack: async () => (await caches.open("probe")) !== undefined },
  {
    name: "opens the origin's private files",
    seen: "loot",
    tame: ["webkit"],
    attack: async () => (await navigator.storage.getDirectory()).kind,
  },
  {
    name: "registers a service worker",
    seen: "loot",
    tame: ["webkit"],
    attack: async () => (await navigator.serviceWorker.register("/worker.js")).scope,
  },
  {
    name: "asks a worker that the page shares",
    seen: "page",
    attack: ({ mark }) => {
      const worker = new SharedWorker("/shared.js");
      worker.port.postMessage(mark);
    },
  },
  {
    name: "speaks to the page on a broadcast channel",
    seen: "page",
    attack: ({ mark }) => {
      new BroadcastChannel("fumehood").postMessage(mark);
    },
  },
  {
    name: "takes a lock that the page would wait for",
    seen: "page",
    attack: () =>
      new Promise((resolve, reject) => {
        navigator.locks
          .request("fumehood", () => {
            resolve("taken");
            return new Promise(() => undefined);
          })
          .catch(reject);
      }),
  },
];
