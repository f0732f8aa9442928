"""A room's hold on its runtime: what it reports becomes the room's events, and its end becomes known.

Reports are numbered by the runtime. Each batch is applied and forwarded at once, then appended to the journal with
the runtime's number, and acknowledged to the runtime after the commit; so after any crash it sends again exactly what
the journal lacks. The runtime's word is taken for its own executions only, never for the document or the file.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import msgspec

from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy, HoodError, KernelDied, LimitExceeded, StorageFailed, TimedOut
from fumehood.core.ids import CellId
from fumehood.daemon import kernel_news
from fumehood.daemon.blobs_in import IncomingBlobs
from fumehood.daemon.launching import Launcher, Runtime, kill_stray
from fumehood.daemon.links import RuntimeLink, as_error
from fumehood.daemon.room import Room
from fumehood.policy.provenance import origin_of
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.protocol.stream import BlobChunk, CommReport, EphemeralBlob, Numbered, Refusal, Report
from fumehood.runtime.spool import read_reports

_log = logging.getLogger(__name__)

_AT_ONCE = 16
"""Reports that are read from a spool together; one has `limits.BLOB_CHUNK` at most, but for its head."""
_FRUITLESS = 5
"""So often in a row a stream may break without one report: then the runtime speaks nonsense, and is ended."""
_CHANGE_OUTPUTS = (
    ev.Queued,
    ev.Started,
    ev.Counted,
    ev.OutputAdded,
    ev.OutputReplaced,
    ev.StreamPatched,
    ev.StreamSealed,
    ev.OutputDropped,
    ev.OutputsCleared,
    ev.Finished,
)
_OWN = (
    *_CHANGE_OUTPUTS,
    ev.KernelChanged,
    ev.InputRequested,
    ev.InputClosed,
    ev.NextInput,
    ev.Noticed,
)
"""What a runtime may say; the rest of the log is the daemon's own word."""


class Tether:
    def __init__(
        self,
        room: Room,
        runtime: Runtime,
        link: RuntimeLink | None,
        launcher: Launcher,
        applied: int,
        changed: Callable[[Room], None],
    ) -> None:
        """`applied`: the runtime's last number that the room's state holds already."""
        self.room = room
        self.runtime = runtime
        self._link = link
        self.kernel_pid = None if link is None else link.welcome.kernel_pid
        self._ending = asyncio.Event()
        self.ended = asyncio.Event()
        self.unreachable: HoodError | None = None
        """Why nothing can be asked of a runtime that lives."""
        self._launcher = launcher
        self._changed = changed
        self._blobs = IncomingBlobs(room.services.blobs, runtime.id)
        self._applied = applied
        self._held: list[ev.Event] = []
        self._passing: list[ev.Passing] = []
        """What comms said, of this batch, and nobody was told yet."""
        self._flushed = applied
        self._reached_at = -1
        self._fruitless = 0
        self._level = asyncio.Event()
        """The room holds all that the runtime had said when it was reached."""
        self._last_event = time.time()
        self._asked: OrderedDict[str, asyncio.Future[None]] = OrderedDict()
        self._unanswered: dict[str, stream.Execute] = {}
        """Of those, what the runtime has not said that it has."""

    @classmethod
    def without_link(
        cls,
        room: Room,
        runtime: Runtime,
        launcher: Launcher,
        applied: int,
        kernel_pid: int | None,
        changed: Callable[[Room], None],
    ) -> Tether:
        """For a runtime that died while no daemon ran: `bury` takes what it left. Or for one that is silent."""
        tether = cls(room, runtime, None, launcher, applied, changed)
        tether.kernel_pid = kernel_pid
        tether._last_event = _last_sign(room)
        return tether

    @property
    def link(self) -> RuntimeLink:
        """Raises KernelDied; KernelSilent or VersionMismatch where it lives and cannot be reached."""
        if self._link is None:
            if self.unreachable is not None:
                raise type(self.unreachable)(self.unreachable.message, hint=self.unreachable.hint)
            raise KernelDied("The runtime is gone.")
        return self._link

    async def level(self) -> None:
        """Returns when the room holds all that the runtime had said before it was reached, or waited long for it.

        Whoever opens a notebook after a daemon was killed must not take the first half of an output for all of it.
        """
        if self._link is None or self._flushed >= self._link.welcome.last:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.LEVEL_SECONDS):
                await self._level.wait()

    # -- what is asked of it

    @property
    def ending(self) -> bool:
        """We asked for the end."""
        return self._ending.is_set()

    def end(self) -> None:
        """From now on nobody waits for more of it than it has said."""
        self._ending.set()

    async def execute(self, requests: Sequence[stream.Execute]) -> None:
        """Returns when the runtime has them in its queue. Raises Busy, KernelDied, TimedOut."""
        loop = asyncio.get_running_loop()
        waiting: list[asyncio.Future[None]] = []
        for request in requests:
            known = self._asked.get(request.execution)
            if known is None:
                if request.execution in self.room.state.owners:
                    continue  # queued before this daemon began
                self.link.send(request)
                known = self._asked[request.execution] = loop.create_future()
                self._unanswered[request.execution] = request
                # Nobody may be left to ask: a failure that is not awaited is not a defect.
                known.add_done_callback(lambda future: future.cancelled() or future.exception())
            waiting.append(known)
        while len(self._asked) > limits.KNOWN_EXECUTIONS:
            name, _ = self._asked.popitem(last=False)
            self._unanswered.pop(name, None)
        try:
            async with asyncio.timeout(limits.RUNTIME_ANSWER_SECONDS):
                for future in waiting:
                    await asyncio.shield(future)
        except TimeoutError as error:
            raise TimedOut("The runtime does not answer.", hint="`hood kill` ends it.") from error

    # -- what it says

    async def run(self) -> None:
        """Until the runtime has ended and the room knows it. Connects again where only the stream broke."""
        body = asyncio.create_task(self.runtime.body.wait())
        try:
            while True:
                await self._listen()
                done, _ = await asyncio.wait([body], timeout=limits.SHUTDOWN_GRACE)
                if done:
                    break
                if not await self._reach_again():
                    self.runtime.body.kill()
                    await asyncio.wait([body], timeout=limits.SHUTDOWN_GRACE)
                    break
            how = body.result() if body.done() else "could not be reached"
        finally:
            body.cancel()
        await self.bury(how)

    async def _listen(self) -> str:
        if self.room.has_widgets:
            self.room.widgets.connecting()
        try:
            await self.link.run(self.deliver)
        except (HoodError, OSError) as error:
            _log.warning("runtime %s: stream: %s", self.runtime.id, getattr(error, "code", type(error).__name__))
            return str(error)
        finally:
            self._blobs.close()
        return "the stream ended"

    async def _reach_again(self) -> bool:
        """The process lives and the stream does not: once more, from the last number that was passed on."""
        self._fruitless = self._fruitless + 1 if self._flushed == self._reached_at else 0
        if self.ending or self._fruitless >= _FRUITLESS:
            return False
        self._reached_at = self._flushed
        # What was held behind half a blob comes again with the whole of it.
        self._held.clear()
        self._applied = self._flushed
        try:
            await self.connect()
        except (HoodError, OSError, TimeoutError) as error:
            _log.warning("runtime %s cannot be reached again: %s", self.runtime.id, error)
            return False
        return True

    async def connect(self) -> None:
        """From the last number that was passed on. Raises HoodError, OSError, TimeoutError."""
        await self.room.keeper.settled(limits.RUNTIME_ANSWER_SECONDS)
        link = await RuntimeLink.connect(self.runtime.id, self.runtime.socket, self.runtime.body.who, self._flushed)
        self._link, self.unreachable = link, None
        self._level.clear()
        if self.kernel_pid is None:
            self.kernel_pid = link.welcome.kernel_pid
        # What was sent last may not have arrived; an execution that did is not queued twice.
        for request in list(self._unanswered.values()):
            link.send(request)
            await link.drained()

    async def deliver(self, reports: Sequence[Report]) -> None:
        for report in reports:
            if isinstance(report, Numbered):
                self._pass()
                await self._numbered(report)
            else:
                self._flush()
                await self._other(report)
        if self.room.has_widgets:
            self._tell_widgets()
        self._flush()

    def _tell_widgets(self) -> None:
        self._pass()
        self.room.widgets.tell()

    def _pass(self) -> None:
        """What comms said that nothing keeps, in one message: a flood of it costs each client little."""
        if self._passing:
            passing, self._passing = self._passing, []
            self.room.log.passing(*passing)

    async def _numbered(self, report: Numbered) -> None:
        if report.seq <= self._applied:
            return
        if report.seq != self._applied + 1:
            raise BadMessage("The runtime left a number out.")
        body = report.body
        if isinstance(body, BlobChunk):
            await self._chunk(body)
        elif isinstance(body, ev.Queued):
            # No local kernel is without network yet; where one is, this is the place that says so.
            self._held.append(msgspec.structs.replace(body, origin=origin_of(ran_here=True)))
        elif isinstance(body, _OWN):
            self._held.append(body)
        else:
            raise BadMessage("The runtime said what is not its to say.")
        self._applied = report.seq

    async def _chunk(self, chunk: BlobChunk) -> None:
        if chunk.offset == 0:
            self._flush()
        delay = limits.JOURNAL_RETRY_FIRST
        while True:
            try:
                return await self._keep(chunk)
            except StorageFailed as error:
                if self._link is None:
                    raise
                self.room.notice(error)
            # The disk is full. What follows waits in the runtime, whose kernel goes on and can be interrupted.
            try:
                async with asyncio.timeout(delay):
                    await self._ending.wait()
                self._blobs.give_up(chunk)
                return
            except TimeoutError:
                delay = min(2 * delay, limits.JOURNAL_RETRY_MOST)

    async def _keep(self, chunk: BlobChunk) -> None:
        # The disk's cache takes small pieces at once; hashing and copying large ones would hold up every other room.
        if len(chunk.data) <= limits.EPHEMERAL_INLINE:
            self._blobs.take(chunk)
        else:
            await asyncio.to_thread(self._blobs.take, chunk)

    def _flush(self) -> None:
        """What was held of the batch: applied, forwarded, appended, and acknowledged once it is on disk."""
        if not self._held or not self._blobs.complete:
            # Without an event there is nothing to keep; with half a blob nothing may be acknowledged.
            return
        events, self._held = self._held, []
        self._last_event = time.time()
        seq = self._flushed = self._applied
        link = self._link
        if link is None or seq >= link.welcome.last:
            self._level.set()

        def kept(error: HoodError | None) -> None:
            if error is None and link is not None and not link.closed:
                # It may have ended while this was on its way to the disk; where it is stalled, a later one says it too.
                with contextlib.suppress(KernelDied, Busy):
                    link.send(stream.Ack(seq=seq))

        owners = self.room.state.owners
        ran = {owners.get(event.execution) for event in events if isinstance(event, _CHANGE_OUTPUTS)}
        self.room.log.emit(*events, runtime=self.runtime.id, runtime_seq=seq, done=kept)
        ran |= {owners.get(event.execution) for event in events if isinstance(event, _CHANGE_OUTPUTS)}
        ran.discard(None)
        if ran:
            self.room.outputs_changed(CellId(cell) for cell in ran if cell is not None)
        for event in events:
            self._after(event)

    def _after(self, event: ev.Event) -> None:
        room = self.room
        if isinstance(event, ev.Queued):
            self._unanswered.pop(event.execution, None)
            future = self._asked.get(event.execution)
            if future is not None and not future.done():
                future.set_result(None)
        elif isinstance(event, ev.NextInput):
            kernel_news.next_input(room, event)
        elif isinstance(event, ev.KernelChanged):
            if event.pid is not None and event.pid != self.kernel_pid:
                self.kernel_pid = event.pid
                room.tasks.run(self._record_kernel(), f"record kernel of {self.runtime.id}")
            kernel_news.kernel_changed(room)
            self._changed(room)

    async def _record_kernel(self) -> None:
        try:
            await self._launcher.record(self.runtime, self.room.id, self.kernel_pid)
        except StorageFailed as error:
            self.room.notice(error)

    async def _other(self, report: Report) -> None:
        if isinstance(report, CommReport):
            try:
                said = self.room.widgets.heard(report.event)
            except LimitExceeded as refused:
                self.room.notice(refused)
                return
            if not said:
                if self.room.widgets.untold:
                    self._tell_widgets()
                self._passing.append(report.event)
        elif isinstance(report, EphemeralBlob):
            await self._chunk(report.chunk)
        elif isinstance(report, Refusal):
            error = as_error(report.code, report.message)
            self._unanswered.pop(report.execution, None)
            future = self._asked.get(report.execution)
            if future is not None and not future.done():
                future.set_exception(error)
            else:
                self.room.notice(error)

    def let_go(self) -> None:
        """The daemon ends and the runtime goes on: the next daemon finds it."""
        if self._link is not None:
            self._link.close()

    # -- its end

    async def _left_over(self) -> bool:
        """What it had spooled and nobody took: what it received is in the room before the room says "lost".

        False where the disk is full and the next daemon must try again.
        """
        self._held.clear()
        self._applied = self._flushed
        whole = True
        try:
            # A few at a time: a spool may be as large as `limits.SPOOL_BYTES`.
            reports = read_reports(self.runtime.spool, self._flushed)
            while some := await asyncio.to_thread(lambda: list(itertools.islice(reports, _AT_ONCE))):
                await self.deliver(some)
        except (HoodError, OSError) as error:
            _log.warning("runtime %s: spool: %s", self.runtime.id, error)
            whole = not isinstance(error, StorageFailed)
        # An output whose blob was cut is lost; what came before and after it is not.
        self._blobs.close()
        self._flush()
        return whole

    async def bury(self, how: str = "ended while no daemon ran") -> None:
        """The runtime is gone. What it had sent is here; what it had not is lost, and the room says from when on."""
        room = self.room
        kill_stray(self.kernel_pid, self.runtime.id, self.runtime.body.who)
        taken = await self._left_over()
        for future in self._asked.values():
            if not future.done():
                future.set_exception(KernelDied("The kernel ended before it took the cell."))
        if room.tether in (None, self):
            settle_without_runtime(room, f"Its runtime {how}.", None if self.ending else self._last_event)
        room.services.blobs.drop_ephemeral(self.runtime.id)
        if room.tether is self:
            room.tether = None
        if taken and await self._is_kept():
            await self._launcher.forget(self.runtime)
        self.ended.set()
        self._level.set()
        self._changed(room)
        room.stirred()

    async def _is_kept(self) -> bool:
        """Whether the journal has what the spool had; otherwise the next daemon takes it from there again."""
        try:
            await self.room.keeper.settled(limits.SHUTDOWN_GRACE)
        except StorageFailed:
            _log.warning("runtime %s: its spool stays, because the journal does not have all of it", self.runtime.id)
            return False
        return True


def settle_without_runtime(room: Room, reason: str, since: float | None) -> None:
    """No runtime says anything for this room any more. `since`: from when output may be missing; None: none is."""
    now = time.time()
    running = list(room.state.queue)
    kernel = room.state.kernel
    events: list[ev.Event] = []
    if since is not None:
        events.append(ev.RuntimeLost(since=since, reason=reason))
    events += [ev.Finished(execution=one, status="lost", time=now) for one in running]
    if since is None:
        events.append(ev.KernelChanged(status="none"))
    elif kernel.status != "dead":
        events.append(
            ev.KernelChanged(
                status="dead",
                spec=kernel.spec,
                display_name=kernel.display_name,
                language=kernel.language,
                reason=reason,
            )
        )
    cells = {room.state.owners.get(execution) for execution in running}
    room.log.emit(*events)
    if running:
        room.outputs_changed(CellId(cell) for cell in cells if cell is not None)
    kernel_news.kernel_changed(room)


def _last_sign(room: Room) -> float:
    """The last time that the room is known to have heard of its kernel."""
    times = [time for run in room.state.cells.values() for time in (run.queued, run.started, run.finished) if time]
    return max(times, default=room.state.saved or 0.0)
