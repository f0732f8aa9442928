"""The one way out of a runtime. Every report passes `Outlet.leave`, and nothing else writes to the spool or a daemon.

What must not be lost is numbered, then spooled, then sent; what is not numbered is sent if somebody listens. Reports
that leave in one turn of the event loop travel together. A daemon that is away or slow costs nothing here: what it
missed is read from the spool when it is its turn. `tests/runtime/test_outlet.py` reads the sources for any way around.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, StorageFailed
from fumehood.protocol.base import encode_pack
from fumehood.protocol.stream import CommReport, EphemeralBlob, Numbered, Ready, Refusal, Reply, Welcome
from fumehood.runtime.execution import Body
from fumehood.runtime.spool import Record, Spool, parts

Passing = Welcome | Ready | CommReport | EphemeralBlob | Reply | Refusal
_PASSING = (Welcome, Ready, CommReport, EphemeralBlob, Reply, Refusal)

log = logging.getLogger(__name__)


class Link(Protocol):
    """A connected daemon."""

    def write(self, data: bytes) -> None: ...

    def backlog(self) -> int:
        """Bytes that it did not take yet."""
        ...

    def drop(self, reason: str) -> None: ...


class Outlet:
    def __init__(self, spool: Spool, on_disk_trouble: Callable[[StorageFailed], None]) -> None:
        self._spool = spool
        self._on_disk_trouble = on_disk_trouble
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._sent = 0
        """The last number that the link was given."""
        self._acked = 0
        self._turn: list[Record] = []
        self._turn_bytes = 0
        self._passing: list[bytes] = []
        self._unspooled: deque[Record] = deque()
        """While the disk is full; in order, after everything that is in the spool."""
        self._unspooled_bytes = 0
        self._scheduled = False
        self._sync_timer: asyncio.TimerHandle | None = None
        self._syncing: asyncio.Future[None] | None = None
        self._settled = asyncio.Event()
        """All is acknowledged, or nobody is there to do it."""
        self.last = spool.last

    @property
    def full(self) -> bool:
        """Output must be dropped (and counted) now. What is said of starts and ends still fits."""
        return self._spool.size >= limits.SPOOL_BYTES or self._unspooled_bytes >= limits.UNSPOOLED_BYTES // 2

    @property
    def slow(self) -> bool:
        """The daemon has not taken what it was sent."""
        return self._link is not None and self._link.backlog() >= limits.LINK_BACKLOG

    # -- the way out

    def leave(self, report: Body | Passing) -> None:
        """Raises `LimitExceeded` for what does not fit into a frame; then nothing of it left."""
        if isinstance(report, _PASSING):
            self._leave_passing(report)
            return
        body = _encoded(Numbered(seq=self.last + 1, body=report))
        self.last += 1
        self._turn.append(Record(self.last, body))
        self._turn_bytes += len(body)
        if self._turn_bytes > limits.TURN_BYTES:
            self.flush()
        else:
            self._schedule()

    def _leave_passing(self, report: Passing) -> None:
        if self._link is None:
            return
        body = _encoded(report)
        self._passing.append(len(body).to_bytes(4, "big") + body)
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Spools and sends what left. Runs by itself at the end of the turn."""
        self._scheduled = False
        records, self._turn = self._turn, []
        self._turn_bytes = 0
        passing, self._passing = self._passing, []
        if records:
            self._keep(records)
        link = self._link
        if link is None:
            return
        if passing:
            if link.backlog() > limits.PEER_BACKLOG:
                # It reads nothing for long; the next connection gets the live comms anew.
                link.drop("it does not read")
                return
            link.write(b"".join(passing))
        if not records:
            return
        if self._sent == records[0].seq - 1 and link.backlog() < limits.LINK_BACKLOG:
            _send(link, records)
            self._sent = records[-1].seq
        else:
            self.pump()

    def _keep(self, records: list[Record]) -> None:
        waiting = [*self._unspooled, *records]
        try:
            self._spool.append(waiting)
        except StorageFailed as error:
            first = not self._unspooled
            self._unspooled.extend(records)
            self._unspooled_bytes += sum(len(record.body) for record in records)
            if first:
                self._on_disk_trouble(error)
            return
        self._unspooled.clear()
        self._unspooled_bytes = 0
        if self._sync_timer is None and self._syncing is None:
            self._sync_timer = self._loop.call_later(limits.SPOOL_SYNC_SECONDS, self._start_sync)

    # -- the daemon

    def attach(self, link: Link, acked: int) -> None:
        """From now on `link` is the daemon; it is to get everything after `acked` (see `pump`)."""
        self._link = link
        self._passing.clear()
        self._sent = min(acked, self.last)
        self.acknowledge(acked)

    def detach(self, link: Link) -> bool:
        """Whether it was the daemon: a newer connection may have taken its place."""
        if self._link is not link:
            return False
        self._link = None
        self._passing.clear()
        self._settled.set()
        return True

    def pump(self) -> None:
        """Sends what the daemon missed, as far as it takes it. Call when it attached and when it took something."""
        link = self._link
        while link is not None and self._sent < self.last and link.backlog() < limits.LINK_BACKLOG:
            records = self._missed()
            if not records:
                return
            _send(link, records)
            self._sent = records[-1].seq

    def _missed(self) -> list[Record]:
        if self._sent < self._spool.last:
            records = self._spool.after(self._sent, limits.RESEND_CHUNK)
            if records:
                return records
        return [record for record in self._unspooled if record.seq > self._sent]

    def acknowledge(self, seq: int) -> None:
        """Raises nothing for a number that was never given out: it is cut to the last one."""
        self._acked = max(self._acked, min(seq, self.last))
        self._spool.trim(self._acked)
        while self._unspooled and self._unspooled[0].seq <= self._acked:
            self._unspooled_bytes -= len(self._unspooled.popleft().body)
        if self._acked == self.last:
            self._settled.set()

    async def wait_acknowledged(self, seconds: float) -> bool:
        """Whether the daemon has all in its journal, at the latest after so long or when it goes away."""
        self.flush()
        self.pump()
        try:
            async with asyncio.timeout(seconds):
                while self._acked < self.last and self._link is not None:
                    self._settled.clear()
                    await self._settled.wait()
        except TimeoutError:
            pass
        return self._acked == self.last

    # -- the disk

    def _start_sync(self) -> None:
        self._sync_timer = None
        self._syncing = asyncio.ensure_future(asyncio.to_thread(self._spool.sync))
        self._syncing.add_done_callback(self._synced)

    def _synced(self, done: asyncio.Future[None]) -> None:
        self._syncing = None
        if not done.cancelled() and (error := done.exception()) is not None:
            log.error("the spool was not synced: %s", error)
        if self._spool.unsynced:
            self._sync_timer = self._loop.call_later(limits.SPOOL_SYNC_SECONDS, self._start_sync)

    async def close(self) -> None:
        self.flush()
        if self._sync_timer is not None:
            self._sync_timer.cancel()
            self._sync_timer = None
        if self._syncing is not None:
            await asyncio.wait([self._syncing])
        if self._sync_timer is not None:
            self._sync_timer.cancel()
            self._sync_timer = None
        if self._spool.unsynced:
            await asyncio.to_thread(self._spool.sync)
        self._spool.close()


def _encoded(report: Any) -> bytes:
    try:
        body = encode_pack(report)
    except (msgspec.MsgspecError, OverflowError, RecursionError) as error:
        raise LimitExceeded(f"A report has a value that no message can hold: {error}.") from error
    if len(body) > limits.STREAM_FRAME:
        raise LimitExceeded(f"A report of {len(body)} bytes does not fit into a frame.")
    return body


def _send(link: Link, records: list[Record]) -> None:
    for part in parts((len(record.body).to_bytes(4, "big"), record.body) for record in records):
        link.write(part)
