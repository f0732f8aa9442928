"""Of notebooks, their kernels and all around them, and what the other list has, too."""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

# -- notebooks
NOTEBOOK_BYTES: Final = 256 * MIB
"""A file above it opens as an error: the largest public notebooks have about 100 MB."""
NOTEBOOK_DEPTH: Final = 200
"""JSON nesting; Vega specs reach about 40."""
CELLS: Final = 50_000
CELL_SOURCE_BYTES: Final = 8 * MIB
METADATA_BYTES: Final = 4 * MIB
"""Of one cell, or of the notebook, as JSON."""
TRASH_CELLS: Final = 200
"""Deleted cells kept in the document; older ones live on in the version history."""
VERSIONS_PER_CELL: Final = 100

# -- environments
UV_OUTPUT: Final = 256 * KIB
"""What is kept of what `uv` says: the end of it."""
LOCK_BYTES: Final = 32 * MIB
PLAN_PACKAGES: Final = 5_000
PLAN_ROUNDS: Final = 20
"""Source distributions that are found one after the other while a plan is made."""
RESOLVE_SECONDS: Final = 300.0
INSTALL_SECONDS: Final = 3600.0
"""Large wheels over a slow line."""
SDIST_BYTES: Final = 512 * MIB
SDIST_MEMBERS: Final = 100_000
SDIST_METADATA: Final = 1 * MIB
"""Of the files of a source distribution that say what it needs."""
SDIST_UNPACKED: Final = 4096 * MIB
"""Of all its files, as far as one must read through them."""
INDEX_PAGE: Final = 64 * MIB
"""An index's page of one package; the largest have some 20 MB."""
EGRESS_SECONDS: Final = 30.0
"""How long a host may take to accept a connection."""
EGRESS_HEAD: Final = 32 * KIB
PRUNE_LATER: Final = 30.0
"""Seconds after an environment was built."""
ENVIRONMENTS_BYTES: Final = 20 * 1024 * MIB
"""Of all environments and their caches; the ones that were not used for longest go first."""
ENVIRONMENT_FRESH: Final = 600.0
"""An environment that was used so recently is not removed by itself: its kernel may be about to start."""
ENVIRONMENT_NOTEBOOKS: Final = 50
"""That an environment remembers to have served."""
INTERPRETERS: Final = 32
"""Pythons of this machine that are looked at."""

# -- outputs
INLINE_TEXT: Final = 8 * KIB
"""Longer text goes to the blob store, so that a snapshot stays small."""
STREAM_OPEN_TEXT: Final = 128 * KIB
"""Characters of a stream that are still text in the room; what is older is sealed into blobs of this size."""
OUTPUTS_PER_EXECUTION: Final = 10_000
EXECUTION_OUTPUT_BYTES: Final = 512 * MIB
"""Shown at once. Beyond it, output is counted and dropped, and the user is told how much."""
EXECUTION_TOTAL_BYTES: Final = 4096 * MIB
"""Of one execution, with everything that it cleared and replaced itself: where an animation over night ends."""
FLUSH_INTERVAL: Final = 1 / 28
"""A flood reaches a client as at most 30 events a second, those that begin and end it included."""
DISPLAY_IDS: Final = 1_000

# -- what outputs may reach
POLICY_BYTES: Final = 256 * KIB
"""Of one policy file."""
POLICY_PLACES: Final = 64
"""Of one lever: all of them travel in one header, and people read them."""
POLICY_HOST: Final = 253
"""Characters; a name of DNS has no more."""
POLICY_PROBLEMS: Final = 100
"""That are told of one file."""
POLICY_NOTEBOOKS: Final = 500
"""With hosts that a person allowed; beyond it, the one that was changed longest ago is as it was before."""
POLICY_ALLOWED: Final = 64
"""Hosts of one notebook."""
GUEST_POLICIES: Final = 256
"""Sealed pages that are served at once, one for each policy that a page asked for."""

# -- names of packages
PACKAGE_NAME: Final = 200
"""Characters; the longest that is published has 188. Longer ones are not looked at."""
PACKAGE_NAME_SHOWN: Final = 200
"""Characters of what was given that are told back."""
# -- what is installed
APPROVALS_PER_NOTEBOOK: Final = 50
"""Records of one notebook's chain; only the latest counts, the others tell its history."""
REQUIREMENTS_TOLD: Final = 50
"""Of a notebook, in an error; the sheet has them all."""
DEPENDENCIES_EDITED: Final = 500
"""In one call."""
ACCEPTED_HOSTS: Final = 200
"""Of one notebook."""
APPROVED_BUILDS: Final = 2_000
"""Source distributions of one approval."""

# -- folders and files
PREFERENCES: Final = 64 * KIB
"""Of what a person set about the page, as JSON."""
GRANTED_FOLDERS: Final = 200
"""Beyond it, the one that was granted longest ago is not granted any more."""
FOLDER_ENTRIES: Final = 2_000
"""Of one folder, as it is shown; folders and notebooks first."""
FOLDER_SCAN: Final = 20_000
"""Names that are looked at to find them."""
RECENT_NOTEBOOKS: Final = 100
FILE_NAME: Final = 200
"""Bytes of a new notebook's name; file systems allow 255, and a number may follow."""
NAME_TRIES: Final = 1_000
"""`Untitled-1.ipynb` and so on, until a name is free."""

# -- the control and agent sockets
RPC_MESSAGE: Final = 16 * MIB
SYNC_MESSAGE: Final = 64 * MIB
UPDATE_STRUCTS: Final = 500_000
"""Changes in one Yjs update; a notebook of 2,000 cells is written with 12,000."""
UPDATE_COMPARED: Final = 1_000_000
"""Items of a text between which those of one update are put, counted anew for each: half a second."""
AWARENESS_MESSAGE: Final = 4 * KIB
JSON_DEPTH: Final = 100
PEERS: Final = 64
"""Connections at once, both sockets together."""
AGENT_PEERS: Final = 32
"""Of them on the agent socket, so that code in a cell cannot keep the person out."""
REFUSALS: Final = 32
"""Connections that are being told why they may not come in; more are closed without a word."""
ROOMS_PER_PEER: Final = 64
REQUESTS_IN_FLIGHT: Final = 256
"""Of one connection; more is refused with `limit.busy`."""
PEER_BACKLOG: Final = 32 * MIB
"""What waits for a stalled client; beyond it the client is dropped and starts again from a snapshot."""
HELLO_SECONDS: Final = 10.0

# -- the runtime's stream and the kernel
STREAM_FRAME: Final = 8 * MIB
"""One frame between daemon and runtime; bytes travel in chunks of `BLOB_CHUNK`."""
BLOB_CHUNK: Final = 1 * MIB
KERNEL_MESSAGE: Final = 256 * MIB
"""A larger message of a kernel is not read; the connection is reset and the user told."""
KERNEL_BACKLOG: Final = 100_000
"""Messages of a kernel that wait for us, each channel; libzmq's own bound of 1,000 loses prints when we pause."""
KERNEL_DEPTH: Final = 200
"""JSON nesting in a kernel's message."""
KERNEL_HEADER: Final = 64 * KIB
"""Both headers of one message; a kernel's own have some 500 bytes."""
KERNEL_FRAMES: Final = 1_024
"""Parts of one message: its buffers."""
KERNEL_TURN_MESSAGES: Final = 200
"""Messages of a flooding kernel that are taken before everything else in the process has its turn."""
KERNEL_TURN_BYTES: Final = 256 * KIB
"""And bytes: about what a Unix socket takes at once. With more, a flood comes in faster than it can go out, and
whoever interrupts it waits."""
KERNEL_STRAY_BYTES: Final = 64 * KIB
"""The end of what a kernel writes past its protocol, to stdout and stderr."""
KERNELSPEC_BYTES: Final = 1 * MIB
QUEUE: Final = 10_000
"""Cells waiting in one runtime."""
SPOOL_BYTES: Final = 1024 * MIB
"""What a runtime keeps while no daemon takes it; beyond it, output is counted and dropped."""
COMMS: Final = 5_000
WIDGET_BYTES: Final = 64 * MIB
"""The trait values of a room's widgets, without what is in blobs."""
COMM_MESSAGE: Final = 64 * MIB
WIDGET_INTERVAL: Final = 1 / 60
"""Seconds between two tellings of what a kernel's widgets have become."""
WIDGET_CHANGES: Final = 1_000
"""Widgets a second that a room is told of, when many change at once: then they are told of less often."""
WIDGET_WRITES: Final = 20_000
"""Traits that may be written before the document of a room's widgets is made anew, or one for `WIDGET_WRITE_BYTES` of
what it holds, where that is more: the telling of it costs as much as it holds."""
WIDGET_WRITE_BYTES: Final = 256
WIDGET_RATE: Final = 32 * MIB
"""Bytes a second, the same way, of binary values that change; what is replaced before it is told never leaves."""
WIDGET_PROMPT: Final = 8
"""Messages of widgets that are told at once, of those that come within `WIDGET_INTERVAL`; more travel together."""
WIDGET_TURNS: Final = 8
"""So often values and messages may alternate in what travels together; beyond it values go before the messages."""
WIDGET_MESSAGES: Final = 2_000
"""Messages of widgets that wait to be told together."""
EPHEMERAL_BLOBS: Final = 256 * MIB
EPHEMERAL_INLINE: Final = 64 * KIB
ASK_SECONDS: Final = 30.0
"""Completion, inspection and history wait this long while the kernel is busy."""
KERNEL_READY_SECONDS: Final = 60.0
INTERRUPT_STEPS: Final = (0.0, 1.0, 3.0)
"""When SIGINT is sent (again) after an interrupt was asked for."""
INTERRUPT_PATIENCE: Final = 8.0
"""After it, the room says that the kernel does not listen."""
SHUTDOWN_GRACE: Final = 3.0
RUNTIME_ORPHAN_SECONDS: Final = 24 * 3600.0
"""An idle runtime without a daemon ends after this long."""

# -- blobs
BLOB_BYTES: Final = 512 * MIB
"""One blob: what an execution may say in all."""
BLOBS_KNOWN: Final = 16_384
"""Blobs whose bytes need not be checked again before they are served."""
BLOB_CONNECTIONS: Final = 256
"""To the blob server at once; a browser opens six to a host."""
BLOB_IDLE_SECONDS: Final = 30.0
"""A connection on which no whole request arrived for this long is closed."""
BLOB_STALL_SECONDS: Final = 60.0
"""A client that does not take `BLOB_SEND_CHUNK` in this time is cut off."""
BLOB_SEND_CHUNK: Final = 4 * MIB
BLOB_READ_WHOLE: Final = 64 * KIB
"""Up to here one read is cheaper than sendfile."""
BLOB_CLOSE_SECONDS: Final = 1.0
BLOB_HEAD_LINE: Final = 8 * KIB
BLOB_HEAD_FIELDS: Final = 64
PLUGIN_BYTES: Final = 32 * MIB
"""One file of the sealed page; a large renderer has 5 MB."""
EPHEMERAL_BLOBS_OF_OWNER: Final = 128 * MIB
"""Of one runtime, within `EPHEMERAL_BLOBS` of all; two of the largest comm messages."""

# -- the gateway
CODE_SECONDS: Final = 60.0
"""From `hood open` to the page's first request; a browser that starts anew takes some ten."""
GATEWAY_PASSES: Final = 1_000
"""Codes and bearers that one gateway knows at once: windows that were ever opened from it."""
GATEWAY_WRONG_SECONDS: Final = 0.5
"""How long the answer to a wrong code or bearer is held back: with the bound on connections that bounds guessing."""
GATEWAY_CONNECTIONS: Final = 128
"""Six of a browser's for files, and one for each open page."""
GATEWAY_IDLE_SECONDS: Final = 30.0
"""A connection on which no whole request arrived for this long is closed; a page's WebSocket is not one of these."""
GATEWAY_STALL_SECONDS: Final = 30.0
"""A client that has not sent its request's body, or not taken an answer, in this time is cut off."""
GATEWAY_BODY: Final = 4 * KIB
GATEWAY_UNKNOWN_BYTES: Final = 256 * KIB
"""What a WebSocket may send before its bearer was checked; a page says its first requests without waiting for that."""
GATEWAY_FIRST_SECONDS: Final = 90.0
"""A gateway to which no page came ends after this long: the code's life, and half as much again."""
GATEWAY_LAST_SECONDS: Final = 10.0
"""After its last page left: a reload, or the next window, comes within it."""
GATEWAY_LOST_SECONDS: Final = 90.0
"""After the daemon went away from under a page: browsers let a hidden page act once a minute."""
GATEWAY_REQUEST: Final = 256 * KIB
"""What `hood open` says to the gateway that it starts."""
GATEWAY_TARGETS: Final = 32
"""Pages that one `hood open` opens."""
GATEWAY_REFUSALS: Final = 100
"""Refused requests that one gateway writes into the log, so that nobody can fill it."""
ASSETS_BYTES: Final = 64 * MIB
"""Of the built page, which the gateway keeps in memory; it has about 2 MB."""
CLOSE_REASON: Final = 123
"""Bytes: a WebSocket's close frame holds no more."""

# -- journal
JOURNAL_BATCH_OPS: Final = 1_000
JOURNAL_BATCH_BYTES: Final = 64 * MIB
JOURNAL_BACKLOG: Final = 256 * MIB
"""What may wait for a slow disk; beyond it, an operation is refused."""
JOURNAL_LOG_BYTES: Final = 16 * MIB
"""SQLite's write-ahead log is cut back to this after a checkpoint."""
JOURNAL_FREE_PAGES: Final = 1_024
"""Of 4 KiB: what the file may keep for its next events; more goes back to the disk."""
JOURNAL_CHECK_BYTES: Final = 32 * MIB
"""A larger file is not read wholly at each start."""
JOURNAL_LOCK_SECONDS: Final = 5.0
"""How long another program that looks into the file may hold it."""
VERSION_BYTES_PER_CELL: Final = 4 * MIB
"""Of version history; the newest version is kept whatever its size."""
JOURNAL_COMPACT_UPDATES: Final = 500
JOURNAL_COMPACT_EVENTS: Final = 2_000
JOURNAL_COMPACT_BYTES: Final = 8 * MIB
"""Of events since the last snapshot: a flood is compacted before it is long."""
JOURNAL_COMPACT_DELAY: Final = 0.25
"""A snapshot waits this long, so that it is not taken in the middle of an answer."""
JOURNAL_RETRY_FIRST: Final = 1.0
JOURNAL_RETRY_MOST: Final = 30.0
"""Waits between tries after a batch was not kept."""
AUTOSAVE_QUIET: Final = 2.0
AUTOSAVE_MAX: Final = 10.0
READ_ONLY_TEXT: Final = 1 * MIB
"""How much of a file that is no notebook is shown."""
VERSION_SECONDS: Final = 10.0
"""Typing of one author in one cell becomes a version at most this often."""
ROOM_LINGER: Final = 30.0
"""A room without clients and without a kernel leaves memory after this long."""
GRANT_SECONDS: Final = 3600.0
"""An agent's question for a grant waits this long for a person."""
GRANTS_WAITING: Final = 64
"""Of one room."""
ROOM_KEEP_SECONDS: Final = 90 * 86_400.0
"""A saved notebook that nobody opened for this long is forgotten, with its version history: a quarter of a year is
longer than any break between two looks at an analysis in work, and what is in the file stays."""
SWEEP_SECONDS: Final = 1800.0
SWEEP_GRACE: Final = 3600.0
"""A blob that nothing names is removed when it is older than this."""
RUNTIME_READY_SECONDS: Final = 20.0
RUNTIME_ANSWER_SECONDS: Final = 20.0
"""How long a runtime may take to say that it has what it was sent."""
REACH_FIRST_SECONDS: Final = 5.0
"""How long a starting daemon waits for each runtime that it finds; after it, the others go on without this one."""
LEVEL_SECONDS: Final = 5.0
"""How long whoever opens a notebook waits for what its runtime said while no daemon ran; the rest comes as it does."""
REACH_SECONDS: Final = 3600.0
"""How long a silent runtime is tried again: a stopped or swapped-out one comes back within it, or not by itself."""
REACH_RETRY_FIRST: Final = 1.0
REACH_RETRY_MOST: Final = 30.0
"""Waits between these tries."""
IDLE_EXIT_SECONDS: Final = 300.0
"""A daemon with no client and nothing running ends after this long."""

# -- what a notebook asks to have installed
ASKED_REQUIREMENTS: Final = 2_000
"""Of a notebook and the files beside it together; a large lock written out as requirements has some 500."""
ASKED_TEXT: Final = 2 * KIB
"""Characters of one requirement; a direct address with hash and markers has about 300."""
ASKED_INDEXES: Final = 64
ASKED_CHANNELS: Final = 64
ASKED_COMPLAINTS: Final = 100
ASKED_MAGICS: Final = 500
REFUSED_BYTES: Final = 64 * KIB
"""Of what a kernel's commands would have installed, at the end of a cell."""
REFUSED_COMMANDS: Final = 50
REFUSED_WORDS: Final = 500
REFUSED_OFFERED: Final = 20
ASKED_FILE: Final = 512 * KIB
"""Of one file beside a notebook."""
ASKED_FILES: Final = 32
"""Files that one requirements.txt and its includes may be."""
ASKED_INCLUDES: Final = 8
"""How deep they may include each other."""
ASKED_FOLDERS: Final = 32
"""From the notebook's folder upwards."""
ASKED_DEPTH: Final = 64
"""Of a YAML file."""
ASKED_NODES: Final = 50_000
"""Of a YAML file: names, values, lists and tables."""
INSTALL_SOURCE: Final = 1 * MIB
"""Characters of a cell that is looked through for commands that install."""
INSTALL_PARSED: Final = 64 * KIB
"""Up to where Python's own calls are looked for: hostile ones take the parser a second for each quarter MiB."""

# -- looking through notebooks without opening them
SCAN_NOTEBOOKS: Final = 50_000
SCAN_ENTRIES: Final = 1_000_000
"""Files and folders that are looked at to find them."""
SCAN_DEPTH: Final = 32
SCAN_FINDINGS: Final = 200
"""Of one notebook; more are counted."""
SCAN_NOTEBOOK_BYTES: Final = 50 * MIB
"""A larger notebook is told of: forges refuse files of 100 MiB and complain from 50."""
SCAN_OUTPUT_BYTES: Final = 10 * MIB

# -- inside a runtime
KNOWN_EXECUTIONS: Final = 20_000
"""Execution ids that are not queued a second time."""
STREAM_OUTPUTS: Final = 1_000
"""When stdout and stderr took turns this often in one execution, text goes to the last output of its stream."""
FLUSH_CHARS: Final = 1 * MIB
"""Printed text that is told at once, however recent the last time was."""
MIME_TYPES: Final = 100
"""In one output."""
ERROR_NAME: Final = 1 * KIB
ERROR_VALUE: Final = 64 * KIB
TRACEBACK: Final = 256 * KIB
"""Characters; a longer one becomes one blob."""
PROMPT: Final = 8 * KIB
PAYLOADS: Final = 16
"""Pages and next inputs that one cell may ask for."""
PENDING_INPUTS: Final = 16
PAST_EXECUTIONS: Final = 2_000
"""Finished executions that late output of their threads still finds."""
PAST_STREAMS: Final = 32
"""Of these, how many keep the text that a late print goes on with."""
CAPTURE_BYTES: Final = 2 * MIB
"""In one Output widget, whose whole content travels at each change; what is more goes below the cell."""
CAPTURES_BYTES: Final = 64 * MIB
"""In all Output widgets of a kernel."""
DISPLAYS_PER_ID: Final = 64
ASKS: Final = 64
"""Questions to the kernel that wait for its answer."""
DONE_PATIENCE: Final = 2.0
"""After one of reply and idle, the other is asked for."""
ADOPT_SECONDS: Final = 5.0
"""A warm kernel that does not answer by then is replaced by a fresh one."""
SPOOL_SEGMENT: Final = 4 * MIB
SPOOL_SYNC_SECONDS: Final = 0.2
"""A power loss costs at most what was said in this time."""
UNSPOOLED_BYTES: Final = 64 * MIB
"""Reports kept in memory while the disk is full."""
LINK_BACKLOG: Final = 4 * MIB
"""What waits in memory for a slow daemon; the rest is read from the spool when it is its turn."""
TURN_BYTES: Final = 1 * MIB
"""Reports of one turn that are spooled and sent together; more are not kept in memory for company."""
RESEND_CHUNK: Final = 512 * KIB
WARM_ORPHAN_SECONDS: Final = 60.0
"""A warm runtime that no daemon holds ends after this long."""
FAREWELL_SECONDS: Final = 10.0
"""How long an ending runtime waits for the acknowledgement of its last reports."""

# -- the pool
POOL_SIZE: Final = 3
"""Three notebooks in a row find a warm kernel."""
POOL_PATIENCE: Final = 5.0
"""A warm kernel is started while something else runs only after this long."""

# -- logs
LOG_BYTES: Final = 4 * MIB
LOG_FILES: Final = 3
LOG_FIELD: Final = 2 * KIB
"""Characters of one field of a log line."""

# -- the daemon's life
STOP_SECONDS: Final = 20.0
"""How long an orderly end may take before the daemon ends without it; the journal makes that safe."""
CLIENT_NAME: Final = 80
"""Characters of what a client calls itself."""

# -- clients
CLIENT_MESSAGE: Final = 256 * MIB
"""What a client takes from its daemon at once: the snapshot of a large room."""
CLIENT_OUTBOX: Final = 128 * MIB
"""What may wait in a client for a stalled daemon."""
CLIENT_EVENTS: Final = 10_000
"""Events that wait for a program that watches; beyond it they are counted and dropped."""
CLIENT_BLOB_READS: Final = 8
"""Blobs fetched at once for one result."""
CALL_SECONDS: Final = 60.0
"""How long a client waits for an answer that no kernel has to give."""
START_SECONDS: Final = 30.0
"""How long a client waits for a daemon to come up, or to come back."""
CLIENT_CLOSE_SECONDS: Final = 5.0
