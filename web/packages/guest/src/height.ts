/// What height to ask for, as a pure function over what was measured.
///
/// The frame gets the height of its content. Content that follows the frame's height (`100vh`, a chart that fills the
/// window) would then grow for ever: growth that comes with a new height of the frame, and with no change of the
/// content, is not content. From then on only differences that the content makes itself are passed on.

export interface Measure {
  /// Of the content, in CSS pixels.
  readonly content: number;
  /// Of the frame.
  readonly width: number;
  readonly height: number;
  /// Whether something in the document changed since the last measure: nodes, an image that came, a font.
  readonly touched: boolean;
}

export interface Heights {
  readonly last: Measure | null;
  readonly asked: number;
  /// The content follows the frame.
  readonly follows: boolean;
  /// Growths by exactly what the frame grew, one after the other.
  readonly chased: number;
}

export const FIRST: Heights = { last: null, asked: -1, follows: false, chased: 0 };

/// What an output that wants to fill "the window" gets: the window that Jupyter would show it in, roughly.
export const FILLED = 480;
/// A chart that resizes itself changes the document each time; nothing else grows like this so often in a row.
const CHASES = 12;

/// The new state, and the height to ask for, or null for none.
export function nextHeight(state: Heights, measure: Measure): readonly [Heights, number | null] {
  const { last } = state;
  const content = Math.ceil(measure.content - 0.01);
  if (last === null || last.width !== measure.width) return ask({ ...state, last: measure, chased: 0 }, content);
  const grown = content - Math.ceil(last.content - 0.01);
  const stretched = measure.height - last.height;
  const echo = stretched !== 0 && grown !== 0 && Math.sign(grown) === Math.sign(stretched);
  const chased = echo && grown > 0 ? state.chased + 1 : stretched === 0 && grown === 0 ? state.chased : 0;
  const now = { ...state, last: measure, chased };
  if (echo && (!measure.touched || state.follows || chased >= CHASES)) {
    if (state.follows || grown < 0) return [{ ...now, follows: true }, null];
    return ask({ ...now, follows: true }, Math.max(state.asked, FILLED));
  }
  return ask(now, state.follows ? Math.max(0, state.asked + grown) : content);
}

function ask(state: Heights, height: number): readonly [Heights, number | null] {
  return height === state.asked ? [state, null] : [{ ...state, asked: height }, height];
}
