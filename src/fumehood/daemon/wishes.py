"""What one room asks to have installed, and where that stands. A part of the room.

It is read from the live document and the folder beside it, in a thread, whenever something that asks was changed: the
metadata's tables, a cell that speaks to installers, a person's word about a file beside the notebook. Keys pressed in
other cells cost one look at the cell's text. Of files above the notebook's folder nobody tells that they were written:
whoever decides something reads everything anew (`look`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from fumehood.core import limits
from fumehood.core.errors import HoodError, LimitExceeded, NotApproved
from fumehood.core.ids import CellId
from fumehood.daemon.room import Room
from fumehood.document.cells import Changed
from fumehood.environments import asking
from fumehood.protocol.trust import Asked, Plan, TrustChanged
from fumehood.trust import sheets
from fumehood.trust.approvals import Approval
from fumehood.trust.ledger import Found, Ledger
from fumehood.trust.records import Record, Where

TABLES: Final = ("runt", "uv", "conda")
OURS: Final = "fumehood"
POINTER: Final = "trust"
"""In our table of the metadata: which record is the notebook's. Never an authority."""
BESIDE: Final = frozenset(
    ("pyproject.toml", "requirements.txt", "environment.yml", "environment.yaml", "pixi.toml", "uv.toml", "pip.conf",
     ".python-version")
)  # fmt: skip
"""Files beside a notebook whose change is worth another look, so that who watches the room sees where it stands."""


class Surroundings(NamedTuple):
    """What is the same for every room."""

    ledger: Ledger
    machine: str
    environ: Mapping[str, str]
    """Of the daemon's start."""
    home: Path
    """Where the user's own configuration is."""


class View(NamedTuple):
    """One look."""

    where: Where
    asked: Asked
    """With the offers that were taken up."""
    now: str
    """Its digest."""
    asks: bool
    found: Found
    taken: frozenset[str]
    approval: Approval | None
    why: str
    """Why there is none."""


class Wishes:
    def __init__(self, room: Room, around: Surroundings) -> None:
        self._room = room
        self._around = around
        self._looking = asyncio.Lock()
        self._speaking = {
            cell.id for cell in room.notebook.cells() if cell.type == "code" and asking.speaks(cell.source)
        }
        self._tables = _tables(room.notebook.metadata())
        self._settling: asyncio.Task[None] | None = None
        self.busy = asyncio.Lock()
        """Held while a person's word is taken, so that two of them are one after the other."""
        self.view: View | None = None
        """As of the last look; `None` where something changed since."""
        self.looks = 0
        """How often was looked."""
        self.plan: Plan | None = None
        """What the last check came to."""
        self.checking = False
        self.problem = ""
        self.accepted: frozenset[str] = frozenset()
        """Hosts that a person accepted by name since the room was opened."""
        self.proposed_by = room.state.trust.by
        self._unsubscribe = room.notebook.on_change(self._edited)

    def close(self) -> None:
        self._unsubscribe()

    # -- what changes it

    def _edited(self, changed: Changed) -> None:
        if not (self._touched(changed) or (changed.metadata and self._retabled())):
            return
        by, agent = self._room.author
        if agent:
            self.proposed_by = by
        self.stale()

    def _touched(self, changed: Changed) -> bool:
        touched = False
        for cell in changed.edited | changed.described | changed.added | changed.removed:
            spoke = cell in self._speaking
            if self._speaks(cell):
                self._speaking.add(cell)
                touched = True
            elif spoke:
                self._speaking.discard(cell)
                touched = True
        return touched or not self._speaking.isdisjoint(changed.moved)

    def _speaks(self, cell: CellId) -> bool:
        if cell not in self._room.notebook:
            return False
        found = self._room.notebook.cell(cell)
        return found.type == "code" and asking.speaks(found.source)

    def _retabled(self) -> bool:
        now = _tables(self._room.notebook.metadata())
        if now == self._tables:
            return False
        self._tables = now
        return True

    def accept(self, hosts: frozenset[str]) -> None:
        """A person accepts them by name. Raises LimitExceeded."""
        accepted = self.accepted | hosts
        if len(accepted) > limits.ACCEPTED_HOSTS:
            raise LimitExceeded(f"At most {limits.ACCEPTED_HOSTS} hosts can be accepted for a notebook.")
        self.accepted = accepted

    def stale(self) -> None:
        """It is looked at anew, soon; until then nobody believes the last look."""
        self.view = None
        if self._settling is None and not self._room.closed:
            self._settling = self._room.tasks.start(self._settle(), f"wishes of {self._room.id}")

    async def _settle(self) -> None:
        await asyncio.sleep(0)  # once for all that this step changes
        self._settling = None
        await self.look()

    # -- looking

    async def look(self) -> View:
        """Reads everything anew. Raises nothing but what a defect raises."""
        async with self._looking:
            while True:
                notebook = self._room.notebook
                metadata = notebook.metadata()
                cells = [(str(cell.id), cell.source) for cell in notebook.cells() if cell.id in self._speaking]
                view = await asyncio.to_thread(self._look, self._where(), metadata, cells)
                # What only offers may have been taken up at the place where it was.
                wants = view.asks or bool(view.asked.offered)
                if not wants or view.approval is not None or not await self._moved(view, metadata):
                    break
            self.looks += 1
            if metadata == notebook.metadata() and self._settling is None:
                self.view = view
            if not view.asks or view.approval is not None:
                self.proposed_by = ""
            self.tell(view)
            return view

    def _where(self) -> Where:
        claim = self._room.file.claim
        device, inode = (0, 0) if claim is None else (claim.device, claim.inode)
        return Where(self._room.id, str(self._room.file.path), device, inode, self._around.machine)

    def _look(self, where: Where, metadata: dict[str, Any], cells: list[tuple[str, str]]) -> View:
        """Blocks."""
        around = self._around
        plain = asking.read(metadata, cells, Path(where.path), around.environ, around.home)
        found = around.ledger.find(where)
        taken = asking.files(metadata)
        if taken is None:
            # Of an approval that was given before notebooks said it themselves.
            taken = frozenset(found.record.taken) if found.record is not None else frozenset()
        asked = sheets.with_offers(plain, taken)
        now = asking.digest(asked)
        approval, why = None, ""
        try:
            approval = found.approval(where, now)
        except NotApproved as error:
            why = error.message
        return View(where, asked, now, asking.asks(asked), found, taken, approval, why)

    async def _moved(self, view: View, metadata: dict[str, Any]) -> bool:
        """Whether an approval was bound to this place, because its file was moved here."""
        if view.found.record is not None:
            return False
        old = await asyncio.to_thread(_elsewhere, self._around.ledger, view, _pointer(metadata))
        if old is None:
            return False
        try:
            await self._around.ledger.rebind(*old, view.where)
        except HoodError as error:
            self._room.notice(error)
            return False
        return True

    # -- telling

    def status(self, view: View) -> sheets.Situation:
        return sheets.Situation(
            asks=view.asks,
            plan=sheets.current(self.plan, view.now) or sheets.current(view.found.plan, view.now),
            approved=view.approval is not None,
            checking=self.checking,
            proposed_by=self.proposed_by,
            problem=self.problem,
            day=time.strftime("%Y-%m-%d", time.gmtime()),
        )

    def tell(self, view: View) -> None:
        """The room's listeners, where it stands otherwise than they know."""
        status = sheets.status(view.asked, view.now, self.status(view))
        by = self.proposed_by if status == "proposed" else ""
        self.emit(TrustChanged(status=status, environment=self._room.state.trust.environment, by=by))

    def progress(self, step: str, done: int = 0, total: int = 0) -> None:
        known = self._room.state.trust
        self.emit(TrustChanged(known.status, step, done, total, known.environment, known.by))

    def runs_in(self, environment: str) -> None:
        known = self._room.state.trust
        self.emit(TrustChanged(known.status, environment=environment, by=known.by))

    def emit(self, event: TrustChanged) -> None:
        if event != self._room.state.trust and not self._room.closed:
            self._room.log.emit(event)


def _tables(metadata: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: metadata[name] for name in TABLES if name in metadata}
    ours = metadata.get(OURS)
    found[OURS] = ours.get("dependencies") if isinstance(ours, Mapping) else ours
    return found


def _pointer(metadata: Mapping[str, Any]) -> tuple[str, str]:
    """Notebook and record that the file names; empty where it names none."""
    ours = metadata.get(OURS)
    said = ours.get(POINTER) if isinstance(ours, Mapping) else None
    if not isinstance(said, Mapping):
        return "", ""
    notebook, record = said.get("notebook"), said.get("record")
    return (notebook, record) if isinstance(notebook, str) and isinstance(record, str) else ("", "")


def _elsewhere(ledger: Ledger, view: View, pointer: tuple[str, str]) -> tuple[Record, Plan] | None:
    """The approval that came here with its file: of the same wishes, from a place where nothing is any more."""
    for one in ledger.elsewhere(view.where):
        # As it would be asked with what was taken up there.
        if one.record.asked != asking.digest(sheets.with_offers(view.asked, one.record.taken)):
            continue
        same_file = one.claim == (view.where.device, view.where.inode) != (0, 0)
        if not same_file and pointer != (one.record.notebook, one.digest):
            continue
        if one.record.path == view.where.path or _is_gone(one.record.path):
            return one.record, one.plan
    return None


def _is_gone(path: str) -> bool:
    """Only where the operating system says so: what cannot be looked at may well be there."""
    try:
        Path(path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
