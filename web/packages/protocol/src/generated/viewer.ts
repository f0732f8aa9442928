// Generated from src/fumehood by `make generate`. Do not edit.

/// Bytes in JSON, as base64.
export type Base64 = string;

/// Cells by their places, in ascending order, each once. `list`: u32 of each; `bits`: one bit a cell, the first cell
/// the lowest bit of the first byte. Both little-endian; whoever sends takes the smaller.
export interface Cells {
  readonly form: "list" | "bits";
  readonly count: number;
  /// Which of the message's buffers.
  readonly buffer?: number;
}

/// Cells in a colour, above the others. In place of what was highlighted before.
export interface Highlight {
  readonly type: "highlight";
  readonly viewer: string;
  readonly id: number;
  readonly cells: Cells;
  /// `#rrggbb`.
  readonly color?: string;
}

/// Of highlights and the selection.
export interface Clear {
  readonly type: "clear";
  readonly viewer: string;
  readonly id: number;
}

/// By a column, a gene or the groups of the page; by nothing where none is said.
export interface ColorBy {
  readonly type: "color_by";
  readonly viewer: string;
  readonly id: number;
  readonly field?: string | null;
  readonly gene?: string | null;
  /// The gene's place, since names may be there twice.
  readonly index?: number | null;
  readonly layer?: string | null;
  readonly groups?: boolean;
}

export interface SetVisible {
  readonly type: "set_visible";
  readonly viewer: string;
  readonly id: number;
  readonly visible: boolean;
  /// None: all.
  readonly cells?: Cells | null;
}

export interface ResetCamera {
  readonly type: "reset_camera";
  readonly viewer: string;
  readonly id: number;
}

/// What is absent stays as it is.
export interface SetView {
  readonly type: "set_view";
  readonly viewer: string;
  readonly id: number;
  readonly embedding?: string | null;
  readonly dimensions?: number | null;
  /// In the embedding's own coordinates, the third 0 in a plane.
  readonly center?: readonly [number, number, number] | null;
  /// 1: the whole embedding fits.
  readonly zoom?: number | null;
  /// A quaternion, x y z w.
  readonly rotation?: readonly [number, number, number, number] | null;
  /// In CSS pixels.
  readonly point_size?: number | null;
}

/// A state as the page told it, whole.
export interface SetState {
  readonly type: "set_state";
  readonly viewer: string;
  readonly id: number;
  readonly state: Record<string, unknown>;
}

export interface Ping {
  readonly type: "ping";
  readonly viewer: string;
  readonly id: number;
}

/// The page stays as a picture; nothing more will be heard of Python.
export interface Freeze {
  readonly type: "freeze";
  readonly viewer: string;
  readonly id: number;
}

/// Asks for the bundle of the whole session, which comes as a `Bundle`.
export interface Session {
  readonly type: "session";
  readonly viewer: string;
  readonly id: number;
}

/// Asks for what is shown as a figure, which comes as a `Figure`.
export interface Draw {
  readonly type: "draw";
  readonly viewer: string;
  readonly id: number;
  readonly format?: "png" | "svg";
  /// In millimetres, with everything that stands beside the points.
  readonly width?: number;
  /// None: as the picture on the screen is.
  readonly height?: number | null;
  readonly dpi?: number;
  readonly background?: "paper" | "transparent" | "theme";
  readonly title?: string;
  readonly legend?: boolean;
  readonly counts?: boolean;
  readonly labels?: boolean;
  readonly axes?: boolean;
  readonly all_views?: boolean;
}

/// A message of the user's own code to a page that listens for it.
export interface Told {
  readonly type: "told";
  readonly viewer: string;
  readonly id: number;
  readonly name: string;
  readonly data?: unknown;
}

export type Command = Highlight | Clear | ColorBy | SetVisible | ResetCamera | SetView | SetState | Ping | Freeze | Session | Draw | Told;

/// Answers `Ready`: the page is heard. A viewer that is not the page's says nothing.
export interface Welcome {
  readonly type: "welcome";
  readonly viewer: string;
  readonly page: string;
  /// What to begin with; absent: the page's own beginning.
  readonly state?: Record<string, unknown> | null;
}

/// Comm only: a part of what was fetched, in its order. Its bytes are the one buffer.
export interface Chunk {
  readonly type: "chunk";
  readonly viewer: string;
  readonly page: string;
  readonly request: number;
  readonly index: number;
  /// Of the whole.
  readonly size: number;
  readonly last?: boolean;
  /// With the first.
  readonly content_type?: string;
  /// Of the whole; with the first.
  readonly encoding?: "" | "br" | "gzip" | "zstd";
}

/// Comm only: what was fetched cannot be had.
export interface Failure {
  readonly type: "failure";
  readonly viewer: string;
  readonly page: string;
  readonly request: number;
  readonly code: string;
  readonly message: string;
}

/// Of what was asked: so much is done of so much. The last words before the answer.
export interface Progress {
  readonly type: "progress";
  readonly viewer: string;
  readonly page: string;
  readonly request: number;
  readonly done: number;
  /// 0: nobody knows.
  readonly total: number;
  /// In words.
  readonly what?: string;
}

export type ToPage = Command | Welcome | Chunk | Failure | Progress;

export type Method = "wilcoxon" | "t-test";

/// Which genes tell `a` from `b`. Answered by `Compared` with one ranking of all genes.
export interface Compare {
  readonly kind: "compare";
  readonly a: Cells;
  /// None: all other cells.
  readonly b?: Cells | null;
  readonly method?: Method;
  readonly tie_correct?: boolean;
}

export interface CellGroup {
  readonly name: string;
  readonly cells: Cells;
}

/// Each group against all other cells: of a column of categories, or of groups that share no cell. Answered by
/// `Compared` with a ranking for each.
export interface Markers {
  readonly kind: "markers";
  /// Its key.
  readonly column?: string;
  /// Where no column is named.
  readonly groups?: readonly CellGroup[];
  readonly method?: Method;
  readonly tie_correct?: boolean;
  /// Genes of each group, those with the highest scores.
  readonly most?: number;
}

/// The mean of some genes in each cell, less that of genes which are as high on average, as Scanpy's `score_genes`
/// has it. Answered by `Scored`.
export interface Score {
  readonly kind: "score";
  /// Their places.
  readonly genes: readonly number[];
}

/// A gene or a continuous column with every gene (Pearson). Answered by `Correlated`.
export interface Correlate {
  readonly kind: "correlate";
  readonly gene?: number | null;
  /// Where no gene is named.
  readonly column?: string;
  /// None: all of them.
  readonly cells?: Cells | null;
}

export type Question = Compare | Markers | Score | Correlate;

/// Genes of one group, the highest score first. All lists are as long as `genes`; null where there is no number.
export interface Ranking {
  readonly group: string;
  readonly cells: number;
  /// Cells that it was compared with.
  readonly others: number;
  /// Their places.
  readonly genes: number[];
  readonly names: string[];
  readonly scores: (number | null)[];
  readonly p_values: (number | null)[];
  /// By Benjamini and Hochberg, over all genes.
  readonly adjusted: (number | null)[];
  /// log2.
  readonly fold_changes: (number | null)[];
  readonly means: (number | null)[];
  readonly other_means: (number | null)[];
  /// Of the cells in which the gene is not 0.
  readonly shares: (number | null)[];
  readonly other_shares: (number | null)[];
}

export interface Compared {
  readonly kind: "compared";
  readonly method: Method;
  readonly tie_correct: boolean;
  /// Genes that the dataset has; a ranking may have fewer.
  readonly of: number;
  readonly rankings: Ranking[];
}

export interface Scored {
  readonly kind: "scored";
  /// float32, little-endian, one a cell.
  readonly values: Base64;
  readonly genes: number[];
  /// The genes whose mean was taken away.
  readonly controls: number[];
}

/// The highest correlation first; null where a gene is the same everywhere.
export interface Correlated {
  readonly kind: "correlated";
  readonly cells: number;
  readonly of: number;
  readonly genes: number[];
  readonly names: string[];
  readonly correlations: (number | null)[];
  readonly p_values: (number | null)[];
  readonly adjusted: (number | null)[];
}

export type Answer = Compared | Scored | Correlated;

/// The first of a page, when it has drawn.
export interface Ready {
  readonly type: "ready";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly n_cells: number;
  readonly dimensions?: number;
  readonly embedding?: string;
  readonly version?: number;
}

export interface Selection {
  readonly type: "selection";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly cells: Cells;
  /// `rectangle`, `lasso`, …
  readonly source?: string;
}

/// Only the last that is not yet heard counts.
export interface Hover {
  readonly type: "hover";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly cell?: number | null;
  readonly position?: readonly [number, number, number] | null;
}

export interface Click {
  readonly type: "click";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly cell?: number | null;
  readonly button?: number;
  readonly shift?: boolean;
  readonly ctrl?: boolean;
  readonly alt?: boolean;
}

/// The whole state of the page: what `set_state` takes. Only the last that is not yet heard counts.
export interface State {
  readonly type: "state";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly state: Record<string, unknown>;
}

/// Cells that the person keeps under a name; `cells` absent: the group is gone.
export interface Group {
  readonly type: "group";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  /// Its id.
  readonly group: string;
  readonly name?: string;
  readonly color?: string;
  readonly cells?: Cells | null;
  /// How it was made: the tool, the polygon, the embedding, the filters.
  readonly how?: Record<string, unknown>;
}

/// The session that the command `id` asked for; its bytes are the one buffer.
export interface Bundle {
  readonly type: "bundle";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly id: number;
}

/// A figure, for the command `id`, or of the person's own making where it is 0; its bytes are the one buffer.
export interface Figure {
  readonly type: "figure";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly id?: number;
  /// For a file.
  readonly name?: string;
  readonly content_type?: "image/png" | "image/svg+xml";
}

/// Any other message of a page.
export interface Custom {
  readonly type: "message";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly name: string;
  readonly data?: unknown;
}

/// What went wrong in the page, in words.
export interface Trouble {
  readonly type: "trouble";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly text: string;
  readonly level?: "warning" | "error";
}

export interface CommandError {
  readonly code: string;
  readonly message: string;
  /// Names that are there and like the one that was said.
  readonly near?: readonly string[];
}

/// Of the command with this id.
export interface Done {
  readonly type: "done";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
  readonly id: number;
  readonly error?: CommandError | null;
}

/// The page goes.
export interface Left {
  readonly type: "left";
  readonly viewer: string;
  readonly page: string;
  readonly sequence: number;
}

export type ViewerEvent = Ready | Selection | Hover | Click | State | Group | Bundle | Figure | Custom | Trouble | Done | Left;

/// Comm only: a resource of the table that the HTTP door serves too, or the module of the page (`page.js`). Answered
/// by chunks, at most `credits` of them before the page says `Credit`.
export interface Fetch {
  readonly type: "fetch";
  readonly viewer: string;
  readonly page: string;
  readonly request: number;
  readonly path: string;
  readonly credits?: number;
  /// Encodings that the page can undo.
  readonly accept?: readonly ("br" | "gzip" | "zstd")[];
}

/// A question, with the bytes of its sets of cells as buffers. Over HTTP `viewer` is empty where no Python listens.
/// The requests of a page, fetched or asked, have each another number.
export interface Ask {
  readonly type: "ask";
  readonly viewer: string;
  readonly page: string;
  readonly request: number;
  readonly question: Question;
  /// Under which Python keeps the answer (`viewer.results`).
  readonly name?: string;
  /// HTTP only: the folder of one of several datasets.
  readonly dataset?: string;
  readonly credits?: number;
  readonly accept?: readonly ("br" | "gzip" | "zstd")[];
}

/// Comm only: so many more chunks may come.
export interface Credit {
  readonly type: "credit";
  readonly viewer: string;
  readonly page: string;
  readonly request: number;
  readonly chunks?: number;
}

/// Comm only: no more of this request.
export interface Cancel {
  readonly type: "cancel";
  readonly viewer: string;
  readonly page: string;
  readonly request: number;
}

export type FromPage = ViewerEvent | Fetch | Ask | Credit | Cancel;

/// A line of `GET /_fumehood/commands`.
export interface Line {
  readonly message: Command | Welcome;
  /// Ids for `GET /_fumehood/buffers/{id}`, each to be fetched once.
  readonly buffers?: readonly string[];
}

/// The last line of `POST /_fumehood/ask`, where it did not fail.
export interface Answered {
  readonly type: "answered";
  readonly viewer: string;
  readonly page: string;
  readonly request: number;
  readonly answer: Answer;
}

export type AskLine = Progress | Failure | Answered;
