"""The gate before every kernel, and what a person says at it (design, section 7).

With wishes of the notebook's own and no approval that verifies, no runtime starts. A person is shown a sheet, has it
checked, and approves the very sheet that they saw: its digest is compared after everything was read anew. What is
installed is decided here and nowhere else, and `build` demands the `Approval` that only a verified record gives.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from fumehood.core import limits
from fumehood.core.errors import (
    BadMessage,
    FileMissing,
    HoodError,
    HostNotAccepted,
    LimitExceeded,
    NotApproved,
    NotChecked,
    SheetChanged,
)
from fumehood.core.ids import RoomId
from fumehood.core.paths import Paths
from fumehood.daemon import dependencies
from fumehood.daemon.room import Room
from fumehood.daemon.subscribers import Listener
from fumehood.daemon.wishes import BESIDE, OURS, POINTER, Surroundings, View, Wishes
from fumehood.environments import live
from fumehood.protocol import trust as wire
from fumehood.store.journal import Journal
from fumehood.trust import records, sheets
from fumehood.trust.approvals import Approval
from fumehood.trust.ledger import Ledger
from fumehood.trust.records import Record

Progress = Callable[[str, int, int], None]
"""What is done now, how much of it is done, and of how much; 0 of 0: not known."""


def _nothing() -> None:
    pass


class Built(Protocol):
    @property
    def python(self) -> Path: ...
    @property
    def name(self) -> str: ...


class Installer(Protocol):
    """What resolves and installs."""

    async def resolve(
        self, asked: wire.Asked, accepted: frozenset[str], paths: Paths, progress: Progress
    ) -> wire.Plan: ...

    async def build(
        self, approval: Approval, plan: wire.Plan, paths: Paths, progress: Progress, notebook: Path
    ) -> Built:
        """`notebook`: whom it is to serve."""
        ...

    def has(self, environment: str, paths: Paths, after: wire.Plan) -> live.Has | None:
        """What is in an environment that was built, by its name, to be compared with `after`; `None` where that is not
        known. Blocks."""
        ...


class Clearance(NamedTuple):
    """What a kernel may be started with."""

    python: str = ""
    """The interpreter of the environment; empty: an installed kernelspec as it is."""
    environment: str = ""
    """Its name."""


class Trusting:
    def __init__(
        self,
        journal: Journal,
        paths: Paths,
        installer: Installer,
        judge: sheets.Judge,
        environ: Mapping[str, str] | None = None,
        home: Path | None = None,
    ) -> None:
        self._paths = paths
        self._installer = installer
        self._judge = judge
        self._ledger = Ledger(journal, paths)
        own = dict(os.environ if environ is None else environ)
        self._around = Surroundings(self._ledger, records.machine(), own, home or Path.home())
        self._rooms: dict[RoomId, Wishes] = {}

    # -- rooms

    def enter(self, room: Room) -> Wishes:
        wishes = self._rooms[room.id] = Wishes(room, self._around)
        room.parts.append(wishes)
        room.parts.append(_Leaving(self._rooms, room.id))
        return wishes

    async def opened(self, room: Room) -> None:
        """Whoever opens it finds where it stands; what was approved is looked at while the person reads already."""
        if room.state.trust.status == "approved":
            self.of(room).stale()
        else:
            await self.of(room).look()

    def of(self, room: Room) -> Wishes:
        return self._rooms[room.id]

    def beside(self, room: Room, name: str) -> None:
        """A file of this name was written in the room's folder."""
        if name in BESIDE and not room.closed:
            self.of(room).stale()

    # -- the gate

    def at_once(self, room: Room, without: bool) -> Clearance | None:
        """What can be said without reading anything: nothing is asked for. `None`: `clear` says it."""
        view = self.of(room).view
        return Clearance() if without or (view is not None and not view.asks) else None

    async def clear(self, room: Room, without: bool = False, granted: Callable[[], None] = _nothing) -> Clearance:
        """Before a kernel starts, whoever wants it. Builds what was approved, where it is not there yet.

        `without`: a person wants an installed kernelspec as it is, this time. `granted` is called once it stands that
        a person approved it, before anything is built. Raises NotApproved, and what `build` raises.
        """
        if without:
            return Clearance()
        wishes = self.of(room)
        view = await wishes.look()
        if not view.asks:
            return Clearance()
        plan = view.found.plan
        if view.approval is None or plan is None:
            raise NotApproved(
                f"This notebook asks for packages that no person has approved. {view.why}".strip(),
                hint=f"`hood trust review {room.file.path.name}` shows them, and asks.",
                requirements=list(sheets.texts(view.asked.requirements))[: limits.REQUIREMENTS_TOLD],
            )
        granted()
        try:
            built = await self._installer.build(view.approval, plan, self._paths, wishes.progress, room.file.path)
        except HoodError as error:
            wishes.problem = error.message
            wishes.tell(view)
            raise
        wishes.problem = ""
        wishes.tell(view)
        return Clearance(str(built.python), built.name)

    def started(self, room: Room, clearance: Clearance) -> None:
        self.of(room).runs_in(clearance.environment)

    async def added(self, room: Room) -> Clearance | None:
        """The environment that has what is approved now, where that only adds to the one that the kernel runs in.

        Raises as `clear`.
        """
        view = await self.of(room).look()
        plan = view.found.plan
        if view.approval is None or plan is None:
            return None
        # By the environment's own word, so that it holds for a kernel that a daemon before this one started, too.
        before = await asyncio.to_thread(self._installer.has, room.state.trust.environment, self._paths, plan)
        if before is None or before == live.has(plan):
            return None
        return await self.clear(room) if live.adds_only(before, plan) else None

    # -- what a person is shown, and says

    async def sheet(self, room: Room) -> wire.Sheet:
        wishes = self.of(room)
        return await self._shown(wishes, await wishes.look())

    async def _shown(self, wishes: Wishes, view: View) -> wire.Sheet:
        return await asyncio.to_thread(
            sheets.sheet, view.asked, view.now, wishes.status(view), self._judge, view.found.before
        )

    async def check(self, room: Room, hosts: tuple[str, ...]) -> wire.Sheet:
        """Resolves what is asked for. Raises HostNotAccepted; what else goes wrong stands on the sheet."""
        wishes = self.of(room)
        async with wishes.busy:
            view = await wishes.look()
            foreign = frozenset(sheets.foreign_hosts(view.asked))
            record = view.found.record
            before = () if record is None else sheets.accepted_before(view.asked, record)
            wishes.accept(frozenset((*before, *hosts)))
            if missing := sorted(foreign - wishes.accepted):
                raise HostNotAccepted(
                    f"The notebook or its folder names {', '.join(missing[:5])}: nothing is asked there before "
                    "you accept it by name.",
                    hosts=missing[: limits.REQUIREMENTS_TOLD],
                )
            wishes.checking, wishes.problem = True, ""
            wishes.tell(view)
            try:
                wishes.plan = await self._installer.resolve(view.asked, wishes.accepted, self._paths, wishes.progress)
            except HostNotAccepted:
                raise  # an index leads on to another host
            except HoodError as error:
                wishes.plan, wishes.problem = None, f"{error.message} {error.hint}".strip()
            finally:
                wishes.checking = False
                wishes.tell(view)
            return await self._shown(wishes, await wishes.look())

    async def approve(self, room: Room, params: wire.ApproveParams, peer: Listener) -> wire.Sheet:
        """Raises SheetChanged, NotChecked, BadMessage, LimitExceeded, TrustKeyUnusable, StorageFailed."""
        wishes = self.of(room)
        async with wishes.busy:
            view = await wishes.look()
            shown = await self._shown(wishes, view)
            if shown.digest != params.digest:
                raise SheetChanged("What this notebook asks for changed after it was shown; nothing was approved.")
            if shown.plan is None:
                raise NotChecked("What this notebook asks for was not resolved.")
            builds = _builds(shown.plan, params.builds)
            await self._ledger.put(_record(wishes, view, shown, builds, peer), shown.plan)
            wishes.proposed_by, wishes.problem = "", ""
            view = await wishes.look()
            if view.found.stored is not None:
                _point(room, view.found.stored.record.digest)
            return await self._shown(wishes, view)

    async def offer(self, room: Room, params: wire.OfferParams, peer: Listener) -> wire.Sheet:
        """Takes up what a file beside the notebook offers, or lets go of it, in the notebook's own table. Raises
        FileMissing."""
        wishes = self.of(room)
        async with wishes.busy:
            view = await wishes.look()
            names = view.taken | ({one.asker.name for one in view.asked.offered} if params.take else frozenset())
            if params.file not in names:
                raise FileMissing(f"No file {params.file[:200]!r} beside the notebook offers anything.", hint="")
            taken = view.taken | {params.file} if params.take else view.taken - {params.file}
            with room.authored(peer.who):
                room.notebook.set_notebook_metadata(dependencies.taking(room.notebook.metadata(), taken))
            return await self._shown(wishes, await wishes.look())

    async def revoke(self, notebook: str, peer: Listener) -> None:
        """Raises NotApproved where nothing was approved, TrustKeyUnusable, StorageFailed."""
        await self._ledger.close_chain(notebook, "revoked", _who(peer), _now())
        wishes = self._rooms.get(RoomId(notebook))
        if wishes is not None:
            await wishes.look()

    async def given(self) -> wire.AllGiven:
        return wire.AllGiven(tuple(await asyncio.to_thread(self._ledger.given)))

    # -- what the notebook asks for

    async def edit(self, room: Room, params: wire.DependenciesParams, peer: Listener) -> wire.DependenciesEdited:
        """Changes the notebook's own table; installs nothing. Raises BadMessage, LimitExceeded."""
        changed = dependencies.edited(room.notebook.metadata(), params.add, params.remove)
        with room.authored(peer.who, agent=peer.role != "person"):
            room.notebook.set_notebook_metadata(changed.metadata)
        wishes = self.of(room)
        view = await wishes.look()
        await room.keeper.settled(limits.CALL_SECONDS)
        judgements = await asyncio.to_thread(lambda: tuple(map(self._judge, changed.added)))
        status = sheets.status(view.asked, view.now, wishes.status(view))
        return wire.DependenciesEdited(
            status=status,
            requirements=sheets.texts(view.asked.requirements),
            judgements=judgements,
            advice=dependencies.advice(status, judgements, room.file.path.name),
        )


class _Leaving:
    """A part of the room: forgets it here."""

    def __init__(self, rooms: dict[RoomId, Wishes], room: RoomId) -> None:
        self._rooms = rooms
        self._room = room

    def close(self) -> None:
        self._rooms.pop(self._room, None)


def _builds(plan: wire.Plan, ticked: tuple[str, ...]) -> tuple[str, ...]:
    """Raises BadMessage for a name that the plan does not build, LimitExceeded."""
    if len(ticked) > limits.APPROVED_BUILDS:
        raise LimitExceeded(f"At most {limits.APPROVED_BUILDS} packages can be built.")
    unknown = sorted(set(ticked) - {one.name for one in plan.packages if one.build})
    if unknown:
        raise BadMessage(f"{unknown[0][:80]} is not built from source here.", hint="Look at the sheet again.")
    return tuple(sorted(set(ticked)))


def _record(wishes: Wishes, view: View, shown: wire.Sheet, builds: tuple[str, ...], peer: Listener) -> Record:
    assert shown.plan is not None
    return Record(
        kind="approved",
        notebook=view.where.notebook,
        path=view.where.path,
        device=view.where.device,
        inode=view.where.inode,
        machine=view.where.machine,
        number=0,
        before="",
        by=_who(peer),
        at=_now(),
        asked=view.now,
        requirements=sheets.texts(view.asked.requirements),
        indexes=sheets.addresses(view.asked.indexes),
        channels=view.asked.channels,
        python=view.asked.python,
        lock=shown.plan.digest,
        builds=builds,
        taken=tuple(sorted(view.taken)),
        hosts=tuple(sorted(wishes.accepted & {*shown.hosts, *shown.plan.hosts})),
        shown=shown.digest,
    )


def _who(peer: Listener) -> str:
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    return f"{user} ({peer.who})"


def _now() -> int:
    return int(time.time() * 1000)


def _point(room: Room, record: str) -> None:
    """The file says which record is its own: a help where it is moved, and never an authority."""
    metadata = room.notebook.metadata()
    ours: Any = metadata.get(OURS)
    table = dict(ours) if isinstance(ours, Mapping) else {}
    if ours is not None and not isinstance(ours, Mapping):
        return
    said = {"notebook": room.id, "record": record}
    if table.get(POINTER) != said:
        with room.authored("fumehood"):
            room.notebook.set_notebook_metadata({**metadata, OURS: {**table, POINTER: said}})
