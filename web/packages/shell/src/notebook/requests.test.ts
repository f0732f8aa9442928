/// What a run does while the connection is away, with a wire and a room in the test's hands.

import { HoodError } from "@fumehood/protocol";
import { describe, expect, it } from "vitest";
import { RoomRequests } from "./requests.js";

interface Call {
  readonly params: { readonly cells: readonly { readonly cell: string; readonly execution: string }[] };
  readonly answer: () => void;
  readonly lose: () => void;
}

class Stage {
  readonly calls: Call[] = [];
  readonly known = new Set<string>();
  readonly requests: RoomRequests;
  #back: (() => void)[] = [];
  #here = true;

  constructor() {
    const sources: Readonly<Record<string, string>> = { a: "1", b: "2", empty: " " };
    this.requests = new RoomRequests({
      wire: {
        call: (_method: string, params: Call["params"]) =>
          new Promise<object>((resolve, reject) =>
            this.calls.push({
              params,
              answer: () => resolve({}),
              lose: () => reject(new HoodError("daemon.unreachable", "It went.")),
            }),
          ),
      } as never,
      document: {
        cell: (id: string) => ({ type: () => "code", source: () => sources[id] ?? "" }),
      } as never,
      room: () => "room",
      flush: () => undefined,
      ran: () => undefined,
      knows: (execution) => this.known.has(execution),
      ready: () => (this.#here ? Promise.resolve() : new Promise((resolve) => this.#back.push(resolve))),
      check: () => undefined,
    });
  }

  away(): void {
    this.#here = false;
  }

  back(): void {
    this.#here = true;
    for (const resolve of this.#back.splice(0)) resolve();
  }

  async called(count: number): Promise<Call> {
    for (let turn = 0; this.calls.length < count && turn < 100; turn++) await new Promise((next) => setTimeout(next));
    const call = this.calls[count - 1];
    if (call === undefined) throw new Error(`There were ${this.calls.length} calls.`);
    return call;
  }

  get waiting(): readonly string[] {
    return [...this.requests.waiting()].sort();
  }
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((next) => setTimeout(next));
};

describe("the cells that wait for a run", () => {
  it("are those that were asked for, until the daemon has answered; an empty one is none", async () => {
    const made = new Stage();
    const done = made.requests.run(["a", "empty", "b"]);
    const call = await made.called(1);
    expect(call.params.cells.map(({ cell }) => cell)).toEqual(["a", "b"]);
    expect(made.waiting).toEqual(["a", "b"]);
    call.answer();
    await done;
    expect(made.waiting).toEqual([]);
  });

  it("wait while the connection is away, and are asked for once, in order, when it is back", async () => {
    const made = new Stage();
    made.away();
    const done = [made.requests.run(["a"]), made.requests.run(["b"])];
    await turns();
    expect([made.calls.length, made.waiting]).toEqual([0, ["a", "b"]]);
    made.back();
    (await made.called(1)).answer();
    (await made.called(2)).answer();
    await Promise.all(done);
    expect(made.calls.map(({ params }) => params.cells[0]?.cell)).toEqual(["a", "b"]);
    expect(made.waiting).toEqual([]);
  });

  it("still wait where the connection was lost under the question, which is asked again under the same id", async () => {
    const made = new Stage();
    const done = made.requests.run(["a", "b"]);
    const first = await made.called(1);
    made.away();
    first.lose();
    await turns();
    expect([made.calls.length, made.waiting]).toEqual([1, ["a", "b"]]);
    // The daemon had taken one of them.
    made.known.add(first.params.cells[0]?.execution ?? "");
    made.back();
    const again = await made.called(2);
    expect(again.params.cells).toEqual([first.params.cells[1]]);
    again.answer();
    await done;
    expect(made.waiting).toEqual([]);
  });

  it("wait no longer where it was given up", async () => {
    const made = new Stage();
    const done = made.requests.run(["a"]);
    for (let tries = 1; tries <= 5; tries++) (await made.called(tries)).lose();
    await expect(done).rejects.toThrow("It went.");
    expect(made.waiting).toEqual([]);
  });
});
