/// The page as a server serves it, or as it lies beside an exported folder on a static host.

import "@fumehood/ui/tokens.css";
import "@fumehood/ui/base.css";
import "./workbench/workbench.css";
import "./workbench/page.css";
import { stateIn, withoutState } from "./keeping/link";
import { FolderTransport } from "./wire/folder";
import { HttpTransport } from "./wire/http";
import type { Transport } from "./wire/transport";
import { sentence } from "./words/sentence";
import { open } from "./workbench/open";

const place = document.getElementById("viewer") ?? document.body;
place.className = "fumehood-page";

async function way(): Promise<Transport> {
  try {
    return await HttpTransport.open(location);
  } catch (error) {
    const beside = location.hash === "" ? await FolderTransport.open(location) : null;
    if (beside === null) throw error;
    return beside;
  }
}

// A link's view is read and taken out of the address before the rest of it is looked at: what is done next is not undone
// by a reload.
const state = stateIn(location.hash);
if (state !== null)
  history.replaceState(null, "", `${location.pathname}${location.search}${withoutState(location.hash)}`);
// A link that is put into the address of this very page changes its fragment alone.
addEventListener("hashchange", () => {
  if (stateIn(location.hash) !== null) location.reload();
});

way().then(
  (transport) => open(transport, place, place, { page: location.href, state }),
  (error: unknown) => {
    place.textContent = sentence(error);
  },
);
