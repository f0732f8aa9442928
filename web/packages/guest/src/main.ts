/// The sealed page. Waits for its port, then shows what the trusted page sends through it, and reports.
///
/// Code in an output shares this window: it can forge whatever this code says, and read whatever it is told. So nothing
/// secret may ever come in here, and nothing here is a wall; the walls are the frame's sandbox, its policy, and what the
/// other end of the bridge takes. This page reads neither its address's fragment nor the window's name.

import { CLICKED, guestEnd, VERSION } from "@fumehood/bridge";
import { Blobs, type Surroundings } from "./content.js";
import { find } from "./find.js";
import { receivePort } from "./handover.js";
import { watchKeys, watchLinks, watchSaving } from "./leaving.js";
import { rememberNothing } from "./memory.js";
import { Reports } from "./reports.js";
import { offerFile } from "./saving.js";
import { guardDocument } from "./scripts.js";
import { applyTheme } from "./theme.js";
import { View } from "./view.js";
import { watchHeight } from "./watch.js";
import { WidgetPort } from "./widgets/port.js";

const FIRST_LOOK_MS = 1000;

async function start(root: HTMLElement): Promise<void> {
  const port = await receivePort(window);
  const blobs = new Blobs();
  const widgets = new WidgetPort();
  const bridge = guestEnd(port, {
    render: (params) => {
      blobs.base = params.blobs;
      applyTheme(params.theme, params.fontSize);
      reports.reset();
      view.render(params.outputs);
      void view.settled(FIRST_LOOK_MS).then(beginHeight);
    },
    update: (output) => view.update(output),
    theme: ({ theme, fontSize }) => applyTheme(theme, fontSize),
    find: ({ query, current }) => ({ count: find(root, query, current) }),
    ...widgets.handlers,
  });
  widgets.connect(bridge);
  const reports = new Reports(bridge);
  const failed = (id: string, message: string) => reports.failed(id, message);
  const surroundings: Surroundings = {
    blobs,
    widgets,
    failed: (message) => failed("", message),
    show: (place, signal) => {
      const inner = new View(place, surroundings, failed, true);
      signal.addEventListener("abort", () => inner.render([]));
      return (outputs) => inner.render(outputs);
    },
  };
  const view = new View(root, surroundings, failed);
  guardDocument();
  const save = (link: HTMLAnchorElement) => void offerFile(link, (file) => bridge.notify("save", file));
  const follow = (url: string) => {
    bridge.notify("link", { url });
    // Nobody but the page that framed this one is above it, and the word says nothing.
    parent.postMessage(CLICKED, "*");
  };
  watchLinks(follow, save);
  watchSaving(save);
  watchKeys(() => bridge.notify("left", {}));
  // Not before the first look: heights of what is not there yet would make the notebook jump.
  const beginHeight = once(() => watchHeight(root, (height) => bridge.notify("resized", { height })));
  bridge.notify("ready", { version: VERSION });
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}

/// What no policy keeps in: a browser asks none before it speaks WebRTC with any host. Gone before the first output comes;
/// a page that an output carries inside itself has a window of its own, and has it there (threat model, "What is not defended").
function withoutPeers(): void {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection"])
    Reflect.deleteProperty(window, name);
}

withoutPeers();
rememberNothing(window);
const root = document.getElementById("outputs");
if (root) void start(root);
