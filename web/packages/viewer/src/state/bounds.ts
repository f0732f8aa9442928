/// How much a document may hold. Operations stop at it and reading refuses what is beyond, so that whatever was saved here
/// is read again.

export const MOST = {
  views: 16,
  filters: 50,
  pages: 100,
  snapshots: 200,
  groups: 1000,
  /// Columns that were changed, and categories of one.
  entries: 100_000,
  codes: 1_000_000,
  /// Names in a dataset are as long as their writer likes.
  text: 65_536,
  /// Numbers of one shape.
  corners: 20_000,
  made: 200,
  genes: 1000,
} as const;
/// CSS pixels on each side of a brush's path: also of states of before, which do not say it.
export const BRUSH = 24;
/// Letters of the name of a unit of length.
export const LONGEST_NAME = 20;
