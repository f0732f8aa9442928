"""Warm pairs of runtime and kernel of the default kernelspec, so that a notebook's first cell finds one running.

Filled only after a person opened a notebook or started a kernel, one at a time, and not while anything starts or
runs (a warm kernel must not compete with the user's first cells). A pair becomes one room's, once; never shared. What
nobody took ends with the daemon.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from fumehood.core import limits
from fumehood.core.errors import HoodError, KernelDied
from fumehood.core.identity import is_alive
from fumehood.daemon.launching import Launcher, Runtime
from fumehood.daemon.links import RuntimeLink
from fumehood.daemon.tasks import Tasks
from fumehood.kernels import specs
from fumehood.protocol import stream

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Warm:
    spec: str
    runtime: Runtime
    link: RuntimeLink
    kernel_pid: int | None
    watch: asyncio.Task[None] | None = None


class Pool:
    def __init__(self, launcher: Launcher, size: int, quiet: Callable[[], bool]) -> None:
        self._launcher = launcher
        self._size = size
        self._quiet = quiet
        self._warm: list[Warm] = []
        self._tasks = Tasks()
        self._filling: asyncio.Task[None] | None = None
        self._poked = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._warm)

    def want(self) -> None:
        """From now on there shall be warm ones."""
        if self._size and not self._closed and self._filling is None:
            self._filling = self._tasks.start(self._fill(), "pool")
        self.poke()

    def poke(self) -> None:
        """Something ended or was taken: perhaps it is the time to start one."""
        self._poked.set()

    def take(self, spec: str) -> Warm | None:
        """A warm one of this kernelspec, which is the caller's from now on."""
        for warm in self._warm:
            if warm.spec == spec and not warm.link.closed and is_alive(warm.runtime.body.who):
                self._warm.remove(warm)
                if warm.watch is not None:
                    warm.watch.cancel()
                return warm
        return None

    async def _fill(self) -> None:
        failures = 0
        while not self._closed:
            self._poked.clear()
            if len(self._warm) >= self._size:
                await self._poked.wait()
            elif not self._quiet():
                # A notebook that computes for an hour must not leave the next one cold.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(limits.POOL_PATIENCE):
                        while not self._quiet():
                            self._poked.clear()
                            await self._poked.wait()
                    continue
                failures = await self._one_more(failures)
            else:
                failures = await self._one_more(failures)

    async def _one_more(self, failures: int) -> int:
        """Starts one; after failures in a row only when something else happens, and later each time."""
        try:
            warm = await self._start()
        except (HoodError, OSError, TimeoutError) as error:
            _log.warning("no warm kernel: %s", error)
            await asyncio.sleep(min(60.0, 2.0**failures))
            if failures >= 3:
                await self._poked.wait()
            return failures + 1
        warm.watch = self._tasks.start(self._watch(warm), f"warm {warm.runtime.id}")
        self._warm.append(warm)
        return 0

    async def _start(self) -> Warm:
        spec = (await asyncio.to_thread(specs.default_spec)).name
        runtime = await self._launcher.start(None, warm=spec)
        try:
            link = await RuntimeLink.connect(runtime.id, runtime.socket, runtime.body.who, 0)
            async with asyncio.timeout(limits.KERNEL_READY_SECONDS):
                kernel_pid = await link.ready()
            await self._launcher.record(runtime, None, kernel_pid)
        except BaseException:
            runtime.body.kill()
            await asyncio.shield(self._launcher.forget(runtime))
            raise
        return Warm(spec, runtime, link, kernel_pid)

    async def _watch(self, warm: Warm) -> None:
        await warm.runtime.body.wait()
        if warm in self._warm:
            self._warm.remove(warm)
            warm.link.close()
            await self._launcher.forget(warm.runtime)
            self.poke()

    async def close(self) -> None:
        """Ends those that nobody took."""
        self._closed = True
        warm, self._warm = self._warm, []
        await self._tasks.close()
        await asyncio.gather(*(self._end(one) for one in warm), return_exceptions=True)

    async def _end(self, warm: Warm) -> None:
        try:
            warm.link.send(stream.Shutdown(force=True))
            async with asyncio.timeout(limits.SHUTDOWN_GRACE):
                await warm.runtime.body.wait()
        except (KernelDied, TimeoutError):
            warm.runtime.body.kill()
        warm.link.close()
        await self._launcher.forget(warm.runtime)
