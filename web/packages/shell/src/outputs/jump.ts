/// How an output asks for a line of a cell to be shown: an event that bubbles from the output's element. Whoever owns
/// the cells listens; a count is looked for among the cells as they are now, and may be found nowhere.

export const JUMP = "fumehood-jump";

export interface Jump {
  /// The cell whose output it is; where the count is its own, it is the one that is meant.
  readonly cell: string;
  /// Execution count, as in `In [3]`.
  readonly count: number;
  /// From 1.
  readonly line: number;
}

export function jump(from: Element, target: Jump): void {
  from.dispatchEvent(new CustomEvent<Jump>(JUMP, { bubbles: true, detail: target }));
}
