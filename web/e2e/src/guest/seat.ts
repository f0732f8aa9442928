/// A tab with the stage's page in each engine, and what a test does there: shows outputs in one sealed frame, and reads what
/// the frame said.

import type { GuestOutput } from "@fumehood/bridge";
import { afterAll, beforeAll, describe } from "vitest";
import { type Browser, ENGINES, type Frame, launch, type Tab } from "../drivers";
import { until } from "../page";
import type { Framing, Notes } from "./framing";
import { Stage } from "./stage";

export class Seat {
  constructor(
    readonly stage: Stage,
    readonly browser: Browser,
    readonly tab: Tab,
  ) {}

  notes(): Promise<Notes> {
    return this.tab.evaluate(() => (window as unknown as { framing: Framing }).framing.notes);
  }

  async show(...outputs: readonly GuestOutput[]): Promise<Frame> {
    await this.tab.evaluate(
      ({ guest, blobs, sent }) => {
        const { framing } = window as unknown as { framing: Framing };
        framing.mount(guest, blobs, JSON.parse(sent), false);
      },
      { guest: this.stage.guest, blobs: this.stage.blobs, sent: JSON.stringify(outputs) },
    );
    await until("the frame says how high it is", async () => (await this.notes()).heights.length > 0);
    // One that was shown before and that the driver still knows does not answer.
    return until("the frame", async () => {
      const [frame] = await this.tab.frames();
      return (await frame?.evaluate(() => document.getElementById("outputs") !== null)) === true ? frame : null;
    });
  }
}

/// `body` holds tests; they ask for the seat when they run.
export function inGuests(body: (seat: () => Seat) => void): void {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterAll(() => stage?.stop());
  describe.each(ENGINES)("%s", (engine) => {
    let seat: Seat | undefined;
    beforeAll(async () => {
      const browser = await launch(engine);
      seat = new Seat(needed(stage), browser, await browser.open(needed(stage).url));
    });
    afterAll(() => seat?.browser.close());
    body(() => needed(seat));
  });
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("used before it was started");
  return value;
}
