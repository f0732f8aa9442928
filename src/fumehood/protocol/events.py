"""What happens in a room: the entries of its append-only log (design, section 4).

A runtime says most of them, the daemon says the rest and gives every one its room sequence number. No client can say
one. `RoomState.apply` (in `protocol.state`) folds them; the journal keeps the `Event`s. `Passing` events are for
whoever listens now and are not kept.
"""

from __future__ import annotations

from typing import Any, Literal

from fumehood.protocol.base import Message
from fumehood.protocol.outputs import BlobRef, Output
from fumehood.protocol.policy import Origin
from fumehood.protocol.trust import TrustChanged

KernelStatus = Literal["none", "starting", "idle", "busy", "restarting", "unresponsive", "dead"]
FinishStatus = Literal["ok", "error", "cancelled", "lost"]
"""`cancelled`: never started, or interrupted before it could; `lost`: the runtime or kernel died under it."""


class KernelChanged(Message, frozen=True, tag_field="type", tag="kernel"):
    status: KernelStatus
    spec: str = ""
    """The kernelspec's name."""
    display_name: str = ""
    language: str = ""
    language_info: dict[str, Any] = {}
    """`language_info` of the kernel_info_reply, once known; it goes into the saved notebook."""
    pid: int | None = None
    reason: str = ""
    """Why it is dead or restarting, in a sentence, with the signal and the peak memory."""
    peak_memory: int | None = None
    """Bytes of resident memory at its highest, when it ended."""


class Queued(Message, frozen=True, tag_field="type", tag="queued"):
    execution: str
    cell: str
    source_hash: str
    by: str
    time: float
    """Seconds since the epoch, as every `time` here."""
    origin: Origin = "own"
    """Of what it will say. The daemon's word, whatever the runtime's was."""


class Started(Message, frozen=True, tag_field="type", tag="started"):
    """The kernel has it. The cell's earlier outputs are gone from here on."""

    execution: str
    time: float


class Counted(Message, frozen=True, tag_field="type", tag="counted"):
    execution: str
    count: int
    """The number in `In [n]`."""


class OutputAdded(Message, frozen=True, tag_field="type", tag="output"):
    execution: str
    index: int
    """Position in the execution's outputs; always the next one."""
    output: Output


class OutputReplaced(Message, frozen=True, tag_field="type", tag="output_replaced"):
    """`update_display_data`, also of an earlier execution's output."""

    execution: str
    index: int
    output: Output


class StreamPatched(Message, frozen=True, tag_field="type", tag="stream"):
    """The open text of stream output `index` from character `at` to its end is now `text`.

    An append has `at` = length of the open text; a carriage return rewrites from the start of the last line.
    """

    execution: str
    index: int
    at: int
    """In Unicode code points."""
    text: str


class StreamSealed(Message, frozen=True, tag_field="type", tag="stream_sealed"):
    """The first `chars` characters of the open text have become a blob (UTF-8)."""

    execution: str
    index: int
    chars: int
    part: BlobRef


class OutputDropped(Message, frozen=True, tag_field="type", tag="output_dropped"):
    """Output over the limit: from here on it is only counted."""

    execution: str
    dropped: int
    """Bytes in all, so far."""


class OutputsCleared(Message, frozen=True, tag_field="type", tag="outputs_cleared"):
    execution: str


class InputRequested(Message, frozen=True, tag_field="type", tag="input"):
    """The code of this execution asks: `input()` or `getpass()`. Frame it as "code in cell N asks"."""

    execution: str
    request: str
    prompt: str
    password: bool


class InputClosed(Message, frozen=True, tag_field="type", tag="input_closed"):
    """Answered, or the execution ended without an answer."""

    execution: str
    request: str


class NextInput(Message, frozen=True, tag_field="type", tag="next_input"):
    """`set_next_input`: the daemon writes the text into the document, below the cell or in place of its source."""

    execution: str
    text: str
    replace: bool


class Finished(Message, frozen=True, tag_field="type", tag="finished"):
    execution: str
    status: FinishStatus
    time: float
    count: int | None = None


class OutputsLoaded(Message, frozen=True, tag_field="type", tag="outputs_loaded"):
    """A cell's outputs as the file had them, at open or after an outside edit."""

    cell: str
    outputs: tuple[Output, ...]
    count: int | None = None
    origin: Origin = "stranger"


class CellOutputsCleared(Message, frozen=True, tag_field="type", tag="cell_outputs_cleared"):
    """A person cleared the cell's outputs."""

    cell: str


class RuntimeLost(Message, frozen=True, tag_field="type", tag="runtime_lost"):
    """The runtime died: what the kernel said after `since` may be missing."""

    since: float
    reason: str


class FileSaved(Message, frozen=True, tag_field="type", tag="saved"):
    path: str
    time: float
    digest: str
    """SHA-256 of the file's bytes."""
    upgraded_from: str = ""
    """`"3.0"`: the file was of that nbformat and is 4.5 now."""


class FileMerged(Message, frozen=True, tag_field="type", tag="file_merged"):
    """The file changed outside and its changes are in the document now."""

    time: float
    edited: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    """Cells that both sides changed; ours is in the cell's version history."""


class Noticed(Message, frozen=True, tag_field="type", tag="notice"):
    """Something that the user should see: an error with its code and hint, in the room it concerns."""

    time: float
    code: str
    message: str
    hint: str = ""
    cell: str | None = None
    package: str = ""
    """Of what is missing: the requirements that would bring it, to be added to the notebook; one a line."""


class DirtyChanged(Message, frozen=True, tag_field="type", tag="dirty"):
    """Whether the document or its outputs differ from the file."""

    dirty: bool


class SavingChanged(Message, frozen=True, tag_field="type", tag="saving"):
    """Whether the file is written only when somebody saves. Nothing is lost meanwhile: the journal has all."""

    manual: bool


Event = (
    KernelChanged
    | Queued
    | Started
    | Counted
    | OutputAdded
    | OutputReplaced
    | StreamPatched
    | StreamSealed
    | OutputDropped
    | OutputsCleared
    | InputRequested
    | InputClosed
    | NextInput
    | Finished
    | OutputsLoaded
    | CellOutputsCleared
    | RuntimeLost
    | FileSaved
    | FileMerged
    | Noticed
    | DirtyChanged
    | SavingChanged
    | TrustChanged
)


class CommOpened(Message, frozen=True, tag_field="type", tag="comm_open"):
    comm: str
    target: str
    data: dict[str, Any]
    metadata: dict[str, Any] = {}
    buffers: tuple[bytes | BlobRef, ...] = ()
    """Above `limits.EPHEMERAL_INLINE` an ephemeral blob."""


class CommMessage(Message, frozen=True, tag_field="type", tag="comm_msg"):
    comm: str
    data: dict[str, Any]
    metadata: dict[str, Any] = {}
    buffers: tuple[bytes | BlobRef, ...] = ()


class CommClosed(Message, frozen=True, tag_field="type", tag="comm_close"):
    comm: str
    data: dict[str, Any] = {}


class GrantAsked(Message, frozen=True, tag_field="type", tag="grant_asked"):
    """An agent wants to run these cells in a kernel that is not sandboxed."""

    request: str
    agent: str
    cells: tuple[str, ...]


class GrantSettled(Message, frozen=True, tag_field="type", tag="grant_settled"):
    request: str
    allowed: bool


class PolicyChanged(Message, frozen=True, tag_field="type", tag="policy"):
    """What outputs of this notebook may reach is to be asked anew (`policy.show`)."""


CommEvent = CommOpened | CommMessage | CommClosed
Passing = CommOpened | CommMessage | CommClosed | GrantAsked | GrantSettled | PolicyChanged
AnyEvent = Event | Passing
