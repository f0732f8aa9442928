// Generated from src/fumehood by `make generate`. Do not edit.

/// Bytes in JSON, as base64.
export type Base64 = string;

export interface BlobRef {
  /// SHA-256 in lower-case hex.
  readonly blob: string;
  /// In bytes.
  readonly size: number;
}

export type Content = string | BlobRef;

/// What was printed: the sealed parts, oldest first, then the open text.
///
/// Carriage returns and backspaces are resolved. `dropped` counts bytes that were over the limit and are not kept.
export interface StreamOutput {
  readonly type: "stream";
  /// `stdout` or `stderr`.
  readonly name: string;
  readonly parts?: readonly BlobRef[];
  readonly text?: string;
  readonly dropped?: number;
}

export interface DisplayOutput {
  readonly type: "display_data";
  readonly data: Record<string, Content>;
  readonly metadata?: Record<string, unknown>;
  readonly display_id?: string | null;
}

export interface ResultOutput {
  readonly type: "execute_result";
  readonly data: Record<string, Content>;
  readonly metadata?: Record<string, unknown>;
  readonly count?: number | null;
  readonly display_id?: string | null;
}

export interface ErrorOutput {
  readonly type: "error";
  readonly ename: string;
  readonly evalue: string;
  readonly traceback?: readonly Content[];
}

/// An output of a saved file that is none of the above; kept as it was, shown as text.
export interface RawOutput {
  readonly type: "raw";
  readonly json: Content;
}

export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput | RawOutput;

export type Reach = "scripts" | "styles" | "connect" | "images" | "fonts" | "media";

export type Origin = "stranger" | "own" | "boxed";

export type Source = "default" | "machine" | "user" | "notebook" | "allowed" | "broken";

/// What is absent is not allowed. Hosts: `https` alone is every host, at port 443.
export interface Levers {
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  readonly connect?: readonly string[];
  readonly images?: readonly string[];
  readonly fonts?: readonly string[];
  readonly media?: readonly string[];
  readonly workers?: boolean;
  readonly downloads?: boolean;
  /// MIME types that sealed frames show; `all` alone is every type, `*` at an end stands for the rest.
  readonly plugins?: readonly string[];
}

/// Of outputs of one origin.
export interface PolicyOf {
  readonly levers: Levers;
  /// What a person could allow at most.
  readonly cap: Levers;
  /// Which word was the last on each lever that is not the default's.
  readonly sources?: Record<string, Source>;
}

export interface AllowedHost {
  readonly kind: Reach;
  readonly host: string;
}

/// Why a policy file cannot be used, or what in a notebook's narrowing cannot be read.
export interface Problem {
  readonly file: string;
  /// From 1; 0: of the whole.
  readonly line: number;
  readonly message: string;
  readonly hint?: string;
}

/// The effective policy of a notebook.
export interface PolicyView {
  readonly own: PolicyOf;
  readonly stranger: PolicyOf;
  readonly boxed: PolicyOf;
  /// By a person, for this notebook.
  readonly allowed?: readonly AllowedHost[];
  /// Where a file of policy has one, nothing is reached.
  readonly problems?: readonly Problem[];
  /// The policy files that there are.
  readonly files?: readonly string[];
}

export interface PolicyParams {
  readonly room: string;
}

export interface AllowParams {
  readonly room: string;
  readonly kind: Reach;
  readonly host: string;
}

export interface GuestParams {
  readonly policy: Levers;
}

export interface GuestPage {
  /// Absolute address of the sealed page under exactly that policy; empty where no page was built.
  readonly url: string;
}

export type Ecosystem = "pypi" | "conda";

export type RequirementKind = "index" | "url" | "vcs" | "path";

export type SourceKind = "metadata" | "cell" | "file" | "variable";

export type IndexRole = "default" | "extra" | "links";

export type Verdict = "ok" | "warn" | "stop" | "block";

export type TrustStatus = "nothing" | "offered" | "unchecked" | "checking" | "checked" | "proposed" | "approved" | "failed";

/// Where a wish is written.
export interface Asker {
  readonly kind: SourceKind;
  /// `runt.uv`, a cell's id, a file's path from the notebook's folder, a variable's name.
  readonly name: string;
  /// From 1; 0: of the whole.
  readonly line?: number;
}

export interface Requirement {
  /// As it is written.
  readonly text: string;
  readonly ecosystem: Ecosystem;
  readonly kind: RequirementKind;
  /// In PEP 503's normal form; empty where an address names none.
  readonly name: string;
  readonly asker: Asker;
  /// That an address would contact.
  readonly host?: string;
}

/// Where packages would come from. Addresses hold no user name and no password.
export interface Index {
  readonly url: string;
  readonly host: string;
  readonly role: IndexRole;
  /// The notebook's or its folder's word, not this user's own configuration.
  readonly foreign: boolean;
  readonly asker: Asker;
}

/// What could not be read, or is not available here.
export interface Complaint {
  readonly asker: Asker;
  readonly message: string;
  readonly hint?: string;
}

/// Everything that a notebook and the folder beside it ask for; read offline.
export interface Asked {
  /// Of the notebook itself: metadata and PEP 723 blocks.
  readonly requirements?: readonly Requirement[];
  /// Of files beside it; they count where a person takes them up.
  readonly offered?: readonly Requirement[];
  readonly indexes?: readonly Index[];
  /// Of conda.
  readonly channels?: readonly string[];
  /// A version constraint, as PEP 440 writes it.
  readonly python?: string;
  readonly prerelease?: string;
  /// What cells would install while they run (`%pip install x`): shown; each is asked about when it comes to it.
  readonly magics?: readonly Requirement[];
  readonly complaints?: readonly Complaint[];
}

/// One file that would be installed.
export interface Package {
  readonly name: string;
  readonly version: string;
  /// Without user name and password.
  readonly url: string;
  /// `sha256:…`.
  readonly hash: string;
  /// Bytes; 0: not known.
  readonly size: number;
  /// A source distribution: its code runs at the installation.
  readonly build?: boolean;
  /// Asked for by name, and not only needed by another.
  readonly direct?: boolean;
  readonly needed_by?: readonly string[];
  readonly yanked?: boolean;
  /// ISO 8601; empty: not known.
  readonly uploaded?: string;
  /// Needed only while a source distribution is built: it is not in the environment.
  readonly builder?: boolean;
  /// Of the project, by the index's word (PEP 792): `active`, `archived`, `deprecated`, `quarantined`. This and what
  /// follows: of packages that are asked for by name, where the index says it; empty: not known, never good.
  readonly status?: string;
  /// When the project's first file was uploaded, ISO 8601.
  readonly born?: string;
  /// Who attests to have published this file (PEP 740): `GitHub numpy/numpy`.
  readonly publisher?: string;
  /// Who attested it of the release before, where that is not the same: another one now, or nobody.
  readonly publisher_before?: string;
}

/// What `Asked` comes to: exactly these files and no others.
export interface Plan {
  /// SHA-256 over the canonical form of everything else in the plan: the lock's digest.
  readonly digest: string;
  /// Digest of the `Asked` that it answers.
  readonly asked: string;
  /// The interpreter's version, `3.11.7`.
  readonly python: string;
  readonly platform: string;
  readonly packages: readonly Package[];
  /// That were and will be contacted.
  readonly hosts: readonly string[];
  /// What was asked for and would not be installed, with the reason: addresses of code, conda's packages.
  readonly left?: readonly Complaint[];
}

/// What the list of known names says of one name, offline; and, of a checked one, what its index says.
export interface Judgement {
  readonly name: string;
  readonly verdict: Verdict;
  /// How much it looks like `target`, 0 to 1.
  readonly score?: number;
  readonly target?: string;
  /// 1 is the most downloaded; 0: not among the ranked.
  readonly target_rank?: number;
  readonly rank?: number;
  /// Whether any index was seen to have it when the list was made.
  readonly known?: boolean;
  readonly reasons?: readonly string[];
  /// What the index says of the package that is asked for by name, in plain words; it makes a verdict worse only.
  readonly facts?: readonly string[];
}

/// Against what was approved last.
export interface Change {
  readonly kind: "added" | "removed" | "changed";
  readonly what: "package" | "requirement" | "index" | "channel" | "python";
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/// What a person is shown. `digest` is over all of it: an approval names it, and only this is approved.
export interface Sheet {
  readonly status: TrustStatus;
  readonly digest: string;
  readonly asked: Asked;
  readonly plan?: Plan | null;
  /// Of every name in requirements and plan whose verdict is not `ok`, the worst first.
  readonly judgements?: readonly Judgement[];
  /// That a check or an installation would contact, and whose word is foreign: each is accepted by name.
  readonly hosts?: readonly string[];
  /// Hosts that the last approval has, and about which nothing changed since: nobody is asked again.
  readonly accepted?: readonly string[];
  /// Empty on a first approval.
  readonly changes?: readonly Change[];
  /// The plan is part of what was approved: same files, same hashes.
  readonly nothing_new?: boolean;
  readonly approved_by?: string;
  readonly approved_at?: number;
  /// The agent whose change waits for a person.
  readonly proposed_by?: string;
  /// Why it failed, in a sentence.
  readonly problem?: string;
}

/// What a room knows of it; the whole is asked for with `trust.sheet`.
export interface TrustChanged {
  readonly type: "trust";
  readonly status: TrustStatus;
  /// While checking or installing: what is done now.
  readonly step?: string;
  readonly done?: number;
  readonly total?: number;
  /// The environment that the notebook runs in: empty for the kernelspec's own.
  readonly environment?: string;
  /// While `proposed`: whose change waits for a person.
  readonly by?: string;
}

export interface SheetParams {
  readonly room: string;
}

export interface CheckParams {
  readonly room: string;
  /// That the notebook or its folder names, and that may be contacted for it.
  readonly hosts?: readonly string[];
}

export interface ApproveParams {
  readonly room: string;
  /// Of the sheet that the person has before them (`Sheet.digest`).
  readonly digest: string;
  /// Names of the packages whose source distributions may run their code at the installation.
  readonly builds?: readonly string[];
}

export interface OfferParams {
  readonly room: string;
  /// An asker's name, as in `Asked.offered`.
  readonly file: string;
  readonly take?: boolean;
}

export interface NotebookParams {
  /// As `trust.list` has it; the notebook need not be open.
  readonly notebook: string;
}

/// An approval that was given, as it is kept.
export interface Given {
  readonly notebook: string;
  readonly path: string;
  readonly by: string;
  readonly at: number;
  /// For the notebook that is at this path, as long as it asks for the same.
  readonly holds: boolean;
  /// Why it does not hold.
  readonly problem?: string;
  readonly number?: number;
  readonly lock?: string;
  readonly requirements?: readonly string[];
  readonly packages?: number;
  readonly builds?: readonly string[];
  readonly hosts?: readonly string[];
}

export interface AllGiven {
  /// The newest first.
  readonly approvals: readonly Given[];
}

/// Changes what the notebook asks for in its metadata; installs nothing.
export interface DependenciesParams {
  readonly room: string;
  /// Requirements as in PEP 508.
  readonly add?: readonly string[];
  /// Names.
  readonly remove?: readonly string[];
}

export interface DependenciesEdited {
  readonly status: TrustStatus;
  /// All that the notebook asks for now.
  readonly requirements: readonly string[];
  /// Of the names that were added.
  readonly judgements?: readonly Judgement[];
  /// What would be safe, and who decides.
  readonly advice?: string;
}

export type KernelStatus = "none" | "starting" | "idle" | "busy" | "restarting" | "unresponsive" | "dead";

export type FinishStatus = "ok" | "error" | "cancelled" | "lost";

export interface KernelChanged {
  readonly type: "kernel";
  readonly status: KernelStatus;
  /// The kernelspec's name.
  readonly spec?: string;
  readonly display_name?: string;
  readonly language?: string;
  /// `language_info` of the kernel_info_reply, once known; it goes into the saved notebook.
  readonly language_info?: Record<string, unknown>;
  readonly pid?: number | null;
  /// Why it is dead or restarting, in a sentence, with the signal and the peak memory.
  readonly reason?: string;
  /// Bytes of resident memory at its highest, when it ended.
  readonly peak_memory?: number | null;
}

export interface Queued {
  readonly type: "queued";
  readonly execution: string;
  readonly cell: string;
  readonly source_hash: string;
  readonly by: string;
  /// Seconds since the epoch, as every `time` here.
  readonly time: number;
  /// Of what it will say. The daemon's word, whatever the runtime's was.
  readonly origin?: Origin;
}

/// The kernel has it. The cell's earlier outputs are gone from here on.
export interface Started {
  readonly type: "started";
  readonly execution: string;
  readonly time: number;
}

export interface Counted {
  readonly type: "counted";
  readonly execution: string;
  /// The number in `In [n]`.
  readonly count: number;
}

export interface OutputAdded {
  readonly type: "output";
  readonly execution: string;
  /// Position in the execution's outputs; always the next one.
  readonly index: number;
  readonly output: Output;
}

/// `update_display_data`, also of an earlier execution's output.
export interface OutputReplaced {
  readonly type: "output_replaced";
  readonly execution: string;
  readonly index: number;
  readonly output: Output;
}

/// The open text of stream output `index` from character `at` to its end is now `text`.
///
/// An append has `at` = length of the open text; a carriage return rewrites from the start of the last line.
export interface StreamPatched {
  readonly type: "stream";
  readonly execution: string;
  readonly index: number;
  /// In Unicode code points.
  readonly at: number;
  readonly text: string;
}

/// The first `chars` characters of the open text have become a blob (UTF-8).
export interface StreamSealed {
  readonly type: "stream_sealed";
  readonly execution: string;
  readonly index: number;
  readonly chars: number;
  readonly part: BlobRef;
}

/// Output over the limit: from here on it is only counted.
export interface OutputDropped {
  readonly type: "output_dropped";
  readonly execution: string;
  /// Bytes in all, so far.
  readonly dropped: number;
}

export interface OutputsCleared {
  readonly type: "outputs_cleared";
  readonly execution: string;
}

/// The code of this execution asks: `input()` or `getpass()`. Frame it as "code in cell N asks".
export interface InputRequested {
  readonly type: "input";
  readonly execution: string;
  readonly request: string;
  readonly prompt: string;
  readonly password: boolean;
}

/// Answered, or the execution ended without an answer.
export interface InputClosed {
  readonly type: "input_closed";
  readonly execution: string;
  readonly request: string;
}

/// `set_next_input`: the daemon writes the text into the document, below the cell or in place of its source.
export interface NextInput {
  readonly type: "next_input";
  readonly execution: string;
  readonly text: string;
  readonly replace: boolean;
}

export interface Finished {
  readonly type: "finished";
  readonly execution: string;
  readonly status: FinishStatus;
  readonly time: number;
  readonly count?: number | null;
}

/// A cell's outputs as the file had them, at open or after an outside edit.
export interface OutputsLoaded {
  readonly type: "outputs_loaded";
  readonly cell: string;
  readonly outputs: readonly Output[];
  readonly count?: number | null;
  readonly origin?: Origin;
}

/// A person cleared the cell's outputs.
export interface CellOutputsCleared {
  readonly type: "cell_outputs_cleared";
  readonly cell: string;
}

/// The runtime died: what the kernel said after `since` may be missing.
export interface RuntimeLost {
  readonly type: "runtime_lost";
  readonly since: number;
  readonly reason: string;
}

export interface FileSaved {
  readonly type: "saved";
  readonly path: string;
  readonly time: number;
  /// SHA-256 of the file's bytes.
  readonly digest: string;
  /// `"3.0"`: the file was of that nbformat and is 4.5 now.
  readonly upgraded_from?: string;
}

/// The file changed outside and its changes are in the document now.
export interface FileMerged {
  readonly type: "file_merged";
  readonly time: number;
  readonly edited?: readonly string[];
  readonly added?: readonly string[];
  readonly deleted?: readonly string[];
  /// Cells that both sides changed; ours is in the cell's version history.
  readonly conflicts?: readonly string[];
}

/// Something that the user should see: an error with its code and hint, in the room it concerns.
export interface Noticed {
  readonly type: "notice";
  readonly time: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly cell?: string | null;
  /// Of what is missing: the requirements that would bring it, to be added to the notebook; one a line.
  readonly package?: string;
}

/// Whether the document or its outputs differ from the file.
export interface DirtyChanged {
  readonly type: "dirty";
  readonly dirty: boolean;
}

/// Whether the file is written only when somebody saves. Nothing is lost meanwhile: the journal has all.
export interface SavingChanged {
  readonly type: "saving";
  readonly manual: boolean;
}

export type Event = KernelChanged | Queued | Started | Counted | OutputAdded | OutputReplaced | StreamPatched | StreamSealed | OutputDropped | OutputsCleared | InputRequested | InputClosed | NextInput | Finished | OutputsLoaded | CellOutputsCleared | RuntimeLost | FileSaved | FileMerged | Noticed | DirtyChanged | SavingChanged | TrustChanged;

export interface CommOpened {
  readonly type: "comm_open";
  readonly comm: string;
  readonly target: string;
  readonly data: Record<string, unknown>;
  readonly metadata?: Record<string, unknown>;
  /// Above `limits.EPHEMERAL_INLINE` an ephemeral blob.
  readonly buffers?: readonly (Base64 | BlobRef)[];
}

export interface CommMessage {
  readonly type: "comm_msg";
  readonly comm: string;
  readonly data: Record<string, unknown>;
  readonly metadata?: Record<string, unknown>;
  readonly buffers?: readonly (Base64 | BlobRef)[];
}

export interface CommClosed {
  readonly type: "comm_close";
  readonly comm: string;
  readonly data?: Record<string, unknown>;
}

/// An agent wants to run these cells in a kernel that is not sandboxed.
export interface GrantAsked {
  readonly type: "grant_asked";
  readonly request: string;
  readonly agent: string;
  readonly cells: readonly string[];
}

export interface GrantSettled {
  readonly type: "grant_settled";
  readonly request: string;
  readonly allowed: boolean;
}

/// What outputs of this notebook may reach is to be asked anew (`policy.show`).
export interface PolicyChanged {
  readonly type: "policy";
}

export type CommEvent = CommOpened | CommMessage | CommClosed;

export type Passing = CommEvent | GrantAsked | GrantSettled | PolicyChanged;

export type AnyEvent = Event | Passing;

/// The latest execution of one cell, or what its file had.
export interface CellRun {
  execution?: string;
  /// Of the source that ran; differs from the document's: the output is stale.
  source_hash?: string;
  /// ``""`` (from the file), `queued`, `running`, or an `events.FinishStatus`.
  status?: string;
  by?: string;
  queued?: number | null;
  started?: number | null;
  finished?: number | null;
  count?: number | null;
  outputs?: Output[];
  /// The outputs of the run before, shown until this one starts; `count` is that run's as long.
  previous?: Output[];
  /// Where `outputs` come from.
  origin?: Origin;
  previous_origin?: Origin;
}

export interface PendingInput {
  readonly execution: string;
  readonly request: string;
  readonly prompt: string;
  readonly password: boolean;
}

/// See the module. `cells` is keyed by cell id and holds only cells that ran or have outputs.
export interface RoomState {
  kernel?: KernelChanged;
  language_info?: Record<string, unknown>;
  cells?: Record<string, CellRun>;
  /// execution id to cell id, in order; the first may be running.
  queue?: Record<string, string>;
  /// execution id to cell id, of the executions that `cells` shows.
  owners?: Record<string, string>;
  /// By request id.
  inputs?: Record<string, PendingInput>;
  /// The newest last, at most 50.
  notices?: Noticed[];
  /// Output from this time on may be missing, because the runtime died.
  lost_since?: number | null;
  dirty?: boolean;
  /// The file is written only when somebody saves.
  manual?: boolean;
  saved?: number | null;
  digest?: string;
  trust?: TrustChanged;
}

export type Role = "person" | "agent" | "cell";

export type CellType = "code" | "markdown" | "raw";

/// No parameters, or no result.
export interface Empty {
}

/// Must be the first message on a connection.
export interface HelloParams {
  readonly version: number;
  /// `hood run`, a program's name: shown to other clients as who edited and ran.
  readonly client: string;
}

export interface HelloResult {
  readonly version: number;
  readonly build: string;
  readonly incarnation: string;
  readonly role: Role;
  /// Number of this connection.
  readonly peer: number;
  /// `http://127.0.0.1:PORT`; append `/blob/{sha256}`.
  readonly blobs: string;
  /// Absolute address of the sealed page under the strictest policy that is built in; empty where no page was built.
  /// `policy.guest` gives those of others.
  readonly guest?: string;
}

export interface StopParams {
  readonly reason?: "user" | "takeover";
  /// Ends the kernels too; otherwise they go on and the next daemon finds them.
  readonly kill?: boolean;
}

export interface RoomSummary {
  readonly room: string;
  readonly path: string;
  /// An `events.KernelStatus`.
  readonly kernel: string;
  readonly spec?: string;
  /// The built one that the kernel runs in, by its name; empty: the kernelspec as it is installed.
  readonly environment?: string;
  /// The cell that runs.
  readonly running?: string | null;
  readonly queued?: number;
  readonly clients?: number;
  readonly dirty?: boolean;
  readonly kernel_pid?: number | null;
  readonly runtime_pid?: number | null;
  /// When the running cell started.
  readonly started?: number | null;
}

export interface StatusResult {
  readonly pid: number;
  readonly build: string;
  readonly incarnation: string;
  readonly started: number;
  readonly control_socket: string;
  readonly agent_socket: string;
  readonly blobs: string;
  readonly rooms: readonly RoomSummary[];
  readonly clients: number;
  /// Warm kernels in the pool.
  readonly warm: number;
  /// Resident bytes of the daemon.
  readonly memory: number;
}

export interface OpenParams {
  /// Absolute. A client resolves relative paths against its own working directory.
  readonly path: string;
  /// Makes an empty notebook where no file is.
  readonly create?: boolean;
  /// The person's environment variables, for a kernel that this room starts from now on. Ignored from agents.
  readonly env?: Record<string, string>;
}

/// Why the file could not be opened as a notebook, and its text as far as it can be shown.
export interface ReadOnlyText {
  readonly code: string;
  readonly reason: string;
  readonly text: string;
  readonly truncated?: boolean;
}

export interface OpenResult {
  readonly room: string;
  readonly path: string;
  readonly state: RoomState;
  /// Events after this number follow as `room.events`.
  readonly seq: number;
  /// nbformat of the file; anything below 4.5 is upgraded at the first save.
  readonly format?: string;
  readonly read_only?: ReadOnlyText | null;
}

export interface RoomParams {
  readonly room: string;
}

export interface SaveParams {
  readonly room: string;
  /// Another file: a copy is written there and the room stays with its own.
  readonly path?: string | null;
  /// Only with `path`: replaces a file that exists.
  readonly overwrite?: boolean;
}

export interface SaveResult {
  readonly path: string;
  /// SHA-256 of the file.
  readonly digest: string;
  /// False where there was nothing to write.
  readonly changed: boolean;
}

export interface Exported {
  /// One file that needs nothing else; swept like every blob that nothing refers to.
  readonly html: BlobRef;
}

export interface AutosaveParams {
  readonly room: string;
  readonly on: boolean;
}

export interface CloseParams {
  readonly room: string;
  /// Ends the room's kernel.
  readonly kill?: boolean;
}

export interface Version {
  readonly time: number;
  readonly by: string;
  readonly source: string;
}

export interface CellParams {
  readonly room: string;
  readonly cell: string;
}

export interface Versions {
  /// Oldest first.
  readonly versions: readonly Version[];
}

export interface TrashedCell {
  readonly cell: string;
  readonly type: CellType;
  readonly source: string;
  readonly deleted: number;
}

export interface Trash {
  readonly cells: readonly TrashedCell[];
}

export interface CellView {
  readonly cell: string;
  readonly type: CellType;
  readonly source: string;
  /// The source hash: what an edit or `cell.execute` is based on.
  readonly version: string;
  readonly metadata?: Record<string, unknown>;
}

export interface ReadParams {
  readonly room: string;
  /// One cell, or all in order.
  readonly cell?: string | null;
}

export interface Cells {
  readonly cells: readonly CellView[];
}

export interface InsertParams {
  readonly room: string;
  readonly source: string;
  readonly type?: CellType;
  /// A cell id; absent: at the top.
  readonly after?: string | null;
  readonly metadata?: Record<string, unknown>;
}

export interface EditParams {
  readonly room: string;
  readonly cell: string;
  readonly source: string;
  /// Of the source that the edit is based on; another one is refused with `cell.stale_version`.
  readonly version: string;
}

export interface MoveParams {
  readonly room: string;
  readonly cell: string;
  readonly after?: string | null;
}

export interface DeleteParams {
  readonly room: string;
  readonly cell: string;
  readonly version: string;
}

export interface Edited {
  readonly cell: string;
  readonly version: string;
}

export interface CellRef {
  readonly cell: string;
  /// Of the source that the person saw (`core.ids.source_hash`).
  readonly source_hash: string;
  /// Chosen by the client (`core.ids.new_execution_id`), so that a repeated request runs once.
  readonly execution: string;
}

/// Queues the cells in this order. Nothing is queued when one of them is stale or missing.
export interface ExecuteParams {
  readonly room: string;
  readonly cells: readonly CellRef[];
  readonly stop_on_error?: boolean;
}

export interface ExecuteResult {
  readonly executions: readonly string[];
}

export interface ClearParams {
  readonly room: string;
  /// Empty: all.
  readonly cells?: readonly string[];
}

export interface KernelSpecView {
  readonly name: string;
  readonly display_name: string;
  readonly language: string;
  readonly argv: readonly string[];
  readonly folder: string;
  readonly usable: boolean;
  /// Why it is refused: who could have written it.
  readonly problem?: string;
}

export interface KernelSpecs {
  readonly default: string;
  readonly specs: readonly KernelSpecView[];
}

export interface StartParams {
  readonly room: string;
  /// Empty: the notebook's, else the default.
  readonly spec?: string;
  /// Without what the notebook asks to have installed: an installed kernelspec as it is, this time.
  readonly without?: boolean;
}

export interface ForceParams {
  readonly room: string;
  /// Kill instead of ask.
  readonly force?: boolean;
}

export interface CompleteParams {
  readonly room: string;
  readonly code: string;
  /// In Unicode code points, as the Jupyter messaging specification counts (version 5.2 and later).
  readonly cursor: number;
}

export interface CompleteResult {
  readonly matches: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly metadata?: Record<string, unknown>;
}

export interface InspectParams {
  readonly room: string;
  readonly code: string;
  readonly cursor: number;
  readonly detail?: number;
}

export interface InspectResult {
  readonly found: boolean;
  readonly data?: Record<string, unknown>;
}

export interface HistoryParams {
  readonly room: string;
  readonly n?: number;
  readonly pattern?: string;
}

export interface HistoryResult {
  /// (session, line, source).
  readonly entries: readonly (readonly [number, number, string])[];
}

export interface InputParams {
  readonly room: string;
  readonly request: string;
  readonly value: string;
}

export interface CommParams {
  readonly room: string;
  readonly comm: string;
  readonly kind?: "comm_open" | "comm_msg" | "comm_close";
  readonly target?: string;
  readonly data?: Record<string, unknown>;
  readonly metadata?: Record<string, unknown>;
  /// Base64 in JSON.
  readonly buffers?: readonly Base64[];
  /// The answer comes when the kernel has done with it, and after all that it said meanwhile.
  readonly wait?: boolean;
}

export interface GrantParams {
  readonly room: string;
  readonly request: string;
  readonly allow: boolean;
  readonly scope?: "once" | "room";
}

export interface Grant {
  readonly agent: string;
  /// Set while it waits for a person.
  readonly request?: string;
  readonly cells?: readonly string[];
}

export interface Grants {
  readonly grants: readonly Grant[];
}

export interface RevokeParams {
  readonly room: string;
  readonly agent: string;
}

export type EntryKind = "folder" | "notebook" | "file";

export interface RecentNotebook {
  readonly path: string;
  readonly name: string;
  readonly folder: string;
  /// When it was opened or left last.
  readonly opened: number;
  readonly exists: boolean;
  /// An `events.KernelStatus` where it is open now.
  readonly kernel?: string;
}

export interface Recent {
  /// Newest first.
  readonly entries: readonly RecentNotebook[];
}

export interface FolderParams {
  /// Absolute.
  readonly folder: string;
}

export interface Folders {
  /// The one that was granted last comes first.
  readonly folders: readonly string[];
}

export interface FolderEntry {
  /// Whatever the file is called; bytes that are no text are replaced, and then it cannot be opened by this name.
  readonly name: string;
  readonly kind: EntryKind;
  readonly size: number;
  readonly modified: number;
  /// Notebooks and folders that a page can go on to; never where a link leads out of what was granted.
  readonly openable: boolean;
}

export interface Listing {
  /// Its canonical path.
  readonly folder: string;
  /// `None`: the folder above was not granted.
  readonly parent: string | null;
  /// Folders, then notebooks, then the rest, each by name. Hidden names are left out.
  readonly entries: readonly FolderEntry[];
  /// There are more.
  readonly truncated?: boolean;
}

export interface CreateParams {
  readonly folder: string;
  /// With or without `.ipynb`; a number is added where the name is taken.
  readonly name: string;
  /// A kernelspec's name; empty: the notebook names none.
  readonly kernel?: string;
}

export interface ImportParams {
  readonly folder: string;
  readonly name: string;
  /// A notebook file, as it is.
  readonly text: string;
}

export interface NewFile {
  readonly path: string;
}

export interface Preferences {
  /// What a person set about the page: a JSON object that the page alone understands.
  readonly text: string;
}

export interface RoomEvents {
  readonly room: string;
  /// Number of the last event; passing events have none of their own.
  readonly seq: number;
  readonly events: readonly AnyEvent[];
}

/// So many update frames of this connection for this room are in the journal.
export interface Acknowledged {
  readonly room: string;
  readonly updates: number;
}

/// Update frame number `update` of this connection was not taken; the client must fetch the document anew.
export interface RefusedUpdate {
  readonly room: string;
  readonly update: number;
  readonly code: string;
  readonly message: string;
}

export interface RoomClosed {
  readonly room: string;
  readonly reason: string;
}

export interface DaemonLeaving {
  readonly reason: string;
}

export interface Request {
  readonly jsonrpc: "2.0";
  readonly method: string;
  /// Absent: a notification.
  readonly id?: number | null;
  readonly params?: unknown;
}

export interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data?: Record<string, unknown>;
}

/// What a client may receive: a response (id) or a notification (method).
export interface Incoming {
  readonly jsonrpc: "2.0";
  readonly id?: number | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: ErrorBody | null;
}
