"""What every part of the benchmark gets: folders, peers for as long as they are needed, and how much to do."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from benchmarks.peers import Peer, Session
from benchmarks.peers.marimo import Marimo
from benchmarks.peers.ours import Ours
from benchmarks.peers.raw import Raw
from benchmarks.peers.server import Server

Found = TypeVar("Found")


def everyone() -> list[Peer]:
    return [Raw(), Server(binary=False), Server(binary=True), Marimo(), Ours()]


class Bench:
    def __init__(self, folder: Path, scale: float) -> None:
        self.scale = scale
        """1.0 is the default run, in about ten minutes; less for a look."""
        self._folder = folder
        self._numbers = itertools.count()

    def times(self, count: int, least: int = 1) -> int:
        return max(least, round(count * self.scale))

    def place(self) -> Path:
        """A new folder with a short name: a home's sockets must fit into 107 bytes."""
        made = self._folder / str(next(self._numbers))
        made.mkdir()
        return made

    async def aside(self, work: Callable[[], Found]) -> Found:
        """What blocks, in a thread that no end of this process waits for: a part that hangs is given up in its time."""
        done: Future[Found] = Future()
        done.set_running_or_notify_cancel()  # from here on it may be left alone, and not be taken back

        def run() -> None:
            try:
                done.set_result(work())
            except BaseException as error:
                done.set_exception(error)

        threading.Thread(target=run, name="benchmark", daemon=True).start()
        return await asyncio.wrap_future(done)

    @contextlib.asynccontextmanager
    async def up(self, peers: Sequence[Peer]) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for peer in peers:
                await peer.start(self.place())
                stack.push_async_callback(peer.stop)
            yield

    @contextlib.asynccontextmanager
    async def sessions(self, peers: Sequence[Peer]) -> AsyncIterator[dict[str, Session]]:
        """A session with a kernel that is ready for each, in the peers' order."""
        async with self.up(peers):
            made: dict[str, Session] = {}
            for peer in peers:
                made[peer.name] = await peer.session()
                if isinstance(peer, Ours):
                    await peer.warm()
            yield made

    @contextlib.asynccontextmanager
    async def ours(self) -> AsyncIterator[Ours]:
        peer = Ours()
        async with self.up([peer]):
            yield peer
