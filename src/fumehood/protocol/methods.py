"""The JSON-RPC methods of the control and agent sockets, as one table.

`METHODS` is the whole of what a client can ask: name, parameters, result, and which sockets carry it. The doors
dispatch by it, the client encodes by it, the TypeScript types and the reference are generated from it, and the
security tests call every entry. A method that is not in the table does not exist.

Sockets are roles: `person` is control.sock, `agent` is agent.sock, `cell` is code of a kernel on agent.sock, which
reaches its own room only.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from fumehood.protocol.base import Message
from fumehood.protocol.events import AnyEvent
from fumehood.protocol.outputs import BlobRef
from fumehood.protocol.policy import AllowParams, GuestPage, GuestParams, PolicyParams, PolicyView
from fumehood.protocol.state import RoomState
from fumehood.protocol.trust import (
    AllGiven,
    ApproveParams,
    CheckParams,
    DependenciesEdited,
    DependenciesParams,
    NotebookParams,
    OfferParams,
    Sheet,
    SheetParams,
)

VERSION = 1

Role = Literal["person", "agent", "cell"]
CellType = Literal["code", "markdown", "raw"]


class Empty(Message, frozen=True):
    """No parameters, or no result."""


# -- the daemon


class HelloParams(Message, frozen=True):
    """Must be the first message on a connection."""

    version: int
    client: str
    """`hood run`, a program's name: shown to other clients as who edited and ran."""


class HelloResult(Message, frozen=True):
    version: int
    build: str
    incarnation: str
    role: Role
    peer: int
    """Number of this connection."""
    blobs: str
    """`http://127.0.0.1:PORT`; append `/blob/{sha256}`."""
    guest: str = ""
    """Absolute address of the sealed page under the strictest policy that is built in; empty where no page was built.
    `policy.guest` gives those of others."""


class StopParams(Message, frozen=True):
    reason: Literal["user", "takeover"] = "user"
    kill: bool = False
    """Ends the kernels too; otherwise they go on and the next daemon finds them."""


class RoomSummary(Message, frozen=True):
    room: str
    path: str
    kernel: str
    """An `events.KernelStatus`."""
    spec: str = ""
    environment: str = ""
    """The built one that the kernel runs in, by its name; empty: the kernelspec as it is installed."""
    running: str | None = None
    """The cell that runs."""
    queued: int = 0
    clients: int = 0
    dirty: bool = False
    kernel_pid: int | None = None
    runtime_pid: int | None = None
    started: float | None = None
    """When the running cell started."""


class StatusResult(Message, frozen=True):
    pid: int
    build: str
    incarnation: str
    started: float
    control_socket: str
    agent_socket: str
    blobs: str
    rooms: tuple[RoomSummary, ...]
    clients: int
    warm: int
    """Warm kernels in the pool."""
    memory: int
    """Resident bytes of the daemon."""


# -- rooms


class OpenParams(Message, frozen=True):
    path: str
    """Absolute. A client resolves relative paths against its own working directory."""
    create: bool = False
    """Makes an empty notebook where no file is."""
    env: dict[str, str] = {}
    """The person's environment variables, for a kernel that this room starts from now on. Ignored from agents."""


class ReadOnlyText(Message, frozen=True):
    """Why the file could not be opened as a notebook, and its text as far as it can be shown."""

    code: str
    reason: str
    text: str
    truncated: bool = False


class OpenResult(Message, frozen=True):
    room: str
    path: str
    state: RoomState
    seq: int
    """Events after this number follow as `room.events`."""
    format: str = "4.5"
    """nbformat of the file; anything below 4.5 is upgraded at the first save."""
    read_only: ReadOnlyText | None = None


class RoomParams(Message, frozen=True):
    room: str


class SaveParams(Message, frozen=True):
    room: str
    path: str | None = None
    """Another file: a copy is written there and the room stays with its own."""
    overwrite: bool = False
    """Only with `path`: replaces a file that exists."""


class SaveResult(Message, frozen=True):
    path: str
    digest: str
    """SHA-256 of the file."""
    changed: bool
    """False where there was nothing to write."""


class Exported(Message, frozen=True):
    html: BlobRef
    """One file that needs nothing else; swept like every blob that nothing refers to."""


class AutosaveParams(Message, frozen=True):
    room: str
    on: bool


class CloseParams(Message, frozen=True):
    room: str
    kill: bool = True
    """Ends the room's kernel."""


class Version(Message, frozen=True):
    time: float
    by: str
    source: str


class CellParams(Message, frozen=True):
    room: str
    cell: str


class Versions(Message, frozen=True):
    versions: tuple[Version, ...]
    """Oldest first."""


class TrashedCell(Message, frozen=True):
    cell: str
    type: CellType
    source: str
    deleted: float


class Trash(Message, frozen=True):
    cells: tuple[TrashedCell, ...]


# -- cells (the calls of agents, and of clients that keep no replica)


class CellView(Message, frozen=True):
    cell: str
    type: CellType
    source: str
    version: str
    """The source hash: what an edit or `cell.execute` is based on."""
    metadata: dict[str, Any] = {}


class ReadParams(Message, frozen=True):
    room: str
    cell: str | None = None
    """One cell, or all in order."""


class Cells(Message, frozen=True):
    cells: tuple[CellView, ...]


class InsertParams(Message, frozen=True):
    room: str
    source: str
    type: CellType = "code"
    after: str | None = None
    """A cell id; absent: at the top."""
    metadata: dict[str, Any] = {}


class EditParams(Message, frozen=True):
    room: str
    cell: str
    source: str
    version: str
    """Of the source that the edit is based on; another one is refused with `cell.stale_version`."""


class MoveParams(Message, frozen=True):
    room: str
    cell: str
    after: str | None = None


class DeleteParams(Message, frozen=True):
    room: str
    cell: str
    version: str


class Edited(Message, frozen=True):
    cell: str
    version: str


class CellRef(Message, frozen=True):
    cell: str
    source_hash: str
    """Of the source that the person saw (`core.ids.source_hash`)."""
    execution: str
    """Chosen by the client (`core.ids.new_execution_id`), so that a repeated request runs once."""


class ExecuteParams(Message, frozen=True):
    """Queues the cells in this order. Nothing is queued when one of them is stale or missing."""

    room: str
    cells: tuple[CellRef, ...]
    stop_on_error: bool = True


class ExecuteResult(Message, frozen=True):
    executions: tuple[str, ...]


class ClearParams(Message, frozen=True):
    room: str
    cells: tuple[str, ...] = ()
    """Empty: all."""


# -- kernels


class KernelSpecView(Message, frozen=True):
    name: str
    display_name: str
    language: str
    argv: tuple[str, ...]
    folder: str
    usable: bool
    problem: str = ""
    """Why it is refused: who could have written it."""


class KernelSpecs(Message, frozen=True):
    default: str
    specs: tuple[KernelSpecView, ...]


class StartParams(Message, frozen=True):
    room: str
    spec: str = ""
    """Empty: the notebook's, else the default."""
    without: bool = False
    """Without what the notebook asks to have installed: an installed kernelspec as it is, this time."""


class ForceParams(Message, frozen=True):
    room: str
    force: bool = False
    """Kill instead of ask."""


class CompleteParams(Message, frozen=True):
    room: str
    code: str
    cursor: int
    """In Unicode code points, as the Jupyter messaging specification counts (version 5.2 and later)."""


class CompleteResult(Message, frozen=True):
    matches: tuple[str, ...]
    start: int
    end: int
    metadata: dict[str, Any] = {}


class InspectParams(Message, frozen=True):
    room: str
    code: str
    cursor: int
    detail: int = 0


class InspectResult(Message, frozen=True):
    found: bool
    data: dict[str, Any] = {}


class HistoryParams(Message, frozen=True):
    room: str
    n: int = 50
    pattern: str = ""


class HistoryResult(Message, frozen=True):
    entries: tuple[tuple[int, int, str], ...]
    """(session, line, source)."""


class InputParams(Message, frozen=True):
    room: str
    request: str
    value: str


class CommParams(Message, frozen=True):
    room: str
    comm: str
    kind: Literal["comm_open", "comm_msg", "comm_close"] = "comm_msg"
    target: str = ""
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    buffers: tuple[bytes, ...] = ()
    """Base64 in JSON."""
    wait: bool = False
    """The answer comes when the kernel has done with it, and after all that it said meanwhile."""


# -- grants (an agent's execute in a person's kernel)


class GrantParams(Message, frozen=True):
    room: str
    request: str
    allow: bool
    scope: Literal["once", "room"] = "once"


class Grant(Message, frozen=True):
    agent: str
    request: str = ""
    """Set while it waits for a person."""
    cells: tuple[str, ...] = ()


class Grants(Message, frozen=True):
    grants: tuple[Grant, ...]


class RevokeParams(Message, frozen=True):
    room: str
    agent: str


# -- files (the opening page)

EntryKind = Literal["folder", "notebook", "file"]


class RecentNotebook(Message, frozen=True):
    path: str
    name: str
    folder: str
    opened: float
    """When it was opened or left last."""
    exists: bool
    kernel: str = ""
    """An `events.KernelStatus` where it is open now."""


class Recent(Message, frozen=True):
    entries: tuple[RecentNotebook, ...]
    """Newest first."""


class FolderParams(Message, frozen=True):
    folder: str
    """Absolute."""


class Folders(Message, frozen=True):
    folders: tuple[str, ...]
    """The one that was granted last comes first."""


class FolderEntry(Message, frozen=True):
    name: str
    """Whatever the file is called; bytes that are no text are replaced, and then it cannot be opened by this name."""
    kind: EntryKind
    size: int
    modified: float
    openable: bool
    """Notebooks and folders that a page can go on to; never where a link leads out of what was granted."""


class Listing(Message, frozen=True):
    folder: str
    """Its canonical path."""
    parent: str | None
    """`None`: the folder above was not granted."""
    entries: tuple[FolderEntry, ...]
    """Folders, then notebooks, then the rest, each by name. Hidden names are left out."""
    truncated: bool = False
    """There are more."""


class CreateParams(Message, frozen=True):
    folder: str
    name: str
    """With or without `.ipynb`; a number is added where the name is taken."""
    kernel: str = ""
    """A kernelspec's name; empty: the notebook names none."""


class ImportParams(Message, frozen=True):
    folder: str
    name: str
    text: str
    """A notebook file, as it is."""


class NewFile(Message, frozen=True):
    path: str


class Preferences(Message, frozen=True):
    text: str
    """What a person set about the page: a JSON object that the page alone understands."""


# -- notifications, daemon to client


class RoomEvents(Message, frozen=True):
    room: str
    seq: int
    """Number of the last event; passing events have none of their own."""
    events: tuple[AnyEvent, ...]


class Acknowledged(Message, frozen=True):
    """So many update frames of this connection for this room are in the journal."""

    room: str
    updates: int


class RefusedUpdate(Message, frozen=True):
    """Update frame number `update` of this connection was not taken; the client must fetch the document anew."""

    room: str
    update: int
    code: str
    message: str


class RoomClosed(Message, frozen=True):
    room: str
    reason: str


class DaemonLeaving(Message, frozen=True):
    reason: str


class Method(NamedTuple):
    params: type
    result: type
    roles: frozenset[Role]


_ALL: frozenset[Role] = frozenset(("person", "agent", "cell"))
_PERSON: frozenset[Role] = frozenset(("person",))
_AGENT: frozenset[Role] = frozenset(("person", "agent"))

METHODS: dict[str, Method] = {
    "daemon.hello": Method(HelloParams, HelloResult, _ALL),
    "daemon.status": Method(Empty, StatusResult, _AGENT),
    "daemon.stop": Method(StopParams, Empty, _PERSON),
    "room.open": Method(OpenParams, OpenResult, _AGENT),
    "room.attach": Method(RoomParams, OpenResult, _ALL),
    "room.leave": Method(RoomParams, Empty, _ALL),
    "room.save": Method(SaveParams, SaveResult, _PERSON),
    "room.export": Method(RoomParams, Exported, _PERSON),
    "room.autosave": Method(AutosaveParams, Empty, _PERSON),
    "room.close": Method(CloseParams, Empty, _PERSON),
    "room.trash": Method(RoomParams, Trash, _AGENT),
    "cell.read": Method(ReadParams, Cells, _ALL),
    "cell.insert": Method(InsertParams, Edited, _ALL),
    "cell.edit": Method(EditParams, Edited, _ALL),
    "cell.move": Method(MoveParams, Edited, _ALL),
    "cell.delete": Method(DeleteParams, Edited, _ALL),
    "cell.restore": Method(CellParams, Edited, _AGENT),
    "cell.versions": Method(CellParams, Versions, _AGENT),
    "cell.clear": Method(ClearParams, Empty, _AGENT),
    "cell.execute": Method(ExecuteParams, ExecuteResult, _AGENT),
    "kernel.specs": Method(Empty, KernelSpecs, _AGENT),
    "kernel.start": Method(StartParams, Empty, _PERSON),
    "kernel.interrupt": Method(RoomParams, Empty, _AGENT),
    "kernel.restart": Method(StartParams, Empty, _PERSON),
    "kernel.shutdown": Method(ForceParams, Empty, _PERSON),
    "kernel.complete": Method(CompleteParams, CompleteResult, _PERSON),
    "kernel.inspect": Method(InspectParams, InspectResult, _PERSON),
    "kernel.history": Method(HistoryParams, HistoryResult, _PERSON),
    "kernel.input": Method(InputParams, Empty, _PERSON),
    "comm.send": Method(CommParams, Empty, _PERSON),
    "grant.list": Method(RoomParams, Grants, _PERSON),
    "grant.settle": Method(GrantParams, Empty, _PERSON),
    "grant.revoke": Method(RevokeParams, Empty, _PERSON),
    "files.recent": Method(Empty, Recent, _PERSON),
    "files.list": Method(FolderParams, Listing, _PERSON),
    "files.grant": Method(FolderParams, FolderParams, _PERSON),
    "files.revoke": Method(FolderParams, Empty, _PERSON),
    "files.grants": Method(Empty, Folders, _PERSON),
    "files.create": Method(CreateParams, NewFile, _PERSON),
    "files.import": Method(ImportParams, NewFile, _PERSON),
    "policy.show": Method(PolicyParams, PolicyView, _PERSON),
    "policy.allow": Method(AllowParams, PolicyView, _PERSON),
    "policy.revoke": Method(AllowParams, PolicyView, _PERSON),
    "policy.guest": Method(GuestParams, GuestPage, _PERSON),
    "trust.sheet": Method(SheetParams, Sheet, _PERSON),
    "trust.check": Method(CheckParams, Sheet, _PERSON),
    "trust.approve": Method(ApproveParams, Sheet, _PERSON),
    "trust.offer": Method(OfferParams, Sheet, _PERSON),
    "trust.revoke": Method(NotebookParams, Empty, _PERSON),
    "trust.list": Method(Empty, AllGiven, _PERSON),
    "dependencies.edit": Method(DependenciesParams, DependenciesEdited, _AGENT),
    "preferences.read": Method(Empty, Preferences, _PERSON),
    "preferences.write": Method(Preferences, Empty, _PERSON),
}

NOTIFICATIONS: dict[str, type] = {
    "room.events": RoomEvents,
    "room.closed": RoomClosed,
    "document.acknowledged": Acknowledged,
    "document.refused": RefusedUpdate,
    "daemon.leaving": DaemonLeaving,
}
