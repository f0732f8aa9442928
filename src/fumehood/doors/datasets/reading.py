"""Reads in threads, so that none of them stops the loop, and in lanes, so that slow ones do not stop quick ones.

Genes may wait for a pass over the whole matrix, which all of them share: many may wait, and nothing else behind them.
Columns and edges may take long (a cold disk); manifests and what a page needs to begin must not wait behind them.
What waits is bounded; who hangs up while it waits is not read for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from fumehood.core import limits
from fumehood.core.errors import Busy

T = TypeVar("T")

_QUICK: Final = 2
_GENES: Final = ("gene/", "var/")
_LONG: Final = (
    *("obs/", "columns/", "connectivity/", "vectors/", "graph/", "cells/"),
    *("fingerprint.json", "genes/aliases"),  # every name of the dataset is read for them
)


class Gone(Exception):
    """Nobody waits for the answer any more."""


class Readers:
    def __init__(self) -> None:
        self._quick = ThreadPoolExecutor(_QUICK, "fumehood-quick")
        self._long = ThreadPoolExecutor(limits.VIEW_READERS, "fumehood-read")
        self._genes = ThreadPoolExecutor(limits.VIEW_GENES, "fumehood-gene")
        self._waiting = 0

    async def read(self, path: str, work: Callable[[], T], wanted: Callable[[], bool]) -> T:
        """`wanted` is asked when a thread is free. Raises `Busy`, `Gone`, and what `work` does."""
        if self._waiting >= limits.VIEW_WAITING:
            raise Busy("Too many reads are waiting.")

        def job() -> T:
            if not wanted():
                raise Gone
            return work()

        lane = self._genes if path.startswith(_GENES) else self._long if path.startswith(_LONG) else self._quick
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(lane, job)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        for lane in (self._quick, self._long, self._genes):
            lane.shutdown(wait=False, cancel_futures=True)
