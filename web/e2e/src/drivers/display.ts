/// A display in memory for the engine that has no headless mode.

import { type ChildProcess, spawn } from "node:child_process";
import { program } from "./programs";

export interface Display {
  readonly name: string;
  stop(): Promise<void>;
}

/// Ends a process that this program started, and waits until it is gone.
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await gone;
}

export async function startDisplay(): Promise<Display> {
  const path = program("Xvfb", "xvfb");
  // The server picks a free number itself and says it on descriptor 3.
  const child = spawn(path, ["-displayfd", "3", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const said = child.stdio[3];
  if (said === null || said === undefined) {
    throw new Error("no pipe to Xvfb");
  }
  const number = await new Promise<string>((resolve, reject) => {
    said.once("data", (data: Buffer) => resolve(data.toString().trim()));
    child.once("error", reject);
    child.once("exit", (status) => reject(new Error(`Xvfb ended with status ${status}`)));
  });
  return { name: `:${number}`, stop: () => end(child) };
}
