"""The approvals of this user's notebooks: kept, read back, verified, taken back.

The store holds bytes; nothing of them counts before the user's key says so. Whatever cannot be read or verified is as
good as not there, with the reason for whoever asks. Methods without `async` block; writes are told when they are on
the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from fumehood.core.errors import HoodError, NotApproved
from fumehood.core.ids import RoomId
from fumehood.core.paths import Paths
from fumehood.protocol.base import decode_pack, encode_pack
from fumehood.protocol.trust import Given, Plan
from fumehood.store.journal import Journal
from fumehood.store.operations import PutApproval
from fumehood.store.reading import ApprovalRecord
from fumehood.trust import approvals, heads, keys, records
from fumehood.trust.approvals import Approval
from fumehood.trust.canonical import plan_digest
from fumehood.trust.keys import Keys
from fumehood.trust.records import Head, Record, Signed, Stored, Where
from fumehood.trust.sheets import Before


class Found(NamedTuple):
    """What is known of one notebook's approval."""

    stored: Stored | None = None
    keys: Keys | None = None
    record: Record | None = None
    """That stands at this place, whatever the notebook asks for now."""
    plan: Plan | None = None
    why: str = ""
    """Why no record stands; empty where none was ever made."""

    @property
    def before(self) -> Before | None:
        return None if self.record is None else Before(self.record, self.plan)

    def approval(self, where: Where, asked: str) -> Approval:
        """Raises NotApproved."""
        if self.stored is None or self.keys is None or self.plan is None:
            raise NotApproved(self.why)
        return approvals.approve(self.stored, where, asked, self.plan, self.keys)


class Elsewhere(NamedTuple):
    """An approval of another notebook of this machine."""

    record: Record
    digest: str
    plan: Plan
    claim: tuple[int, int]
    """Device and inode of its file, as they were seen last."""


class Ledger:
    def __init__(self, journal: Journal, paths: Paths) -> None:
        self._journal = journal
        self._paths = paths
        self._writing = asyncio.Lock()

    def find(self, where: Where) -> Found:
        """Blocks. Raises nothing: what cannot be read is not approved."""
        held: Keys | None = None
        head: Head | None = None
        trouble: HoodError | None = None
        try:
            # Before the journal: whatever is written meanwhile, that is not behind.
            held = keys.load(self._paths)
            head = None if held is None else heads.read(self._paths, where.notebook, held)
        except HoodError as error:
            trouble = error
        try:
            row = self._journal.approval(where.notebook)
            if row is None:
                return Found()
            if trouble is not None:
                raise trouble
            if held is None:
                raise NotApproved("The key that it was signed with is gone.")
            stored = _stored(row)
            self._reach(head, stored, records.latest(stored, where.notebook, held))
            record = approvals.standing(stored, where, held)
            return Found(stored, held, record, _plan(row.plan, record.lock))
        except HoodError as error:
            return Found(why=f"{error.message} {error.hint}".strip() if error.code == "trust.key" else error.message)

    def elsewhere(self, where: Where) -> Iterator[Elsewhere]:
        """Approvals that stand for other notebooks of this machine. Blocks; raises nothing."""
        try:
            held = keys.load(self._paths)
            rows = self._journal.approvals()
            # A save gives the file another inode; the journal knows the last one.
            claims = {one.room: (one.device, one.inode) for one in self._journal.rooms()} if rows else {}
        except HoodError:
            return
        for row in rows:
            if held is None or row.notebook == where.notebook:
                continue
            try:
                stored = _stored(row)
                record = self._latest(stored, row.notebook, held)
            except HoodError:
                continue
            plan = _plan(row.plan, record.lock)
            if record.kind == "approved" and record.machine == where.machine and plan is not None:
                claim = claims.get(RoomId(row.notebook), (record.device, record.inode))
                yield Elsewhere(record, stored.record.digest, plan, claim)

    async def rebind(self, record: Record, plan: Plan, where: Where) -> None:
        """The notebook of `record` is here now, and no more where it was. Raises as `put`."""
        await self.close_chain(record.notebook, "moved", record.by, record.at)
        here = msgspec.structs.replace(
            record, notebook=where.notebook, path=where.path, device=where.device, inode=where.inode, before=""
        )
        await self.put(here, plan)

    async def put(self, record: Record, plan: Plan | None) -> None:
        """As the next of its notebook's chain; number and link are set here. Raises TrustKeyUnusable, StorageFailed."""
        async with self._writing:
            held = await asyncio.to_thread(keys.load_or_make, self._paths)
            number, before = await asyncio.to_thread(self._end, record.notebook, held)
            if number:
                record = msgspec.structs.replace(record, before=before)
            record = msgspec.structs.replace(record, number=number + 1)
            signed = records.sign(record, held)
            head = records.sign_head(record, signed, held)
            await self._journal.write(
                PutApproval(
                    notebook=record.notebook,
                    number=number + 1,
                    record=signed.data,
                    signature=signed.signature,
                    head=head.data,
                    head_signature=head.signature,
                    plan=b"" if plan is None else encode_pack(plan),
                )
            )
            # The journal first: the chain may be one ahead of the head outside of it, and never behind.
            await asyncio.to_thread(heads.write, self._paths, record.notebook, head)

    def _end(self, notebook: str, held: Keys) -> tuple[int, str]:
        """The chain's last number, genuine or not, and that record's digest: the next one goes behind it.

        Where the journal was put back, behind what it had before.
        """
        row = self._journal.approval(notebook)
        if row is not None:
            with contextlib.suppress(HoodError):
                self._latest(_stored(row), notebook, held)
        before = "" if row is None else Signed(bytes(row.record), b"").digest
        here = self._journal.approval_number(notebook), before
        outside = heads.number(self._paths, notebook, held)
        return outside if outside[0] > here[0] else here

    def _latest(self, stored: Stored, notebook: str, held: Keys) -> Record:
        """As `records.latest`, and of a chain that reaches its head outside the journal. Raises NotApproved."""
        record = records.latest(stored, notebook, held)
        self._reach(heads.read(self._paths, notebook, held), stored, record)
        return record

    def _reach(self, head: Head | None, stored: Stored, record: Record) -> None:
        """Raises NotApproved for a journal that was put back. What a crash left undone is done."""
        if heads.check(head, record, stored.record.digest):
            with contextlib.suppress(HoodError):
                heads.write(self._paths, record.notebook, stored.head)

    async def close_chain(self, notebook: str, kind: records.Kind, by: str, at: int) -> None:
        """From now on nothing is approved for it. Raises NotApproved where nothing was, and as `put`."""
        row = await asyncio.to_thread(self._journal.approval, notebook)
        if row is None:
            raise NotApproved("There is no approval of this notebook.", hint="`hood trust list` has those that are.")
        path, device, inode = await asyncio.to_thread(self._place, row)
        end = Record(
            kind=kind,
            notebook=notebook,
            path=path,
            device=device,
            inode=inode,
            machine=records.machine(),
            number=0,
            before="",
            by=by,
            at=at,
        )
        await self.put(end, None)

    def _place(self, row: ApprovalRecord) -> tuple[str, int, int]:
        """Where it was, as far as that can be believed."""
        try:
            held = keys.load(self._paths)
            if held is not None:
                record = self._latest(_stored(row), row.notebook, held)
                return record.path, record.device, record.inode
        except HoodError:
            pass
        return "", 0, 0

    def given(self) -> list[Given]:
        """All that were given and not taken back, with what is wrong with each. Blocks. Raises StorageFailed."""
        try:
            held, trouble = keys.load(self._paths), ""
        except HoodError as error:
            held, trouble = None, f"{error.message} {error.hint}"
        found = []
        for row in self._journal.approvals():
            try:
                if held is None:
                    raise NotApproved(trouble or "The key that it was signed with is gone.")
                record = self._latest(_stored(row), row.notebook, held)
            except HoodError as error:
                found.append(Given(notebook=row.notebook, path="", by="", at=0.0, holds=False, problem=error.message))
                continue
            if record.kind == "approved":
                found.append(_given(record, _plan(row.plan, record.lock)))
        return sorted(found, key=lambda one: -one.at)


def _given(record: Record, plan: Plan | None) -> Given:
    problem = ""
    if record.machine != records.machine():
        problem = "It was given on another machine."
    elif plan is None:
        problem = "The plan that it approves is gone."
    elif not Path(record.path).is_file():
        problem = "There is no file at its place."
    return Given(
        notebook=record.notebook,
        path=record.path,
        by=record.by,
        at=record.at / 1000,
        holds=not problem,
        problem=problem,
        number=record.number,
        lock=record.lock,
        requirements=record.requirements,
        packages=0 if plan is None else len(plan.packages),
        builds=record.builds,
        hosts=record.hosts,
    )


def _stored(row: ApprovalRecord) -> Stored:
    """Raises NotApproved where a column is not what it should be: a damaged file."""
    parts = (row.record, row.signature, row.head, row.head_signature)
    if not all(isinstance(one, bytes) for one in parts):
        raise NotApproved("The approval cannot be read.")
    return Stored(Signed(row.record, row.signature), Signed(row.head, row.head_signature))


def _plan(data: bytes, lock: str) -> Plan | None:
    """Only the one that was approved."""
    try:
        plan = decode_pack(data, Plan)
        return plan if plan.digest == lock and plan_digest(plan) == lock else None
    except (HoodError, TypeError):
        return None
