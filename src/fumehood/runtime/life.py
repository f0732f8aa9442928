"""A kernel comes, goes, and is told where it is. One at a time; the kernel before is silent from its end on."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.core.paths import Paths
from fumehood.kernels.kernel import Kernel
from fumehood.kernels.specs import KernelSpec, default_spec, get_spec, of_environment
from fumehood.kernels.wire import Channel, Fault, KernelMessage
from fumehood.protocol.events import KernelChanged, KernelStatus
from fumehood.runtime import adopt, outputs
from fumehood.sandbox.process import Exit

log = logging.getLogger(__name__)


class Life:
    def __init__(
        self,
        runtime: str,
        folder: Path,
        tasks: asyncio.TaskGroup,
        *,
        on_message: Callable[[KernelMessage], None],
        on_fault: Callable[[Channel, Fault, int], None],
        on_death: Callable[[Exit, str], None],
    ) -> None:
        self._folder = folder
        self._tasks = tasks
        self._on_message = on_message
        self._on_fault = on_fault
        self._on_death = on_death
        self._environ = {
            **os.environ,
            "FUMEHOOD_RUNTIME": runtime,
            "FUMEHOOD_AGENT_SOCKET": str(Paths.of_user().agent_socket),
        }
        self._generation = 0
        self._quiet: dict[str, asyncio.Future[bool]] = {}
        self.kernel: Kernel | None = None
        self.ready = False
        """A kernel runs and is where it belongs."""
        self.adopted = False
        """It has its room's folder and environment."""

    @property
    def takes_work(self) -> bool:
        """A warm kernel is ready before it is anybody's: what a room sends at once must wait for its adoption."""
        return self.ready and self.adopted

    async def up(
        self, spec_name: str, cwd: Path, env: Mapping[str, str], python: str = "", *, warm: bool = False
    ) -> None:
        """Starts a kernel; a `warm` one is nobody's yet. Raises what `get_spec` and `Kernel.start` raise."""
        spec = await self._spec(spec_name, python)
        self._generation += 1
        generation = self._generation
        kernel = await Kernel.start(
            spec,
            # A folder of its own: what an ending kernel takes away must not be the next one's.
            self._folder / f"k{generation}",
            cwd,
            {**self._environ, **env},
            lambda message: self._heard(generation, message),
            self._on_fault,
        )
        self.kernel = kernel
        if is_python(spec):
            await self._place(cwd, {})
        self.ready = True
        self.adopted = not warm
        self._tasks.create_task(self._watch(kernel), name=f"watch kernel {kernel.pid}")

    async def adopt(self, spec_name: str, cwd: Path, env: Mapping[str, str], python: str = "") -> None:
        """The kernel that waits warm, if it can become what is wanted; otherwise a fresh one. Raises as `up` does."""
        warm = self.kernel
        if warm is not None and self.ready and cwd.is_dir():
            language = "python" if is_python(warm.spec) else warm.spec.language
            if await self._spec(spec_name, python) == warm.spec and adopt.fits(language, env, self._environ):
                self.ready = False
                if await self._place(cwd, {**env, "PWD": str(cwd)}):
                    self.ready = self.adopted = True
                    return
        if warm is not None:
            await self.down(0.0)
        await self.up(spec_name, cwd, env, python)

    def leave(self) -> None:
        """The kernel is to end: it gets no work any more, and nothing of what it still says is heard."""
        self.ready = False
        self._generation += 1

    async def down(self, grace: float = limits.SHUTDOWN_GRACE) -> None:
        """Ends the kernel."""
        self.leave()
        kernel, self.kernel = self.kernel, None
        if kernel is None:
            return
        try:
            if grace <= 0:
                kernel.kill()
            else:
                # One that computes would not read the request before it is done.
                await kernel.interrupt()
            await kernel.shutdown(grace)
        except HoodError:
            kernel.kill()
            await kernel.wait()
        except asyncio.CancelledError:
            kernel.kill()
            raise

    def kill(self) -> None:
        if self.kernel is not None:
            self.kernel.kill()

    def changed(self, status: KernelStatus, **more: Any) -> KernelChanged:
        """The event that says all about the kernel that runs."""
        kernel = self.kernel
        if kernel is None:
            return KernelChanged(status=status, **more)
        info = kernel.info.get("language_info")
        return KernelChanged(
            status=status,
            spec=kernel.spec.name,
            display_name=kernel.spec.display_name,
            language=kernel.spec.language,
            language_info=outputs.metadata(info) if isinstance(info, dict) else {},
            pid=kernel.pid,
            **more,
        )

    # -- inside

    async def _spec(self, name: str, python: str) -> KernelSpec:
        if python:
            return await asyncio.to_thread(of_environment, Path(python))
        # jupyter_core looks for folders on disks that may be slow.
        return await asyncio.to_thread(get_spec, name) if name else default_spec()

    async def _place(self, cwd: Path, env: Mapping[str, str]) -> bool:
        return await self.say_quietly(adopt.code(str(cwd), env))

    async def say_quietly(self, code: str) -> bool:
        """Runs code of ours that leaves no trace in the history; whether it did what it was to do."""
        assert self.kernel is not None
        content = {
            "code": code,
            "silent": True,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        try:
            message = self.kernel.send("shell", "execute_request", content)
            self._quiet[message] = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(limits.ADOPT_SECONDS):
                return await self._quiet[message]
        except (HoodError, TimeoutError) as error:
            log.warning("the kernel was not told: %s", type(error).__name__)
            return False

    def _heard(self, generation: int, message: KernelMessage) -> None:
        if generation != self._generation:
            return
        placed = self._quiet.get(message.parent_id)
        if placed is not None:
            if message.msg_type == "execute_reply" and not placed.done():
                placed.set_result(message.content.get("status") == "ok")
            return
        self._on_message(message)

    async def _watch(self, kernel: Kernel) -> None:
        try:
            ended = await kernel.wait()
            if self.kernel is kernel:
                self.kernel = None
                self.ready = False
                self._quiet.clear()
                self._on_death(ended, kernel.stray)
        except Exception:
            log.exception("the end of a kernel was not handled")


def is_python(spec: KernelSpec) -> bool:
    """Whether IPython runs in it, as far as the spec says."""
    return spec.language.lower() == "python" and any("ipykernel" in part for part in spec.argv)
