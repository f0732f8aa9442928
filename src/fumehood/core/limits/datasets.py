"""Of datasets, their viewers and sessions."""

from __future__ import annotations

from typing import Final

from fumehood.core.limits.notebooks import KIB, MIB

# -- the dataset server
VIEW_CODE_SECONDS: Final = 600.0
"""From `hood view` to the page's first request: the user may have to start a tunnel first."""
VIEW_CONNECTIONS: Final = 256
"""At once; a browser opens six to a host, and a page holds one for its commands."""
VIEW_IDLE_SECONDS: Final = 30.0
"""A connection on which no whole request arrived for this long is closed."""
VIEW_STALL_SECONDS: Final = 30.0
"""A client that has not sent a part of its body, or not taken `VIEW_SEND_CHUNK`, in this time is cut off."""
VIEW_BODY_SECONDS: Final = 600.0
"""For a whole body, the largest bundle over a slow tunnel; whoever sends one byte now and then gets no further."""
VIEW_SEND_CHUNK: Final = 1 * MIB
VIEW_READERS: Final = 6
"""Threads that read columns and other long vectors; beside them two read what is small."""
VIEW_GENES: Final = 24
"""Threads that read genes: before there is a gene-major store, they wait for one pass together."""
VIEW_WAITING: Final = 512
"""Reads that wait for a thread; beyond it, a client is told to come again."""
VIEW_TARGET: Final = 4 * KIB
"""Of a request's path; the longest name of a gene or column in public data has some 300 bytes."""
VIEW_EVENT: Final = 1 * MIB
"""An event without a buffer, as cellucid bounds it."""
VIEW_BUFFER: Final = 256 * MIB
"""The buffer of an event: the cells of a selection, 4 bytes each."""
VIEW_BUFFERS: Final = 512 * MIB
"""Of all events that are being received at once."""
VIEW_LINK: Final = 100_000
"""Characters of a view in a link."""
VIEW_BUNDLE: Final = 512 * MIB
"""One session bundle, as cellucid bounds it."""
VIEW_BUNDLES: Final = 2
"""That one viewer sends at once."""
VIEW_REPLAY: Final = 256
"""Events that may overtake each other; an older number than that is a replay."""
VIEW_PAGES: Final = 64
"""Of one viewer, whose events are counted; one that is older than that begins anew."""
VIEW_VIEWERS: Final = 256
VIEW_COMMANDS: Final = 1_000
"""Commands that wait for a page; beyond it, the page does not read."""
VIEW_OUTBOX: Final = 512 * MIB
"""Of the buffers of commands that no page has fetched yet."""
VIEW_BEAT_SECONDS: Final = 10.0
"""A line without a command, so that both ends learn of a connection that broke."""
VIEW_REFUSALS: Final = 100
"""Refused requests that one server writes into the log, so that nobody can fill it."""
VIEW_FETCH_SECONDS: Final = 30.0
"""For one file of a viewer's page that is fetched from elsewhere."""
VIEW_MANIFEST: Final = 256 * KIB
VIEW_FILES: Final = 2_000
"""Of one such page."""
VIEW_FOLDER: Final = 1_000
"""Datasets of one folder."""

# -- what a dataset answers
DATASET_BODIES: Final = 24 * MIB
"""Bodies and their compressed forms that are kept: an embedding of a million cells in 2D and 3D, or 500 genes."""
DATASET_COMPRESS_AT_ONCE: Final = 512 * KIB
"""Up to it a reader waits for the compression, some 5 ms; beyond it the next reader has it."""
DATASET_COMPRESS_LEAST: Final = 512
DATASET_PATH: Final = 1024
"""Characters of the name of a resource."""
DATASET_NAMES: Final = 100_000
"""Names of cells in one answer."""
GENE_ALIASES: Final = 4
"""Columns of `var` that are sent as other names of the genes."""
EXPORT_JSON: Final = 256 * MIB
"""Of one manifest of an exported folder, and of its names of cells: ten million names have some 200 MB."""
GENES_KEPT: Final = 8 * MIB
"""Genes as they were read, so that a second form of one is not read again."""
GENES_STORE_LEAST: Final = 3_000_000
"""Entries of a matrix from which a gene-major store is worth its making: below it a pass costs some 10 ms."""
GENES_SHARD: Final = 64 * MIB
"""Packed genes in one file of a gene-major store; also what an interrupted build does again at most."""
GENES_SHELF: Final = 20 * 1024 * MIB
"""Of all gene-major stores in the cache; the ones that were not opened for longest go first."""

# -- sessions of the viewer
SESSION_BYTES: Final = 512 * MIB
"""The whole file; what cellucid takes from its page at most."""
SESSION_MANIFEST: Final = 16 * MIB
"""The format's own bound."""
SESSION_CHUNKS: Final = 20_000
SESSION_NODES: Final = 500_000
"""Values of one JSON chunk or manifest: each takes some hundred bytes of memory, however short it is written."""
SESSION_JSON: Final = 32 * MIB
"""One JSON chunk, inflated."""
SESSION_CHUNK: Final = 256 * MIB
"""One binary chunk, inflated; a group of 50 million cells fits."""
SESSION_CHECKED: Final = 4096 * MIB
"""Unpacked by one look through a whole session: gzip makes a thousand bytes out of one."""
SESSION_CELLS: Final = 50_000_000
SESSION_NAMES: Final = 10_000_000
"""Names of cells that a session may bring along: each takes sixty bytes of memory."""
SESSION_FIELDS: Final = 1_000
SESSION_GROUPS: Final = 5_000
SESSION_COLUMNS: Final = 1024 * MIB
"""All the columns that one session may add: two hundred groups of five million cells."""
SESSION_NAME: Final = 200
"""Characters of a column's name."""

# -- datasets
DATASET_CELLS: Final = 100_000_000
"""The largest public atlases have some 60 million. Everything that is read at once is bounded by it."""
DATASET_GENES: Final = 5_000_000
"""Peaks of chromatin data go beyond a million."""
DATASET_MEMBERS: Final = 20_000
"""Members of one group that are looked at, and columns of `obs`."""
DATASET_OBJECTS: Final = 100_000
"""Groups and arrays of a file or folder that are looked at when it is opened."""
DATASET_DEPTH: Final = 32
"""Groups within groups: what is shown needs four, `uns` may need more."""
DATASET_LINKS: Final = 8
"""Links within the file that are followed on the way to one member."""
DATASET_NAME: Final = 1024
"""Bytes of the name of a member."""
DATASET_ATTRIBUTE: Final = 1 * MIB
"""Of one attribute; the order of 20,000 columns has some 400 kB."""
DATASET_METADATA: Final = 32 * MIB
"""Of one JSON file of a zarr folder; consolidated metadata in it is skipped, not kept."""
DATASET_ARRAY: Final = 256 * KIB
"""Of the JSON of one array of a zarr store; AnnData's have some 1 kB."""
DATASET_CHUNK: Final = 64 * MIB
"""Of one chunk, unpacked; what cuts well for genes has 0.1 to 4 MiB."""
DATASET_SHARD: Final = 1_000_000
"""Chunks of one shard."""
DATASET_CHUNKS: Final = 200_000
"""Chunks that one read may touch."""
DATASET_COLUMN: Final = 1024 * MIB
"""Of what is read as a whole for one column, embedding or index."""
DATASET_TEXT: Final = 64 * KIB
"""Of one name of a cell, gene or category."""
DATASET_TEXTS: Final = 2048 * MIB
"""Of all texts of one array."""
DATASET_TEXT_BLOCK: Final = 256 * MIB
"""Of the texts that are read at once."""
DATASET_CATEGORIES: Final = 65_534
"""Of one column: what 16 bits can tell apart, with one value for "missing". More are names, not categories."""
DATASET_SAMPLE: Final = 1_000
"""Texts of a long column that are looked at when it is opened: all different, they are names."""
DATASET_EDGES: Final = 4_000_000_000
"""Entries of a neighbour graph."""
DATASET_LATENT: Final = 200
"""Columns of the space in which distances are taken."""
DATASET_SCAN: Final = 1 * MIB
"""Entries of a sparse matrix that a scan has in memory at once."""

# -- viewers
VIEWER_LOWEST: Final = 120
VIEWER_HIGHEST: Final = 4_000
"""CSS pixels."""
VIEWER_EVENTS: Final = 10_000
"""Of one viewer, that wait for slow hooks; where the pointer is and the page's state count once."""
VIEWER_WAITING: Final = 256 * MIB
"""Bytes of the messages in which they came."""
VIEWER_COMMANDS: Final = 1_000
"""That wait for a page, or for its answer."""
VIEWER_KEPT: Final = 100
"""Changes of what is visible that a page which comes later is told again."""
VIEWER_PAGES: Final = 256
"""Displays of one viewer that are told apart, those that have gone among them."""
VIEWER_GROUPS: Final = 1_000
VIEWER_HOW: Final = 32 * MIB
"""What all groups of a viewer say of how they were made, as JSON; in memory it becomes many times as much."""
VIEWER_TEXT: Final = 500
"""Characters of a name or a sentence that a page says."""
VIEWER_STATE: Final = 8 * MIB
"""The state of a page, or a message of its own, as JSON: groups of six million cells."""
VIEWER_WORDS: Final = 9 * MIB
"""An event over HTTP without its buffers, as JSON: a state, and names. In memory it becomes many times as much."""
VIEWER_FIGURE: Final = 64 * MIB
"""A figure that a page sends."""
VIEWER_CHUNK: Final = 2 * MIB
"""Bytes of a resource in one message of a comm."""
VIEWER_CREDITS: Final = 8
"""Chunks that may be on their way to one page for one request."""
VIEWER_FETCHES: Final = 64
"""Requests of the pages of one viewer that are answered at the same time."""
VIEWER_READERS: Final = 4
"""Threads that read resources for comms, in one process."""
VIEWER_RESULTS: Final = 20
"""Answers to what the page asked that a viewer keeps for Python."""
VIEWER_NUMBERS: Final = 8_000_000
"""Numbers in all of them, 32 bytes each: three as long as answers can be. The last one is kept however long it is."""

# -- questions of a whole dataset
ASK_AT_ONCE: Final = 2
"""Questions of one viewer, or of one window, that are answered at the same time."""
ASK_THREADS: Final = 4
"""Threads that answer questions, in one process."""
ASK_WAITING: Final = 16
"""Questions of all windows of a server that are answered or wait."""
ASK_BODY: Final = 64 * MIB
"""A question with its sets of cells: fifty sets of ten million cells."""
ASK_WORDS: Final = 1 * MIB
"""A question without its sets, as JSON."""
ASK_SETS: Final = 256
"""Sets of cells in one question."""
ASK_GENES: Final = 10_000
"""Genes that a score may be of."""
ASK_ROWS: Final = 200_000
"""Rows of all tables of one answer."""
ASK_NUMBERS: Final = 8_000_000
"""Groups times genes of one comparison, each of 56 bytes while it is computed."""
ASK_ENTRIES: Final = 16_000_000
"""Values of a matrix that lies cell by cell which are turned round at once: 128 MiB, and as much again meanwhile."""
ASK_TELL_SECONDS: Final = 0.2
"""Between two words on how far an answer is."""
