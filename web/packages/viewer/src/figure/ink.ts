/// What a figure is drawn with besides the colours of its points.

import type { Theme } from "../model/model";

export type Background = "paper" | "transparent" | "theme";

export interface Ink {
  /// Behind everything; null: nothing.
  readonly paper: string | null;
  readonly text: string;
  /// Round texts that stand on points.
  readonly halo: string;
  readonly theme: Theme;
}

/// Fonts that every editor and printer has or replaces by their like; the last one always exists.
export const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/// The points as they are on white.
export const PAPER: Theme = { background: "#ffffff", none: "#c3c9ce", plain: "#3b6f95", outline: "#10151a" };

export function inkOf(background: Background, theme: Theme): Ink {
  if (background === "theme") {
    return { paper: theme.background, text: theme.outline, halo: theme.background, theme };
  }
  return { paper: background === "paper" ? "#ffffff" : null, text: "#000000", halo: "#ffffff", theme: PAPER };
}
