// Generated from src/fumehood by `make generate`. Do not edit.

/// Bytes before the payload.
export const HEAD = 18;

export const Document = {
  NOTEBOOK: 0,
  WIDGETS: 1,
} as const;

export const Kind = {
  STEP1: 0,
  STEP2: 1,
  UPDATE: 2,
  AWARENESS: 3,
} as const;
