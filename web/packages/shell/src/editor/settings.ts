/// How cells are shown, as the user set it. The settings of the page keep and store the values; reading a property is reactive.

export interface ViewSettings {
  readonly lineNumbers: boolean;
  readonly wrap: boolean;
  readonly closeBrackets: boolean;
  readonly matchBrackets: boolean;
  readonly indent: number;
  /// Show what the kernel knows about a name under the pointer.
  readonly hover: boolean;
}

export const DEFAULT_VIEW: ViewSettings = {
  lineNumbers: false,
  wrap: false,
  closeBrackets: true,
  matchBrackets: true,
  indent: 4,
  hover: false,
};
