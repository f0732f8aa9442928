/// What TypeScript makes of frames, hashes and logs is what Python makes of them (golden/vectors.json).

import { describe, expect, it } from "vitest";
import golden from "../golden/vectors.json" with { type: "json" };
import {
  type AnyEvent,
  apply,
  decodeFrame,
  encodeFrame,
  encodeRequest,
  type Frame,
  fromSnapshot,
  HoodError,
  newExecutionId,
  parseMessage,
  ROLES,
  type RoomState,
  sourceHash,
  toSnapshot,
} from "./index.js";

const bytes = (hex: string, zeros = 0) =>
  Uint8Array.from([...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)), ...new Array(zeros).fill(0)]);

/// An output's text, parts and the like may travel as their default or not at all: both mean the same.
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, v]) => {
    const optional = ["text", "parts", "dropped", "metadata", "traceback", "display_id", "count"].includes(key);
    const empty = v === null || v === "" || v === 0 || (typeof v === "object" && Object.keys(v as object).length === 0);
    return !(optional && empty);
  });
  return Object.fromEntries(kept.map(([key, v]) => [key, normal(v)]));
}

describe("frames", () => {
  for (const vector of golden.frames) {
    const frame = {
      room: vector.room,
      document: vector.document as Frame["document"],
      kind: vector.kind as Frame["kind"],
      payload: bytes(vector.payload),
    };
    it(`encodes document ${vector.document}, kind ${vector.kind} as Python does`, () => {
      expect(encodeFrame(frame)).toEqual(bytes(vector.bytes));
    });
    it(`decodes document ${vector.document}, kind ${vector.kind} as Python does`, () => {
      expect(decodeFrame(bytes(vector.bytes))).toEqual(frame);
    });
  }

  for (const vector of golden.refused)
    it(`refuses ${vector.bytes.slice(32) || "a cut head"} with ${vector.code}`, () => {
      const decode = () => decodeFrame(bytes(vector.bytes, vector.zeros));
      expect(decode).toThrow(HoodError);
      expect(decode).toThrow(expect.objectContaining({ code: vector.code }));
    });
});

describe("source hashes", () => {
  for (const { source, hash } of golden.hashes)
    it(`agree for ${JSON.stringify(source)}`, async () => expect(await sourceHash(source)).toBe(hash));
});

describe("the state of a room", () => {
  for (const log of golden.logs)
    it(`agrees for log ${log.seed}`, () => {
      const room = fromSnapshot({});
      for (const step of log.steps) {
        for (const event of step.events) apply(room, event as unknown as AnyEvent);
        expect(normal(toSnapshot(room))).toEqual(normal(step.state));
      }
    });

  for (const log of golden.logs)
    it(`goes on from any snapshot of log ${log.seed}`, () => {
      for (let start = 1; start < log.steps.length; start++) {
        const room = fromSnapshot(structuredClone(log.steps[start - 1]?.state) as unknown as RoomState);
        for (const event of log.steps[start]?.events ?? []) apply(room, event as unknown as AnyEvent);
        expect(normal(toSnapshot(room))).toEqual(normal(log.steps[start]?.state));
      }
    });

  it("ignores an event of a newer daemon", () => {
    const room = fromSnapshot({});
    expect(apply(room, { type: "of tomorrow" } as unknown as AnyEvent)).toBeNull();
    expect(toSnapshot(room)).toEqual(toSnapshot(fromSnapshot({})));
  });

  it("keeps a cell whose id is a name that objects have", () => {
    const room = fromSnapshot(JSON.parse('{"cells": {"__proto__": {"count": 3}, "constructor": {"count": 4}}}'));
    expect(room.cells.get("__proto__")?.count).toBe(3);
    expect(room.cells.get("constructor")?.count).toBe(4);
  });

  it("says which cell an event changed", () => {
    const room = fromSnapshot({});
    const queued = { type: "queued", execution: "e", cell: "c", source_hash: "", by: "", time: 0 } as const;
    expect(apply(room, queued)).toBe("c");
    expect(apply(room, { type: "started", execution: "e", time: 1 })).toBe("c");
    expect(apply(room, { type: "started", execution: "other", time: 1 })).toBeNull();
    expect(apply(room, { type: "dirty", dirty: true })).toBeNull();
  });
});

describe("envelopes", () => {
  it("a request names its method, parameters and id", () => {
    const text = encodeRequest("room.attach", { room: "00" }, 7);
    expect(JSON.parse(text)).toEqual({ jsonrpc: "2.0", method: "room.attach", params: { room: "00" }, id: 7 });
  });

  it("answers, errors and notifications are told apart", () => {
    expect(parseMessage('{"jsonrpc":"2.0","id":1,"result":{}}')).toEqual({ kind: "result", id: 1, result: {} });
    expect(parseMessage('{"jsonrpc":"2.0","method":"daemon.leaving","params":{"reason":"idle"}}')).toEqual({
      kind: "notification",
      method: "daemon.leaving",
      params: { reason: "idle" },
    });
    const failed = parseMessage(
      '{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"No.","data":{"code":"cell.missing","hint":"h"}}}',
    );
    expect(failed).toMatchObject({ kind: "error", id: 2, error: { code: "cell.missing", message: "No.", hint: "h" } });
  });

  it("an unknown code is an internal error", () => {
    const text = '{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":"x","data":{"code":"toString"}}}';
    expect(parseMessage(text)).toMatchObject({ error: { code: "internal" } });
  });

  for (const text of ["", "[]", "null", "{}", '{"jsonrpc":"1.0","id":1,"result":1}', '{"jsonrpc":"2.0","id":1}'])
    it(`refuses ${text || "nothing"}`, () => expect(() => parseMessage(text)).toThrow(HoodError));

  it("an agent carries no power to stop the daemon or to answer a prompt", () => {
    expect(ROLES["daemon.stop"]).toEqual(["person"]);
    expect(ROLES["kernel.input"]).toEqual(["person"]);
  });

  it("execution ids are 32 hex digits", () => expect(newExecutionId()).toMatch(/^[0-9a-f]{32}$/));
});
