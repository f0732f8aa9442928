// Generated from src/fumehood by `make generate`. Do not edit.

/// Bytes unless the name says otherwise; times in seconds.
export const limits = {
  KIB: 1024,
  MIB: 1048576,
  /// A file above it opens as an error: the largest public notebooks have about 100 MB.
  NOTEBOOK_BYTES: 268435456,
  /// JSON nesting; Vega specs reach about 40.
  NOTEBOOK_DEPTH: 200,
  CELLS: 50000,
  CELL_SOURCE_BYTES: 8388608,
  /// Of one cell, or of the notebook, as JSON.
  METADATA_BYTES: 4194304,
  /// Deleted cells kept in the document; older ones live on in the version history.
  TRASH_CELLS: 200,
  VERSIONS_PER_CELL: 100,
  /// What is kept of what `uv` says: the end of it.
  UV_OUTPUT: 262144,
  LOCK_BYTES: 33554432,
  PLAN_PACKAGES: 5000,
  /// Source distributions that are found one after the other while a plan is made.
  PLAN_ROUNDS: 20,
  RESOLVE_SECONDS: 300.0,
  /// Large wheels over a slow line.
  INSTALL_SECONDS: 3600.0,
  SDIST_BYTES: 536870912,
  SDIST_MEMBERS: 100000,
  /// Of the files of a source distribution that say what it needs.
  SDIST_METADATA: 1048576,
  /// Of all its files, as far as one must read through them.
  SDIST_UNPACKED: 4294967296,
  /// An index's page of one package; the largest have some 20 MB.
  INDEX_PAGE: 67108864,
  /// How long a host may take to accept a connection.
  EGRESS_SECONDS: 30.0,
  EGRESS_HEAD: 32768,
  /// Seconds after an environment was built.
  PRUNE_LATER: 30.0,
  /// Of all environments and their caches; the ones that were not used for longest go first.
  ENVIRONMENTS_BYTES: 21474836480,
  /// An environment that was used so recently is not removed by itself: its kernel may be about to start.
  ENVIRONMENT_FRESH: 600.0,
  /// That an environment remembers to have served.
  ENVIRONMENT_NOTEBOOKS: 50,
  /// Pythons of this machine that are looked at.
  INTERPRETERS: 32,
  /// Longer text goes to the blob store, so that a snapshot stays small.
  INLINE_TEXT: 8192,
  /// Characters of a stream that are still text in the room; what is older is sealed into blobs of this size.
  STREAM_OPEN_TEXT: 131072,
  OUTPUTS_PER_EXECUTION: 10000,
  /// Shown at once. Beyond it, output is counted and dropped, and the user is told how much.
  EXECUTION_OUTPUT_BYTES: 536870912,
  /// Of one execution, with everything that it cleared and replaced itself: where an animation over night ends.
  EXECUTION_TOTAL_BYTES: 4294967296,
  /// A flood reaches a client as at most 30 events a second, those that begin and end it included.
  FLUSH_INTERVAL: 0.03571428571428571,
  DISPLAY_IDS: 1000,
  /// Of one policy file.
  POLICY_BYTES: 262144,
  /// Of one lever: all of them travel in one header, and people read them.
  POLICY_PLACES: 64,
  /// Characters; a name of DNS has no more.
  POLICY_HOST: 253,
  /// That are told of one file.
  POLICY_PROBLEMS: 100,
  /// With hosts that a person allowed; beyond it, the one that was changed longest ago is as it was before.
  POLICY_NOTEBOOKS: 500,
  /// Hosts of one notebook.
  POLICY_ALLOWED: 64,
  /// Sealed pages that are served at once, one for each policy that a page asked for.
  GUEST_POLICIES: 256,
  /// Characters; the longest that is published has 188. Longer ones are not looked at.
  PACKAGE_NAME: 200,
  /// Characters of what was given that are told back.
  PACKAGE_NAME_SHOWN: 200,
  /// Records of one notebook's chain; only the latest counts, the others tell its history.
  APPROVALS_PER_NOTEBOOK: 50,
  /// Of a notebook, in an error; the sheet has them all.
  REQUIREMENTS_TOLD: 50,
  /// In one call.
  DEPENDENCIES_EDITED: 500,
  /// Of one notebook.
  ACCEPTED_HOSTS: 200,
  /// Source distributions of one approval.
  APPROVED_BUILDS: 2000,
  /// Of what a person set about the page, as JSON.
  PREFERENCES: 65536,
  /// Beyond it, the one that was granted longest ago is not granted any more.
  GRANTED_FOLDERS: 200,
  /// Of one folder, as it is shown; folders and notebooks first.
  FOLDER_ENTRIES: 2000,
  /// Names that are looked at to find them.
  FOLDER_SCAN: 20000,
  RECENT_NOTEBOOKS: 100,
  /// Bytes of a new notebook's name; file systems allow 255, and a number may follow.
  FILE_NAME: 200,
  /// `Untitled-1.ipynb` and so on, until a name is free.
  NAME_TRIES: 1000,
  RPC_MESSAGE: 16777216,
  SYNC_MESSAGE: 67108864,
  /// Changes in one Yjs update; a notebook of 2,000 cells is written with 12,000.
  UPDATE_STRUCTS: 500000,
  /// Items of a text between which those of one update are put, counted anew for each: half a second.
  UPDATE_COMPARED: 1000000,
  AWARENESS_MESSAGE: 4096,
  JSON_DEPTH: 100,
  /// Connections at once, both sockets together.
  PEERS: 64,
  /// Of them on the agent socket, so that code in a cell cannot keep the person out.
  AGENT_PEERS: 32,
  /// Connections that are being told why they may not come in; more are closed without a word.
  REFUSALS: 32,
  ROOMS_PER_PEER: 64,
  /// Of one connection; more is refused with `limit.busy`.
  REQUESTS_IN_FLIGHT: 256,
  /// What waits for a stalled client; beyond it the client is dropped and starts again from a snapshot.
  PEER_BACKLOG: 33554432,
  HELLO_SECONDS: 10.0,
  /// One frame between daemon and runtime; bytes travel in chunks of `BLOB_CHUNK`.
  STREAM_FRAME: 8388608,
  BLOB_CHUNK: 1048576,
  /// A larger message of a kernel is not read; the connection is reset and the user told.
  KERNEL_MESSAGE: 268435456,
  /// Messages of a kernel that wait for us, each channel; libzmq's own bound of 1,000 loses prints when we pause.
  KERNEL_BACKLOG: 100000,
  /// JSON nesting in a kernel's message.
  KERNEL_DEPTH: 200,
  /// Both headers of one message; a kernel's own have some 500 bytes.
  KERNEL_HEADER: 65536,
  /// Parts of one message: its buffers.
  KERNEL_FRAMES: 1024,
  /// Messages of a flooding kernel that are taken before everything else in the process has its turn.
  KERNEL_TURN_MESSAGES: 200,
  /// And bytes: about what a Unix socket takes at once. With more, a flood comes in faster than it can go out, and
  /// whoever interrupts it waits.
  KERNEL_TURN_BYTES: 262144,
  /// The end of what a kernel writes past its protocol, to stdout and stderr.
  KERNEL_STRAY_BYTES: 65536,
  KERNELSPEC_BYTES: 1048576,
  /// Cells waiting in one runtime.
  QUEUE: 10000,
  /// What a runtime keeps while no daemon takes it; beyond it, output is counted and dropped.
  SPOOL_BYTES: 1073741824,
  COMMS: 5000,
  /// The trait values of a room's widgets, without what is in blobs.
  WIDGET_BYTES: 67108864,
  COMM_MESSAGE: 67108864,
  /// Seconds between two tellings of what a kernel's widgets have become.
  WIDGET_INTERVAL: 0.016666666666666666,
  /// Widgets a second that a room is told of, when many change at once: then they are told of less often.
  WIDGET_CHANGES: 1000,
  /// Traits that may be written before the document of a room's widgets is made anew, or one for `WIDGET_WRITE_BYTES` of
  /// what it holds, where that is more: the telling of it costs as much as it holds.
  WIDGET_WRITES: 20000,
  WIDGET_WRITE_BYTES: 256,
  /// Bytes a second, the same way, of binary values that change; what is replaced before it is told never leaves.
  WIDGET_RATE: 33554432,
  /// Messages of widgets that are told at once, of those that come within `WIDGET_INTERVAL`; more travel together.
  WIDGET_PROMPT: 8,
  /// So often values and messages may alternate in what travels together; beyond it values go before the messages.
  WIDGET_TURNS: 8,
  /// Messages of widgets that wait to be told together.
  WIDGET_MESSAGES: 2000,
  EPHEMERAL_BLOBS: 268435456,
  EPHEMERAL_INLINE: 65536,
  /// Completion, inspection and history wait this long while the kernel is busy.
  ASK_SECONDS: 30.0,
  KERNEL_READY_SECONDS: 60.0,
  /// When SIGINT is sent (again) after an interrupt was asked for.
  INTERRUPT_STEPS: [0.0, 1.0, 3.0],
  /// After it, the room says that the kernel does not listen.
  INTERRUPT_PATIENCE: 8.0,
  SHUTDOWN_GRACE: 3.0,
  /// An idle runtime without a daemon ends after this long.
  RUNTIME_ORPHAN_SECONDS: 86400.0,
  /// One blob: what an execution may say in all.
  BLOB_BYTES: 536870912,
  /// Blobs whose bytes need not be checked again before they are served.
  BLOBS_KNOWN: 16384,
  /// To the blob server at once; a browser opens six to a host.
  BLOB_CONNECTIONS: 256,
  /// A connection on which no whole request arrived for this long is closed.
  BLOB_IDLE_SECONDS: 30.0,
  /// A client that does not take `BLOB_SEND_CHUNK` in this time is cut off.
  BLOB_STALL_SECONDS: 60.0,
  BLOB_SEND_CHUNK: 4194304,
  /// Up to here one read is cheaper than sendfile.
  BLOB_READ_WHOLE: 65536,
  BLOB_CLOSE_SECONDS: 1.0,
  BLOB_HEAD_LINE: 8192,
  BLOB_HEAD_FIELDS: 64,
  /// One file of the sealed page; a large renderer has 5 MB.
  PLUGIN_BYTES: 33554432,
  /// Of one runtime, within `EPHEMERAL_BLOBS` of all; two of the largest comm messages.
  EPHEMERAL_BLOBS_OF_OWNER: 134217728,
  /// From `hood open` to the page's first request; a browser that starts anew takes some ten.
  CODE_SECONDS: 60.0,
  /// Codes and bearers that one gateway knows at once: windows that were ever opened from it.
  GATEWAY_PASSES: 1000,
  /// How long the answer to a wrong code or bearer is held back: with the bound on connections that bounds guessing.
  GATEWAY_WRONG_SECONDS: 0.5,
  /// Six of a browser's for files, and one for each open page.
  GATEWAY_CONNECTIONS: 128,
  /// A connection on which no whole request arrived for this long is closed; a page's WebSocket is not one of these.
  GATEWAY_IDLE_SECONDS: 30.0,
  /// A client that has not sent its request's body, or not taken an answer, in this time is cut off.
  GATEWAY_STALL_SECONDS: 30.0,
  GATEWAY_BODY: 4096,
  /// What a WebSocket may send before its bearer was checked; a page says its first requests without waiting for that.
  GATEWAY_UNKNOWN_BYTES: 262144,
  /// A gateway to which no page came ends after this long: the code's life, and half as much again.
  GATEWAY_FIRST_SECONDS: 90.0,
  /// After its last page left: a reload, or the next window, comes within it.
  GATEWAY_LAST_SECONDS: 10.0,
  /// After the daemon went away from under a page: browsers let a hidden page act once a minute.
  GATEWAY_LOST_SECONDS: 90.0,
  /// What `hood open` says to the gateway that it starts.
  GATEWAY_REQUEST: 262144,
  /// Pages that one `hood open` opens.
  GATEWAY_TARGETS: 32,
  /// Refused requests that one gateway writes into the log, so that nobody can fill it.
  GATEWAY_REFUSALS: 100,
  /// Of the built page, which the gateway keeps in memory; it has about 2 MB.
  ASSETS_BYTES: 67108864,
  /// Bytes: a WebSocket's close frame holds no more.
  CLOSE_REASON: 123,
  JOURNAL_BATCH_OPS: 1000,
  JOURNAL_BATCH_BYTES: 67108864,
  /// What may wait for a slow disk; beyond it, an operation is refused.
  JOURNAL_BACKLOG: 268435456,
  /// SQLite's write-ahead log is cut back to this after a checkpoint.
  JOURNAL_LOG_BYTES: 16777216,
  /// Of 4 KiB: what the file may keep for its next events; more goes back to the disk.
  JOURNAL_FREE_PAGES: 1024,
  /// A larger file is not read wholly at each start.
  JOURNAL_CHECK_BYTES: 33554432,
  /// How long another program that looks into the file may hold it.
  JOURNAL_LOCK_SECONDS: 5.0,
  /// Of version history; the newest version is kept whatever its size.
  VERSION_BYTES_PER_CELL: 4194304,
  JOURNAL_COMPACT_UPDATES: 500,
  JOURNAL_COMPACT_EVENTS: 2000,
  /// Of events since the last snapshot: a flood is compacted before it is long.
  JOURNAL_COMPACT_BYTES: 8388608,
  /// A snapshot waits this long, so that it is not taken in the middle of an answer.
  JOURNAL_COMPACT_DELAY: 0.25,
  JOURNAL_RETRY_FIRST: 1.0,
  /// Waits between tries after a batch was not kept.
  JOURNAL_RETRY_MOST: 30.0,
  AUTOSAVE_QUIET: 2.0,
  AUTOSAVE_MAX: 10.0,
  /// How much of a file that is no notebook is shown.
  READ_ONLY_TEXT: 1048576,
  /// Typing of one author in one cell becomes a version at most this often.
  VERSION_SECONDS: 10.0,
  /// A room without clients and without a kernel leaves memory after this long.
  ROOM_LINGER: 30.0,
  /// An agent's question for a grant waits this long for a person.
  GRANT_SECONDS: 3600.0,
  /// Of one room.
  GRANTS_WAITING: 64,
  /// A saved notebook that nobody opened for this long is forgotten, with its version history: a quarter of a year is
  /// longer than any break between two looks at an analysis in work, and what is in the file stays.
  ROOM_KEEP_SECONDS: 7776000.0,
  SWEEP_SECONDS: 1800.0,
  /// A blob that nothing names is removed when it is older than this.
  SWEEP_GRACE: 3600.0,
  RUNTIME_READY_SECONDS: 20.0,
  /// How long a runtime may take to say that it has what it was sent.
  RUNTIME_ANSWER_SECONDS: 20.0,
  /// How long a starting daemon waits for each runtime that it finds; after it, the others go on without this one.
  REACH_FIRST_SECONDS: 5.0,
  /// How long whoever opens a notebook waits for what its runtime said while no daemon ran; the rest comes as it does.
  LEVEL_SECONDS: 5.0,
  /// How long a silent runtime is tried again: a stopped or swapped-out one comes back within it, or not by itself.
  REACH_SECONDS: 3600.0,
  REACH_RETRY_FIRST: 1.0,
  /// Waits between these tries.
  REACH_RETRY_MOST: 30.0,
  /// A daemon with no client and nothing running ends after this long.
  IDLE_EXIT_SECONDS: 300.0,
  /// Of a notebook and the files beside it together; a large lock written out as requirements has some 500.
  ASKED_REQUIREMENTS: 2000,
  /// Characters of one requirement; a direct address with hash and markers has about 300.
  ASKED_TEXT: 2048,
  ASKED_INDEXES: 64,
  ASKED_CHANNELS: 64,
  ASKED_COMPLAINTS: 100,
  ASKED_MAGICS: 500,
  /// Of what a kernel's commands would have installed, at the end of a cell.
  REFUSED_BYTES: 65536,
  REFUSED_COMMANDS: 50,
  REFUSED_WORDS: 500,
  REFUSED_OFFERED: 20,
  /// Of one file beside a notebook.
  ASKED_FILE: 524288,
  /// Files that one requirements.txt and its includes may be.
  ASKED_FILES: 32,
  /// How deep they may include each other.
  ASKED_INCLUDES: 8,
  /// From the notebook's folder upwards.
  ASKED_FOLDERS: 32,
  /// Of a YAML file.
  ASKED_DEPTH: 64,
  /// Of a YAML file: names, values, lists and tables.
  ASKED_NODES: 50000,
  /// Characters of a cell that is looked through for commands that install.
  INSTALL_SOURCE: 1048576,
  /// Up to where Python's own calls are looked for: hostile ones take the parser a second for each quarter MiB.
  INSTALL_PARSED: 65536,
  SCAN_NOTEBOOKS: 50000,
  /// Files and folders that are looked at to find them.
  SCAN_ENTRIES: 1000000,
  SCAN_DEPTH: 32,
  /// Of one notebook; more are counted.
  SCAN_FINDINGS: 200,
  /// A larger notebook is told of: forges refuse files of 100 MiB and complain from 50.
  SCAN_NOTEBOOK_BYTES: 52428800,
  SCAN_OUTPUT_BYTES: 10485760,
  /// Execution ids that are not queued a second time.
  KNOWN_EXECUTIONS: 20000,
  /// When stdout and stderr took turns this often in one execution, text goes to the last output of its stream.
  STREAM_OUTPUTS: 1000,
  /// Printed text that is told at once, however recent the last time was.
  FLUSH_CHARS: 1048576,
  /// In one output.
  MIME_TYPES: 100,
  ERROR_NAME: 1024,
  ERROR_VALUE: 65536,
  /// Characters; a longer one becomes one blob.
  TRACEBACK: 262144,
  PROMPT: 8192,
  /// Pages and next inputs that one cell may ask for.
  PAYLOADS: 16,
  PENDING_INPUTS: 16,
  /// Finished executions that late output of their threads still finds.
  PAST_EXECUTIONS: 2000,
  /// Of these, how many keep the text that a late print goes on with.
  PAST_STREAMS: 32,
  /// In one Output widget, whose whole content travels at each change; what is more goes below the cell.
  CAPTURE_BYTES: 2097152,
  /// In all Output widgets of a kernel.
  CAPTURES_BYTES: 67108864,
  DISPLAYS_PER_ID: 64,
  /// Questions to the kernel that wait for its answer.
  ASKS: 64,
  /// After one of reply and idle, the other is asked for.
  DONE_PATIENCE: 2.0,
  /// A warm kernel that does not answer by then is replaced by a fresh one.
  ADOPT_SECONDS: 5.0,
  SPOOL_SEGMENT: 4194304,
  /// A power loss costs at most what was said in this time.
  SPOOL_SYNC_SECONDS: 0.2,
  /// Reports kept in memory while the disk is full.
  UNSPOOLED_BYTES: 67108864,
  /// What waits in memory for a slow daemon; the rest is read from the spool when it is its turn.
  LINK_BACKLOG: 4194304,
  /// Reports of one turn that are spooled and sent together; more are not kept in memory for company.
  TURN_BYTES: 1048576,
  RESEND_CHUNK: 524288,
  /// A warm runtime that no daemon holds ends after this long.
  WARM_ORPHAN_SECONDS: 60.0,
  /// How long an ending runtime waits for the acknowledgement of its last reports.
  FAREWELL_SECONDS: 10.0,
  /// Three notebooks in a row find a warm kernel.
  POOL_SIZE: 3,
  /// A warm kernel is started while something else runs only after this long.
  POOL_PATIENCE: 5.0,
  LOG_BYTES: 4194304,
  LOG_FILES: 3,
  /// Characters of one field of a log line.
  LOG_FIELD: 2048,
  /// How long an orderly end may take before the daemon ends without it; the journal makes that safe.
  STOP_SECONDS: 20.0,
  /// Characters of what a client calls itself.
  CLIENT_NAME: 80,
  /// What a client takes from its daemon at once: the snapshot of a large room.
  CLIENT_MESSAGE: 268435456,
  /// What may wait in a client for a stalled daemon.
  CLIENT_OUTBOX: 134217728,
  /// Events that wait for a program that watches; beyond it they are counted and dropped.
  CLIENT_EVENTS: 10000,
  /// Blobs fetched at once for one result.
  CLIENT_BLOB_READS: 8,
  /// How long a client waits for an answer that no kernel has to give.
  CALL_SECONDS: 60.0,
  /// How long a client waits for a daemon to come up, or to come back.
  START_SECONDS: 30.0,
  CLIENT_CLOSE_SECONDS: 5.0,
  /// From `hood view` to the page's first request: the user may have to start a tunnel first.
  VIEW_CODE_SECONDS: 600.0,
  /// At once; a browser opens six to a host, and a page holds one for its commands.
  VIEW_CONNECTIONS: 256,
  /// A connection on which no whole request arrived for this long is closed.
  VIEW_IDLE_SECONDS: 30.0,
  /// A client that has not sent a part of its body, or not taken `VIEW_SEND_CHUNK`, in this time is cut off.
  VIEW_STALL_SECONDS: 30.0,
  /// For a whole body, the largest bundle over a slow tunnel; whoever sends one byte now and then gets no further.
  VIEW_BODY_SECONDS: 600.0,
  VIEW_SEND_CHUNK: 1048576,
  /// Threads that read columns and other long vectors; beside them two read what is small.
  VIEW_READERS: 6,
  /// Threads that read genes: before there is a gene-major store, they wait for one pass together.
  VIEW_GENES: 24,
  /// Reads that wait for a thread; beyond it, a client is told to come again.
  VIEW_WAITING: 512,
  /// Of a request's path; the longest name of a gene or column in public data has some 300 bytes.
  VIEW_TARGET: 4096,
  /// An event without a buffer, as cellucid bounds it.
  VIEW_EVENT: 1048576,
  /// The buffer of an event: the cells of a selection, 4 bytes each.
  VIEW_BUFFER: 268435456,
  /// Of all events that are being received at once.
  VIEW_BUFFERS: 536870912,
  /// Characters of a view in a link.
  VIEW_LINK: 100000,
  /// One session bundle, as cellucid bounds it.
  VIEW_BUNDLE: 536870912,
  /// That one viewer sends at once.
  VIEW_BUNDLES: 2,
  /// Events that may overtake each other; an older number than that is a replay.
  VIEW_REPLAY: 256,
  /// Of one viewer, whose events are counted; one that is older than that begins anew.
  VIEW_PAGES: 64,
  VIEW_VIEWERS: 256,
  /// Commands that wait for a page; beyond it, the page does not read.
  VIEW_COMMANDS: 1000,
  /// Of the buffers of commands that no page has fetched yet.
  VIEW_OUTBOX: 536870912,
  /// A line without a command, so that both ends learn of a connection that broke.
  VIEW_BEAT_SECONDS: 10.0,
  /// Refused requests that one server writes into the log, so that nobody can fill it.
  VIEW_REFUSALS: 100,
  /// For one file of a viewer's page that is fetched from elsewhere.
  VIEW_FETCH_SECONDS: 30.0,
  VIEW_MANIFEST: 262144,
  /// Of one such page.
  VIEW_FILES: 2000,
  /// Datasets of one folder.
  VIEW_FOLDER: 1000,
  /// Bodies and their compressed forms that are kept: an embedding of a million cells in 2D and 3D, or 500 genes.
  DATASET_BODIES: 25165824,
  /// Up to it a reader waits for the compression, some 5 ms; beyond it the next reader has it.
  DATASET_COMPRESS_AT_ONCE: 524288,
  DATASET_COMPRESS_LEAST: 512,
  /// Characters of the name of a resource.
  DATASET_PATH: 1024,
  /// Names of cells in one answer.
  DATASET_NAMES: 100000,
  /// Columns of `var` that are sent as other names of the genes.
  GENE_ALIASES: 4,
  /// Of one manifest of an exported folder, and of its names of cells: ten million names have some 200 MB.
  EXPORT_JSON: 268435456,
  /// Genes as they were read, so that a second form of one is not read again.
  GENES_KEPT: 8388608,
  /// Entries of a matrix from which a gene-major store is worth its making: below it a pass costs some 10 ms.
  GENES_STORE_LEAST: 3000000,
  /// Packed genes in one file of a gene-major store; also what an interrupted build does again at most.
  GENES_SHARD: 67108864,
  /// Of all gene-major stores in the cache; the ones that were not opened for longest go first.
  GENES_SHELF: 21474836480,
  /// The whole file; what cellucid takes from its page at most.
  SESSION_BYTES: 536870912,
  /// The format's own bound.
  SESSION_MANIFEST: 16777216,
  SESSION_CHUNKS: 20000,
  /// Values of one JSON chunk or manifest: each takes some hundred bytes of memory, however short it is written.
  SESSION_NODES: 500000,
  /// One JSON chunk, inflated.
  SESSION_JSON: 33554432,
  /// One binary chunk, inflated; a group of 50 million cells fits.
  SESSION_CHUNK: 268435456,
  /// Unpacked by one look through a whole session: gzip makes a thousand bytes out of one.
  SESSION_CHECKED: 4294967296,
  SESSION_CELLS: 50000000,
  /// Names of cells that a session may bring along: each takes sixty bytes of memory.
  SESSION_NAMES: 10000000,
  SESSION_FIELDS: 1000,
  SESSION_GROUPS: 5000,
  /// All the columns that one session may add: two hundred groups of five million cells.
  SESSION_COLUMNS: 1073741824,
  /// Characters of a column's name.
  SESSION_NAME: 200,
  /// The largest public atlases have some 60 million. Everything that is read at once is bounded by it.
  DATASET_CELLS: 100000000,
  /// Peaks of chromatin data go beyond a million.
  DATASET_GENES: 5000000,
  /// Members of one group that are looked at, and columns of `obs`.
  DATASET_MEMBERS: 20000,
  /// Groups and arrays of a file or folder that are looked at when it is opened.
  DATASET_OBJECTS: 100000,
  /// Groups within groups: what is shown needs four, `uns` may need more.
  DATASET_DEPTH: 32,
  /// Links within the file that are followed on the way to one member.
  DATASET_LINKS: 8,
  /// Bytes of the name of a member.
  DATASET_NAME: 1024,
  /// Of one attribute; the order of 20,000 columns has some 400 kB.
  DATASET_ATTRIBUTE: 1048576,
  /// Of one JSON file of a zarr folder; consolidated metadata in it is skipped, not kept.
  DATASET_METADATA: 33554432,
  /// Of the JSON of one array of a zarr store; AnnData's have some 1 kB.
  DATASET_ARRAY: 262144,
  /// Of one chunk, unpacked; what cuts well for genes has 0.1 to 4 MiB.
  DATASET_CHUNK: 67108864,
  /// Chunks of one shard.
  DATASET_SHARD: 1000000,
  /// Chunks that one read may touch.
  DATASET_CHUNKS: 200000,
  /// Of what is read as a whole for one column, embedding or index.
  DATASET_COLUMN: 1073741824,
  /// Of one name of a cell, gene or category.
  DATASET_TEXT: 65536,
  /// Of all texts of one array.
  DATASET_TEXTS: 2147483648,
  /// Of the texts that are read at once.
  DATASET_TEXT_BLOCK: 268435456,
  /// Of one column: what 16 bits can tell apart, with one value for "missing". More are names, not categories.
  DATASET_CATEGORIES: 65534,
  /// Texts of a long column that are looked at when it is opened: all different, they are names.
  DATASET_SAMPLE: 1000,
  /// Entries of a neighbour graph.
  DATASET_EDGES: 4000000000,
  /// Columns of the space in which distances are taken.
  DATASET_LATENT: 200,
  /// Entries of a sparse matrix that a scan has in memory at once.
  DATASET_SCAN: 1048576,
  VIEWER_LOWEST: 120,
  /// CSS pixels.
  VIEWER_HIGHEST: 4000,
  /// Of one viewer, that wait for slow hooks; where the pointer is and the page's state count once.
  VIEWER_EVENTS: 10000,
  /// Bytes of the messages in which they came.
  VIEWER_WAITING: 268435456,
  /// That wait for a page, or for its answer.
  VIEWER_COMMANDS: 1000,
  /// Changes of what is visible that a page which comes later is told again.
  VIEWER_KEPT: 100,
  /// Displays of one viewer that are told apart, those that have gone among them.
  VIEWER_PAGES: 256,
  VIEWER_GROUPS: 1000,
  /// What all groups of a viewer say of how they were made, as JSON; in memory it becomes many times as much.
  VIEWER_HOW: 33554432,
  /// Characters of a name or a sentence that a page says.
  VIEWER_TEXT: 500,
  /// The state of a page, or a message of its own, as JSON: groups of six million cells.
  VIEWER_STATE: 8388608,
  /// An event over HTTP without its buffers, as JSON: a state, and names. In memory it becomes many times as much.
  VIEWER_WORDS: 9437184,
  /// A figure that a page sends.
  VIEWER_FIGURE: 67108864,
  /// Bytes of a resource in one message of a comm.
  VIEWER_CHUNK: 2097152,
  /// Chunks that may be on their way to one page for one request.
  VIEWER_CREDITS: 8,
  /// Requests of the pages of one viewer that are answered at the same time.
  VIEWER_FETCHES: 64,
  /// Threads that read resources for comms, in one process.
  VIEWER_READERS: 4,
  /// Answers to what the page asked that a viewer keeps for Python.
  VIEWER_RESULTS: 20,
  /// Numbers in all of them, 32 bytes each: three as long as answers can be. The last one is kept however long it is.
  VIEWER_NUMBERS: 8000000,
  /// Questions of one viewer, or of one window, that are answered at the same time.
  ASK_AT_ONCE: 2,
  /// Threads that answer questions, in one process.
  ASK_THREADS: 4,
  /// Questions of all windows of a server that are answered or wait.
  ASK_WAITING: 16,
  /// A question with its sets of cells: fifty sets of ten million cells.
  ASK_BODY: 67108864,
  /// A question without its sets, as JSON.
  ASK_WORDS: 1048576,
  /// Sets of cells in one question.
  ASK_SETS: 256,
  /// Genes that a score may be of.
  ASK_GENES: 10000,
  /// Rows of all tables of one answer.
  ASK_ROWS: 200000,
  /// Groups times genes of one comparison, each of 56 bytes while it is computed.
  ASK_NUMBERS: 8000000,
  /// Values of a matrix that lies cell by cell which are turned round at once: 128 MiB, and as much again meanwhile.
  ASK_ENTRIES: 16000000,
  /// Between two words on how far an answer is.
  ASK_TELL_SECONDS: 0.2,
} as const;
