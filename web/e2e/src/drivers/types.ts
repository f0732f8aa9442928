/// What a test may ask of a browser, the same for every engine. Only real input (mouse, keys) and evaluation; how
/// elements are found stands once in `page.ts`. A driver must never paper over what its engine does.

export type EngineName = "chromium" | "firefox" | "webkit";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/// A function that is sent as text: it sees its argument and the globals of the place where it runs, nothing else.
export type Sent<A, R> = (arg: A) => R | Promise<R>;

export interface Place {
  /// Runs in the main world, where the page's own code runs. `arg` and the result are JSON; undefined comes back as null.
  evaluate<R, A = null>(fn: Sent<A, R>, arg?: A): Promise<R>;
}

export interface Frame extends Place {
  readonly url: string;
}

/// What a browser is told about the machine when it starts.
export interface Machine {
  /// Nothing can hover: fingers only. Not known to WebKit's driver.
  readonly touch?: boolean;
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly reducedMotion?: boolean;
}

/// What the engine did since the tab was opened.
export interface Effort {
  readonly styles: number;
  readonly layouts: number;
}

export interface Tab extends Place {
  readonly engine: EngineName;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  url(): Promise<string>;
  /// Runs a whole script in the page's world: the page's policy, which lets no text become code, is not asked.
  inject(source: string): Promise<void>;
  /// Every frame below the top one, whatever its origin.
  frames(): Promise<readonly Frame[]>;
  /// A real click at a point of the viewport.
  click(x: number, y: number, options?: { readonly count?: number; readonly shift?: boolean }): Promise<void>;
  hover(x: number, y: number): Promise<void>;
  wheel(x: number, y: number, dy: number): Promise<void>;
  /// Keys for each character, into whatever has the focus.
  type(text: string): Promise<void>;
  /// "Shift+Enter", "Control+z", "ArrowDown", "a".
  press(keys: string): Promise<void>;
  /// The file that a person takes when the page next asks for one; false where the driver knows no way to take it.
  offer(path: string): Promise<boolean>;
  screenshot(path: string): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  /// Uncaught errors and console errors, of the page and its frames as far as the engine tells.
  readonly problems: readonly string[];
  /// What was done to it and what its WebSockets carried last, line by line, as far as the driver records it: for the
  /// report of a test that failed.
  readonly trail: readonly string[];
  /// What the page's own policy refused so far; not that of its frames. In WebKit only what came after a page was loaded.
  violations(): Promise<readonly string[]>;
  /// Null where the engine does not count.
  effort(): Promise<Effort | null>;
  /// How many alerts, questions and print windows came up; each is dismissed at once.
  readonly dialogs: number;
  close(): Promise<void>;
}

export interface Browser {
  readonly engine: EngineName;
  /// A new tab; nothing is shared with the tabs before it where the engine can keep them apart.
  open(url: string, look?: Look): Promise<Tab>;
  /// A second tab beside `tab`, in the same profile.
  beside(tab: Tab, url: string): Promise<Tab>;
  /// How many tabs and windows there are now, those that content opened too.
  count(): Promise<number>;
  /// How many files its tabs have saved so far.
  saved(): Promise<number>;
  /// Where those of them are that are there whole, the first one first where the engine tells.
  files(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const WIDTH = 1280;
export const HEIGHT = 900;
