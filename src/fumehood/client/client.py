"""A program's connection to its daemon, made again whenever the daemon was killed or replaced.

One task keeps it: while there is a connection it waits for its end, then reaches the daemon anew (starting it), opens
the rooms again, sends the edits that were not acknowledged and the requests that may be repeated. Nothing here polls.
A daemon that a person stopped is not started again behind their back: then everything that waits fails.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from fumehood.client.blobs import Blobs
from fumehood.client.calls import Call, Calls
from fumehood.client.notebook import Notebook, Opening
from fumehood.client.reach import Reached, reach
from fumehood.client.room import Room
from fumehood.client.runs import Run
from fumehood.client.wire import Wire
from fumehood.core import identity, limits
from fumehood.core.errors import (
    BadMessage,
    DaemonUnreachable,
    FileMissing,
    HoodError,
    Internal,
    MethodForbidden,
    NotAFile,
    NotebookUnreadable,
    RoomMissing,
    TimedOut,
)
from fumehood.core.paths import Paths
from fumehood.protocol import jsonrpc, methods, trust
from fumehood.protocol.base import decode_json
from fumehood.protocol.frames import Frame, decode_frame, encode_frame
from fumehood.sandbox.process import Process


class Client:
    """See `fumehood.client.connect`."""

    def __init__(self, paths: Paths, name: str, *, agent: bool = False, start: bool = True) -> None:
        self.paths = paths
        self.name = name
        self.blobs = Blobs()
        self.hello: methods.HelloResult | None = None
        """What the daemon said of itself; new after each connection."""
        self.connections = 0
        """How many connections there have been."""
        self._agent = agent
        self._start = start
        self._wire: Wire | None = None
        self._gone: list[Wire] = []
        """Connections that ended and still have to be closed."""
        self._up = False
        """The rooms are open on this connection: requests may follow."""
        self._calls = Calls()
        self._rooms: dict[str, Room] = {}
        self._env: dict[str, dict[str, str]] = {}
        self._keeper: asyncio.Task[None] | None = None
        self._ended: asyncio.Event = asyncio.Event()
        self._error: HoodError | None = None
        self._leaving = ""
        self._daemons: list[Process] = []

    # -- life

    async def connect(self) -> Client:
        """Raises `DaemonUnreachable`, `DaemonForeign`, `VersionMismatch`, `PeerRefused`."""
        self._take(await reach(self.paths, self.name, agent=self._agent, start=self._start))
        self._up = True
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def close(self) -> None:
        """Ends the connection; kernels and what is queued go on."""
        self._error = self._error or DaemonUnreachable("The client is closed.", hint="")
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        for wire in (*self._gone, self._wire):
            if wire is not None:
                await wire.close()
        self._wire, self._up = None, False
        self._give_up(self._error)
        await self.blobs.close()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # -- asking

    async def call(self, method: str, params: Any = None, *, timeout: float | None = limits.CALL_SECONDS) -> Any:
        """Any method of `protocol.methods.METHODS`: its result struct, or the daemon's error.

        `TimedOut` after `timeout` seconds; whether it was done is then not known.
        """
        return await self._answer(self.post(method, params), timeout)

    def post(self, method: str, params: Any = None, received: Callable[[Any], None] | None = None) -> Call:
        """Sends a request at once, behind all that was sent before; its future has the answer."""
        if self._error is not None:
            raise self._error
        call = self._calls.new(method, methods.Empty() if params is None else params, received)
        if self._up:
            self._send(call)
        return call

    async def _answer(self, call: Call, timeout: float | None) -> Any:
        try:
            async with asyncio.timeout(timeout):
                return await call.future
        except TimeoutError as error:
            raise TimedOut(f"The daemon has not answered {call.method} within {timeout} s.") from error

    def _send(self, call: Call) -> None:
        if self._wire is not None:
            call.sent = True
            self._wire.send_text(call.message)

    async def status(self) -> methods.StatusResult:
        found: methods.StatusResult = await self.call("daemon.status")
        return found

    async def kernelspecs(self) -> methods.KernelSpecs:
        found: methods.KernelSpecs = await self.call("kernel.specs")
        return found

    async def approvals(self) -> tuple[trust.Given, ...]:
        """What was approved and not revoked, the newest first."""
        found: trust.AllGiven = await self.call("trust.list")
        return found.approvals

    async def revoke(self, notebook: str) -> None:
        """Takes an approval back, by the id that `approvals` gives. Raises `NotApproved` where there is none."""
        await self.call("trust.revoke", trust.NotebookParams(notebook=notebook))

    async def stop_daemon(self, *, kill: bool = False) -> None:
        """`kill` ends the kernels too; otherwise they go on and the next daemon finds them.

        Returns when its process has ended; this client is of no use after it. Raises `TimedOut`.
        """
        if self._wire is None:
            raise DaemonUnreachable("There is no daemon at the moment.")
        loop = asyncio.get_running_loop()
        ended = loop.create_future()
        process = os.pidfd_open(identity.peer(self._wire.socket)[0])
        loop.add_reader(process, lambda: ended.cancel())
        try:
            self._leaving = "user"
            await self.call("daemon.stop", methods.StopParams(kill=kill))
            await asyncio.wait([ended], timeout=limits.START_SECONDS)
            if not ended.done():
                raise TimedOut("The daemon does not end.")
        finally:
            loop.remove_reader(process)
            os.close(process)

    async def read_blob(self, hash: str) -> bytes:
        return await self.blobs.read(hash)

    # -- rooms

    def open(
        self, path: str | os.PathLike[str], *, create: bool = False, env: Mapping[str, str] | None = None
    ) -> Opening:
        """The notebook at `path`: `await` it, or use it with `async with`, which leaves it at the end.

        `env` is the environment of a kernel that is started from now on: this process's by default. Raises
        `FileMissing`, `NotAFile`, `LimitExceeded`; a file that is no notebook opens read-only.
        """
        absolute, variables = str(Path(path).absolute()), dict(os.environ if env is None else env)

        if self._agent:
            raise MethodForbidden(
                "An agent keeps no copy of a notebook.", hint="Use Client.call with the cell.* methods."
            )

        async def enter() -> Notebook:
            return Notebook(self, await self._enter(absolute, create, variables))

        return Opening(enter)

    async def _enter(self, path: str, create: bool, env: dict[str, str]) -> Room:
        """Opens the room and waits until its document is here."""
        made: list[Room] = []

        def received(opened: methods.OpenResult) -> None:
            known = self._rooms.get(opened.room)
            if known is not None:
                raise BadMessage(f"{opened.path} is open in this client already.", hint="Use the notebook you have.")
            room = Room(opened, self._send_frame)
            self._rooms[opened.room] = room
            self._env[opened.room] = env
            made.append(room)

        params = methods.OpenParams(path=path, create=create, env=env)
        await self._answer(self.post("room.open", params, received), limits.CALL_SECONDS)
        room = made[0]
        try:
            async with asyncio.timeout(limits.CALL_SECONDS):
                await asyncio.shield(room.synced)
        except TimeoutError as error:
            raise TimedOut("The daemon did not send the notebook.") from error
        return room

    def leave(self, room: Room) -> None:
        """The room is not this client's any more."""
        self._forget(room)
        room.end(RoomMissing(f"{room.path} was left.", hint="Open it again."), left=True)

    def _forget(self, room: Room) -> None:
        self._rooms.pop(room.id, None)
        self._env.pop(room.id, None)

    def execute(self, room: Room, runs: list[Run]) -> None:
        """Queues the runs in this order, in one request for each stretch with the same `stop_on_error`."""
        stretch: list[Run] = []
        for run in runs:
            if stretch and stretch[0].stop_on_error != run.stop_on_error:
                self._execute(room, stretch)
                stretch = []
            stretch.append(run)
        if stretch:
            self._execute(room, stretch)

    def _execute(self, room: Room, runs: list[Run]) -> None:
        params = methods.ExecuteParams(
            room=room.id, cells=tuple(run.ref for run in runs), stop_on_error=runs[0].stop_on_error
        )

        def answered(future: asyncio.Future[Any]) -> None:
            error = None if future.cancelled() else future.exception()
            if isinstance(error, HoodError):
                for run in runs:
                    room.runs.pop(run.execution, None)
                    run.finish(error)

        room.await_runs(runs)
        self.post("cell.execute", params).future.add_done_callback(answered)

    def _send_frame(self, frame: Frame) -> None:
        if self._wire is not None:
            self._wire.send_binary(encode_frame(frame))

    # -- what arrives (wire.Sink)

    def text(self, data: bytes) -> None:
        try:
            message = jsonrpc.parse_incoming(data)
            if not message.method:
                self._calls.answered(message)
                return
            kind = methods.NOTIFICATIONS.get(message.method)
            if kind is not None:
                self._notified(decode_json(message.params, kind))
        except HoodError as error:
            self._end_with(error)
        except Exception as error:  # noqa: BLE001 - a defect of ours: what waits must not wait for ever
            self._end_with(_defect(error))

    def _notified(self, news: Any) -> None:
        if isinstance(news, methods.DaemonLeaving):
            self._leaving = news.reason
            return
        room = self._rooms.get(news.room)
        if room is None:
            return
        if isinstance(news, methods.RoomEvents):
            room.happened(news)
        elif isinstance(news, methods.Acknowledged):
            room.acknowledged(news)
        elif isinstance(news, methods.RefusedUpdate):
            room.refused(news)
        elif isinstance(news, methods.RoomClosed):
            self._forget(room)
            room.end(RoomMissing(f"{room.path} was closed: {news.reason}."))

    def binary(self, data: bytes) -> None:
        try:
            frame = decode_frame(data)
            room = self._rooms.get(frame.room)
            if room is not None:
                room.framed(frame)
        except HoodError as error:
            self._end_with(error)
        except Exception as error:  # noqa: BLE001 - as above
            self._end_with(_defect(error))

    def ended(self, wire: Wire) -> None:
        if self._wire is wire:
            self._wire, self._up = None, False
            self._gone.append(wire)
            for room in self._rooms.values():
                room.live = False
            self._calls.lost()
            self._ended.set()

    def _end_with(self, error: HoodError) -> None:
        """Something came that we cannot read: no state can be trusted after it."""
        self._give_up(error)

    # -- keeping the connection

    async def _keep(self) -> None:
        while self._error is None:
            await self._ended.wait()
            self._ended.clear()
            while self._gone:
                # Not forgotten before it is closed: `close` may end this task meanwhile, and does the rest.
                await self._gone[0].close()
                del self._gone[0]
            try:
                await self._come_back()
            except HoodError as error:
                self._give_up(error)
            except Exception as error:  # noqa: BLE001 - as in `text`: nobody may wait for ever
                self._give_up(_defect(error))

    async def _come_back(self) -> None:
        if self._agent or self._leaving == "user":
            raise DaemonUnreachable(f"The daemon has ended{' on request' if self._leaving else ''}.")
        self._leaving = ""
        reached = await reach(self.paths, self.name, start=self._start)
        self._take(reached)
        for room in list(self._rooms.values()):
            await self._reopen(room)
        if self._wire is reached.wire:
            self._up = True
            for call in self._calls.unsent():
                self._send(call)

    async def _reopen(self, room: Room) -> None:
        unknown: list[Run] = []

        def received(opened: methods.OpenResult) -> None:
            before = room.id
            unknown.extend(room.reopened(opened))
            if room.id != before:
                self._rooms[room.id] = self._rooms.pop(before)
                self._env[room.id] = self._env.pop(before)

        env = self._env[room.id]
        try:
            try:
                await self._ask_once("room.open", methods.OpenParams(path=room.path, env=env), received)
            except (FileMissing, NotAFile, NotebookUnreadable, RoomMissing):
                # The file is gone or broken; the room with what was edited may well be there.
                await self._ask_once("room.attach", methods.RoomParams(room=room.id), received)
        except DaemonUnreachable:
            return  # gone again: the keeper is told, and comes back here
        except HoodError as error:
            self._forget(room)
            room.end(error)
            return
        self.execute(room, unknown)

    async def _ask_once(self, method: str, params: Any, received: Callable[[Any], None]) -> None:
        call = self._calls.new(method, params, received, repeat=False)
        self._send(call)
        if not call.sent:
            self._calls.lost()
            raise DaemonUnreachable("The connection was lost.")
        await self._answer(call, limits.CALL_SECONDS)

    def _take(self, reached: Reached) -> None:
        self._wire, self.hello = reached.wire, reached.hello
        self.blobs.at(reached.hello.blobs)
        self.connections += 1
        if reached.started is not None:
            self._daemons = [one for one in self._daemons if one.exit is None] + [reached.started]
        reached.wire.start(self)

    def _give_up(self, error: HoodError) -> None:
        self._error = self._error or error
        self._calls.give_up(error)
        self.blobs.over()
        for room in self._rooms.values():
            room.end(error)
        self._rooms.clear()


class Connecting:
    """What `connect` gives: `await` it for the client, or use it with `async with`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __await__(self) -> Generator[Any, None, Client]:
        return self._client.connect().__await__()

    async def __aenter__(self) -> Client:
        return await self._client.connect()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()


def _defect(error: Exception) -> Internal:
    found = Internal("The client could not use what the daemon sent.")
    found.__cause__ = error
    return found


def paths_of(home: str | os.PathLike[str] | None) -> Paths:
    """Another installation's folders, or the user's own."""
    return Paths.of_user() if home is None else Paths.of_user({"FUMEHOOD_HOME": str(Path(home).absolute())})
