/// Addresses of headings, and the wish to go to one. Apart from the parser, which is loaded later.

/// Bubbles from a link to `#…` whose heading is not on the page yet. The detail is the heading's address.
export const ANCHOR = "fumehood-anchor";

/// Jupyter's rule for the address of a heading.
export function slug(text: string): string {
  return text.trim().replace(/\s+/g, "-");
}
