/// Markdown as the page shows it: a tree of what is allowed, and nothing else. Whatever is not one of these cannot be
/// said, so that a source, however it is written, makes no other element, attribute or address.

export type Tag =
  | "p"
  | "h1"
  | "h2"
  | "h3"
  | "h4"
  | "h5"
  | "h6"
  | "ul"
  | "ol"
  | "li"
  | "blockquote"
  | "table"
  | "thead"
  | "tbody"
  | "tr"
  | "th"
  | "td"
  | "hr"
  | "br"
  | "strong"
  | "em"
  | "s"
  | "code"
  | "sub"
  | "sup"
  | "u"
  | "kbd"
  | "mark"
  | "small";

export type Align = "left" | "center" | "right";

export type Target = { readonly url: string } | { readonly anchor: string };

export type ImageSource =
  | { readonly kind: "attachment"; readonly name: string }
  | { readonly kind: "data"; readonly url: string }
  /// Not loaded, with the reason.
  | { readonly kind: "elsewhere"; readonly url: string; readonly why: string };

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "element";
      readonly tag: Tag;
      readonly children: readonly Node[];
      readonly align?: Align;
      /// Of an ordered list.
      readonly start?: number;
      /// Of a heading: what `#…` in links calls it. Hostile text.
      readonly anchor?: string;
      /// Of a list item that is a task.
      readonly done?: boolean;
    }
  | { readonly kind: "link"; readonly target: Target; readonly title: string; readonly children: readonly Node[] }
  | { readonly kind: "image"; readonly source: ImageSource; readonly alt: string; readonly title: string }
  | { readonly kind: "source"; readonly text: string; readonly language: string }
  | { readonly kind: "maths"; readonly tex: string; readonly display: boolean };

export interface Parsed {
  readonly nodes: readonly Node[];
  /// It holds markup that the page does not make: only a sealed frame can show it as it is meant.
  readonly raw: boolean;
  /// There was more than the page shows.
  readonly cut: boolean;
}
