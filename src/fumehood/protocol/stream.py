"""The stream between the daemon and one runtime: commands down, reports up (design, sections 3 and 4).

Frames are a 4-byte big-endian length and that many bytes of msgpack, over the runtime's Unix socket or over the stdio
of ssh. Reports that must not be lost are `Numbered`: the runtime spools them before it sends and sends them again to
the next daemon until they are acknowledged. Bytes of blobs come before the event that names them.
"""

from __future__ import annotations

from typing import Any

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.protocol.base import Message, decode_pack, encode_pack
from fumehood.protocol.events import CommEvent, Event

VERSION = 1


# -- down


class Hello(Message, frozen=True, tag_field="type", tag="hello"):
    version: int
    acked: int
    """The last number that the journal holds; 0 for none."""


class Adopt(Message, frozen=True, tag_field="type", tag="adopt"):
    """Makes the runtime (fresh or from the pool) this room's, and starts its kernel where none is warm."""

    room: str
    spec: str
    """A kernelspec's name; empty for the default one."""
    cwd: str
    env: dict[str, str] = {}
    """Added to the kernel's environment."""
    python: str = ""
    """The interpreter of a built environment, whose own ipykernel is started; then `spec` is not looked at."""


class Execute(Message, frozen=True, tag_field="type", tag="execute"):
    """Idempotent by `execution`: a repeated one is not queued again."""

    execution: str
    cell: str
    source: str
    source_hash: str
    by: str
    stop_on_error: bool = True
    """An error of this cell cancels everything that waits behind it."""


class Cancel(Message, frozen=True, tag_field="type", tag="cancel"):
    """Takes executions out of the queue; empty: all that have not started."""

    executions: tuple[str, ...] = ()


class Interrupt(Message, frozen=True, tag_field="type", tag="interrupt"):
    """Cancels what waits and interrupts what runs, with escalation."""


class Restart(Message, frozen=True, tag_field="type", tag="restart"):
    spec: str = ""
    """Another kernelspec, or empty for the same."""
    python: str | None = None
    """Another environment's interpreter, as in `Adopt`; empty: the kernelspec's own again; `None`: as it is."""


class Extend(Message, frozen=True, tag_field="type", tag="extend"):
    """Lets the running kernel import what another environment has beyond its own; at a restart it runs in that one.

    Only for an environment that holds all of the kernel's own, file by file, and more (`environments.live`). Answered
    by a `Reply`; refused while a cell runs.
    """

    id: int
    python: str
    """The other environment's interpreter."""


class Shutdown(Message, frozen=True, tag_field="type", tag="shutdown"):
    """Ends the kernel, then the runtime; its spool is sent before, and removed when acknowledged."""

    force: bool = False


class Answer(Message, frozen=True, tag_field="type", tag="input_reply"):
    request: str
    value: str


class Ask(Message, frozen=True, tag_field="type", tag="ask"):
    """A question to the kernel: `complete`, `inspect` or `history`, with the content of the Jupyter request."""

    id: int
    what: str
    content: dict[str, Any]


class CommSend(Message, frozen=True, tag_field="type", tag="comm_send"):
    kind: str
    """`comm_open`, `comm_msg` or `comm_close`."""
    comm: str
    data: dict[str, Any]
    target: str = ""
    metadata: dict[str, Any] = {}
    buffers: tuple[bytes, ...] = ()
    id: int = 0
    """Of the `Reply` that is wanted when the kernel has done with it; 0: of none."""


class Ack(Message, frozen=True, tag_field="type", tag="ack"):
    """All up to `seq` is in the journal: the spool may forget it."""

    seq: int


Command = Hello | Adopt | Execute | Cancel | Interrupt | Restart | Extend | Shutdown | Answer | Ask | CommSend | Ack


# -- up


class Welcome(Message, frozen=True, tag_field="type", tag="welcome"):
    """Answers `Hello`. The live comms follow as `CommEvent`s, then all numbered reports after `Hello.acked`."""

    version: int
    runtime: str
    pid: int
    kernel_pid: int | None
    room: str = ""
    """Empty for a warm one that nobody adopted."""
    last: int = 0
    """The highest number given out."""
    ready: bool = False
    """A kernel runs and answered kernel_info."""


class Ready(Message, frozen=True, tag_field="type", tag="ready"):
    """A warm kernel came up (only before adoption; afterwards `KernelChanged` says it)."""

    kernel_pid: int


class BlobChunk(Message, frozen=True, tag_field="type", tag="blob"):
    """A piece of a blob. The last one completes it; `hash` and `size` are of the whole."""

    hash: str
    size: int
    offset: int
    data: bytes
    ephemeral: bool = False
    """For a comm's buffer: kept in memory only, gone with the kernel."""


class Numbered(Message, frozen=True, tag_field="type", tag="numbered"):
    seq: int
    """1, 2, 3, ... over the runtime's life."""
    body: Event | BlobChunk


class CommReport(Message, frozen=True, tag_field="type", tag="comm"):
    """Not numbered and not spooled: the runtime keeps the state of live comms and tells it anew to each daemon."""

    event: CommEvent


class EphemeralBlob(Message, frozen=True, tag_field="type", tag="ephemeral"):
    chunk: BlobChunk


class Reply(Message, frozen=True, tag_field="type", tag="reply"):
    """Answers `Ask`, and a `CommSend` that has an id."""

    id: int
    content: dict[str, Any] = {}
    error: str = ""
    """A code of `core.errors`, empty for none."""
    message: str = ""


class Refusal(Message, frozen=True, tag_field="type", tag="refusal"):
    """A command that could not be carried out."""

    command: str
    code: str
    message: str
    execution: str = ""


Report = Welcome | Ready | Numbered | CommReport | EphemeralBlob | Reply | Refusal


def frame(message: Any) -> bytes:
    """Raises `LimitExceeded` for a message over `limits.STREAM_FRAME`."""
    body = encode_pack(message)
    if len(body) > limits.STREAM_FRAME:
        raise LimitExceeded("A frame of the runtime's stream is too large.")
    return len(body).to_bytes(4, "big") + body


def parse_command(body: bytes) -> Command:
    return decode_pack(body, Command)  # type: ignore[arg-type]  # mypy: a union is not a type[T]


def parse_report(body: bytes | memoryview) -> Report:
    return decode_pack(body, Report)  # type: ignore[arg-type]
