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
  /// Longer text goes to the blob store, so that a snapshot stays small.
  INLINE_TEXT: 8192,
  /// Characters of a stream that are still text in the room; what is older is sealed into blobs of this size.
  STREAM_OPEN_TEXT: 131072,
  OUTPUTS_PER_EXECUTION: 10000,
  /// Beyond it, output is counted and dropped, and the user is told how much.
  EXECUTION_OUTPUT_BYTES: 536870912,
  /// A flood becomes at most this many events a second.
  FLUSH_INTERVAL: 0.03333333333333333,
  DISPLAY_IDS: 1000,
  EXPANDED_BLOB_CACHE: 33554432,
  RPC_MESSAGE: 16777216,
  SYNC_MESSAGE: 67108864,
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
  BLOB_CHUNK: 4194304,
  /// A larger message of a kernel is not read; the connection is reset and the user told.
  KERNEL_MESSAGE: 268435456,
  /// Cells waiting in one runtime.
  QUEUE: 10000,
  /// What a runtime keeps while no daemon takes it; beyond it, output is counted and dropped.
  SPOOL_BYTES: 1073741824,
  COMMS: 5000,
  COMM_MESSAGE: 67108864,
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
  /// How long a batch may gather company before its fsync.
  JOURNAL_BATCH_SECONDS: 0.005,
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
  SWEEP_SECONDS: 1800.0,
  /// A blob that nothing names is removed when it is older than this.
  SWEEP_GRACE: 3600.0,
  RUNTIME_READY_SECONDS: 20.0,
  /// How long a runtime may take to say that it has what it was sent.
  RUNTIME_ANSWER_SECONDS: 20.0,
  /// A daemon with no client and nothing running ends after this long.
  IDLE_EXIT_SECONDS: 300.0,
  /// Three notebooks in a row find a warm kernel.
  POOL_SIZE: 3,
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
} as const;
