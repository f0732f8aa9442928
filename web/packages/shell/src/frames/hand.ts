/// Whether the pointer is moved by a hand: state alone. Browsers report a pointer that rests anew where something else has
/// come under it, so a report at the same place is none, and nor is the first one behind a key.

export class Hand {
  private at: { readonly x: number; readonly y: number } | null = null;

  /// The person pressed something: where the pointer rests meanwhile is not known.
  pressed(): void {
    this.at = null;
  }

  /// The pointer is seen here, in the screen's coordinates, which no scrolling changes.
  moved(x: number, y: number): boolean {
    const before = this.at;
    this.at = { x, y };
    return before !== null && (before.x !== x || before.y !== y);
  }
}
