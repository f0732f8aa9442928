/// `npx vitest bench packages/shell/src/notebook`: what opening a notebook of 2,000 cells and a key press in it cost.

import { createEffect, createRoot } from "solid-js";
import { bench, describe } from "vitest";
import * as Y from "yjs";
import { NotebookDocument } from "./document.js";
import { RoomSignals } from "./room.js";
import { Peer, Relay } from "./testing.js";

const CELLS = 2_000;

function state(): Uint8Array {
  const peer = new Peer(new Relay());
  const source = "import numpy as np\nx = np.arange(10)\nprint(x.mean(), x.std())\n";
  peer.edits.paste(
    null,
    Array.from({ length: CELLS }, (_, at) => ({
      type: at % 4 === 0 ? ("markdown" as const) : ("code" as const),
      source: source + at,
      metadata: at % 10 === 0 ? { tags: ["a"] } : {},
      attachments: {},
    })),
  );
  return Y.encodeStateAsUpdate(peer.document.doc);
}

const update = state();

describe(`a notebook of ${CELLS} cells`, () => {
  bench("from its bytes to every cell's values", () => {
    const document = new NotebookDocument();
    document.apply(update);
    const room = new RoomSignals(document, {});
    for (const id of document.order()) {
      const cell = document.cell(id);
      cell?.type();
      cell?.source();
      cell?.metadata();
      room.cell(id).run();
    }
  });

  bench("from its bytes to the order, with one cell read", () => {
    const document = new NotebookDocument();
    document.apply(update);
    document.cell(document.order()[0] ?? "")?.source();
  });

  const open = new NotebookDocument();
  open.apply(update);
  createRoot(() => {
    for (const id of open.order()) createEffect(() => open.cell(id)?.source());
  });
  const text = open.cell(open.order()[1000] ?? "")?.text();
  bench("a key press, every cell's source listened to", () => {
    open.doc.transact(() => text?.insert(5, "x"), { editor: true });
  });
});
