"""Tasks that outlive the call that began them: held, named, awaited at the end, and never silent when they fail."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from fumehood.core.errors import HoodError

_log = logging.getLogger(__name__)


class Tasks:
    def __init__(self) -> None:
        self._held: set[asyncio.Task[Any]] = set()

    def run(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        _ = self.start(work, name)

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._held.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._held.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, HoodError):
            _log.warning("%s: %s", task.get_name(), error.code)
        elif error is not None:
            _log.error("%s failed", task.get_name(), exc_info=error)

    async def close(self) -> None:
        """Cancels what is left and waits for its end."""
        held = [task for task in self._held if task is not asyncio.current_task()]
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
