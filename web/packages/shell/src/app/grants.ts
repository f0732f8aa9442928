/// What agents wait for, and what they may do: the daemon's list, kept by its events. Nothing is allowed here but by a
/// person's click on what was shown.

import type { Grant } from "@fumehood/protocol";
import { type Accessor, createSignal, onCleanup } from "solid-js";
import type { Notebook } from "../notebook/types.js";
import type { Wire } from "../wire/index.js";
import { report } from "./report.js";

export interface Waiting {
  readonly request: string;
  /// Hostile text: an agent names itself.
  readonly agent: string;
  readonly cells: readonly string[];
}

export interface GrantsState {
  readonly waiting: Accessor<readonly Waiting[]>;
  /// Agents that may run cells of this notebook without asking.
  readonly allowed: Accessor<readonly string[]>;
  settle(request: string, allow: boolean, scope: "once" | "room"): Promise<void>;
  revoke(agent: string): Promise<void>;
}

export function waitingOf(grants: readonly Grant[]): readonly Waiting[] {
  return grants.flatMap(({ request, agent, cells }) => (request ? [{ request, agent, cells: cells ?? [] }] : []));
}

export function allowedOf(grants: readonly Grant[]): readonly string[] {
  return [...new Set(grants.filter(({ request }) => !request).map(({ agent }) => agent))];
}

/// Must be called under an owner of Solid's.
export function createGrants(wire: Wire, notebook: Notebook): GrantsState {
  const [waiting, setWaiting] = createSignal<readonly Waiting[]>([]);
  const [allowed, setAllowed] = createSignal<readonly string[]>([]);
  const refresh = async () => {
    try {
      const { grants } = await wire.call("grant.list", { room: notebook.room });
      setWaiting(waitingOf(grants));
      setAllowed(allowedOf(grants));
    } catch {
      // The connection went, or the room is opened anew: asked again with the next connection or event.
    }
  };
  void refresh();
  onCleanup(wire.onOpen(() => void refresh()));
  onCleanup(
    notebook.onEvent((event) => {
      if (event.type === "grant_asked") {
        const { request, agent, cells } = event;
        setWaiting((all) => [...all.filter((one) => one.request !== request), { request, agent, cells }]);
      } else if (event.type === "grant_settled") {
        setWaiting((all) => all.filter((one) => one.request !== event.request));
        void refresh();
      }
    }),
  );
  return {
    waiting,
    allowed,
    settle: async (request, allow, scope) => {
      await wire.call("grant.settle", { room: notebook.room, request, allow, scope }).catch(report);
      await refresh();
    },
    revoke: async (agent) => {
      await wire.call("grant.revoke", { room: notebook.room, agent }).catch(report);
      await refresh();
    },
  };
}
