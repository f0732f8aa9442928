"""How a room gets its runtime: the one it has, a warm one, or a new one; at most one at a time.

Before each kernel, whoever wants it, stands the gate of `trusting`: what a notebook asks to have installed, and nobody
approved, keeps its runtime from starting.

Which kernelspec: the one that was asked for, else the notebook's, else the default. A notebook's own word is a wish:
where that kernel is not installed and the default speaks the same language, the default runs it and the room says so.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from fumehood.core import limits
from fumehood.core.errors import (
    Busy,
    HoodError,
    KernelDied,
    KernelSilent,
    KernelSpecMissing,
    NoKernel,
    TimedOut,
    VersionMismatch,
)
from fumehood.core.identity import Identity
from fumehood.core.ids import RoomId
from fumehood.daemon import silence
from fumehood.daemon.launching import Launcher, Runtime
from fumehood.daemon.links import RuntimeLink
from fumehood.daemon.pool import Pool
from fumehood.daemon.room import Room
from fumehood.daemon.tether import Tether
from fumehood.daemon.trusting import Clearance, Trusting
from fumehood.kernels import specs
from fumehood.protocol import events as ev
from fumehood.protocol import stream

_AS_IT_IS: Final = Clearance()
"""An installed kernelspec."""


class Kernels:
    def __init__(self, launcher: Launcher, pool: Pool, rooms: Callable[[], Iterable[Room]], gate: Trusting) -> None:
        self.launcher = launcher
        self.pool = pool
        self._gate = gate
        self._rooms = rooms

    def quiet(self) -> bool:
        """Nothing starts or runs anywhere."""
        return not any(
            room.starting is not None or room.state.kernel.status in ("starting", "busy", "restarting")
            for room in self._rooms()
        )

    async def obtain(self, room: Room, spec: str = "", revive: bool = False, without: bool = False) -> Tether:
        """The room's runtime, started if there is none. `revive`: also where the last one died, with or without
        its runtime. `without`: a person's word for this start (`Trusting.clear`).

        Raises NotApproved, KernelDied, KernelStartFailed, KernelSpecMissing, KernelSpecUnsafe, StorageFailed.
        """
        if room.clearing is not None:
            await asyncio.wait([room.clearing])
        if room.tether is not None and room.tether.ending:
            await _ended(room.tether)
        dead = room.state.kernel.status == "dead"
        if dead and not revive:
            raise KernelDied(room.state.kernel.reason or "The kernel has died.")
        if room.tether is not None:
            if dead:
                await self.restart(room, spec, without)
            return room.tether
        if room.starting is None:
            room.starting = room.tasks.start(self._start(room, spec, without), f"start kernel of {room.id}")
        return await asyncio.shield(room.starting)

    async def _start(self, room: Room, wanted: str, without: bool) -> Tether:
        ahead: list[asyncio.Task[Runtime]] = []

        def granted() -> None:
            # It comes up while the environment is built, and is nobody's until then, for whatever daemon finds it.
            ahead.append(asyncio.create_task(self.launcher.start(None), name=f"start runtime for {room.id}"))

        try:
            cleared = self._gate.at_once(room, without) or await self._gate.clear(room, without, granted)
            spec = await asyncio.to_thread(choose, wanted, room.notebook.metadata(), cleared)
            if not wanted and spec.wished:
                room.notice(
                    KernelSpecMissing(
                        f"The notebook's kernel {spec.wished!r} is not installed: {spec.display_name} runs it."
                    )
                )
            room.log.emit(ev.KernelChanged(status="starting", spec=spec.name, display_name=spec.display_name))
            runtime, link = await self._runtime(room, spec, ahead)
            tether = Tether(room, runtime, link, self.launcher, 0, self._changed)
            room.tether = tether
            room.tasks.run(tether.run(), f"runtime {runtime.id}")
            cwd = str(room.file.path.parent)
            tether.link.send(stream.Adopt(room=room.id, spec=spec.name, cwd=cwd, env=room.env, python=spec.python))
            self._gate.started(room, cleared if spec.python else _AS_IT_IS)
            return tether
        except HoodError as error:
            room.log.emit(ev.KernelChanged(status="none", reason=error.message))
            raise
        finally:
            room.starting = None
            self.pool.want()
            for one in ahead:
                await self._discard(one)

    async def _discard(self, ahead: asyncio.Task[Runtime]) -> None:
        """It was started for a kernel that does not come."""
        ahead.cancel()
        with contextlib.suppress(HoodError, asyncio.CancelledError):
            runtime = await ahead
            runtime.body.kill()
            await self.launcher.forget(runtime)

    async def _runtime(
        self, room: Room, spec: Chosen, ahead: list[asyncio.Task[Runtime]]
    ) -> tuple[Runtime, RuntimeLink]:
        # A kernel that waits warm is of no built environment.
        warm = None if spec.python or ahead else self.pool.take(spec.name)
        if warm is not None:
            try:
                await self.launcher.record(warm.runtime, room.id, warm.kernel_pid)
            except HoodError:
                warm.runtime.body.kill()
                raise
            return warm.runtime, warm.link
        if ahead:
            runtime = await ahead[0]
            await self.launcher.record(runtime, room.id, None)
            ahead.clear()
        else:
            runtime = await self.launcher.start(room.id)
        try:
            return runtime, await reach(runtime, 0)
        except HoodError:
            runtime.body.kill()
            await self.launcher.forget(runtime)
            raise

    def _changed(self, room: Room) -> None:
        self.pool.poke()

    # -- what a person asks of a kernel

    async def restart(self, room: Room, spec: str, without: bool = False) -> None:
        """Raises as `obtain`; where the gate stays shut, the kernel that runs goes on."""
        if room.tether is None or room.tether.ending:
            await self.obtain(room, spec, revive=True, without=without)
            return
        cleared = self._gate.at_once(room, without) or await self._cleared(room, without)
        if room.tether is None or room.tether.ending:
            await self.obtain(room, spec, revive=True, without=without)
        else:
            python = cleared.python
            if python and spec:
                python = (await asyncio.to_thread(choose, spec, room.notebook.metadata(), cleared)).python
            room.tether.link.send(stream.Restart(spec=spec, python=python))
            self._gate.started(room, cleared if python else _AS_IT_IS)
            if room.state.kernel.status == "dead":
                # At once, not only when the runtime says so: what is queued from here on is for the new kernel.
                room.log.emit(
                    msgspec.structs.replace(
                        room.state.kernel, status="restarting", pid=None, reason="", peak_memory=None
                    )
                )

    async def _cleared(self, room: Room, without: bool) -> Clearance:
        """What is queued meanwhile is for the kernel that comes: it waits."""
        room.clearing = room.tasks.start(self._gate.clear(room, without), f"clear {room.id}")
        try:
            return await asyncio.shield(room.clearing)
        finally:
            room.clearing = None

    def catch_up(self, room: Room) -> None:
        """Something was approved: where it only adds packages, the kernel that runs gets them, without a restart."""
        if room.tether is not None and not room.tether.ending and room.state.trust.environment:
            room.tasks.run(self._extend(room), f"extend {room.id}")

    async def _extend(self, room: Room) -> None:
        tether, environment = room.tether, room.state.trust.environment
        try:
            cleared = await self._gate.added(room)
            if cleared is None or tether is None:
                return
            await tether.link.extend(cleared.python)
        except HoodError as error:
            # A restart that came in between has done it, and more.
            if room.tether is tether and room.state.trust.environment == environment:
                room.notice(error)
            return
        if room.tether is tether and room.state.trust.environment == environment:
            self._gate.started(room, cleared)

    async def interrupt(self, room: Room) -> None:
        """Where the kernel's runtime is still starting, once it is there. Raises NoKernel, KernelDied."""
        if room.starting is not None:
            await asyncio.wait([room.starting], timeout=limits.KERNEL_READY_SECONDS)
            # The cells for which it was started are sent first: they are what the interrupt is meant for.
            await asyncio.sleep(0)
        alive(room).link.send(stream.Interrupt())

    async def shutdown(self, room: Room, force: bool) -> None:
        """Returns when runtime and kernel are gone."""
        if room.starting is not None:
            await asyncio.wait([room.starting], timeout=limits.KERNEL_READY_SECONDS)
        tether = room.tether
        if tether is None:
            if room.state.kernel.status != "none":
                room.log.emit(ev.KernelChanged(status="none"))
            return
        tether.end()
        try:
            tether.link.send(stream.Shutdown(force=force))
        except (KernelDied, KernelSilent, VersionMismatch, Busy):
            tether.runtime.body.kill()
        await _ended(tether)

    # -- after a restart of the daemon

    def recovered(self, room: Room, runtime: Runtime, link: RuntimeLink, acked: int) -> None:
        room.tether = Tether(room, runtime, link, self.launcher, acked, self._changed)
        room.tasks.run(room.tether.run(), f"runtime {runtime.id}")

    def silent(self, room: Room, runtime: Runtime, acked: int, kernel_pid: int | None, why: BaseException) -> None:
        """It lives and does not answer: it stays the room's, and is tried again."""
        room.tether = Tether.without_link(room, runtime, self.launcher, acked, kernel_pid, self._changed)
        room.tasks.run(silence.wait_out(room.tether, why), f"silent runtime {runtime.id}")

    def identities(self) -> dict[Identity, RoomId | None]:
        return self.launcher.identities


async def reach(runtime: Runtime, acked: int) -> RuntimeLink:
    """Raises KernelDied where nobody or somebody else is there."""
    try:
        return await RuntimeLink.connect(runtime.id, runtime.socket, runtime.body.who, acked)
    except (OSError, TimeoutError) as error:
        raise KernelDied("The runtime cannot be reached.") from error


def alive(room: Room) -> Tether:
    """Raises NoKernel, KernelDied."""
    if room.tether is None:
        if room.state.kernel.status == "dead":
            raise KernelDied(room.state.kernel.reason or "The kernel has died.")
        raise NoKernel("This notebook has no kernel.")
    return room.tether


async def _ended(tether: Tether) -> None:
    """Waits for the end that was asked for; kills what does not end. Raises TimedOut."""
    patience = limits.SHUTDOWN_GRACE + limits.FAREWELL_SECONDS
    try:
        async with asyncio.timeout(patience):
            await tether.ended.wait()
    except TimeoutError:
        tether.runtime.body.kill()
        try:
            async with asyncio.timeout(patience):
                await tether.ended.wait()
        except TimeoutError as error:
            raise TimedOut("The kernel has not come to its end.") from error


class Chosen:
    __slots__ = ("display_name", "name", "python", "wished")

    def __init__(self, name: str, display_name: str, wished: str = "", python: str = "") -> None:
        self.name = name
        self.display_name = display_name
        self.wished = wished
        """The notebook's kernel, where another one runs instead."""
        self.python = python
        """The interpreter of a built environment, which runs instead of the kernelspec's."""


def choose(wanted: str, metadata: dict[str, Any], cleared: Clearance = _AS_IT_IS) -> Chosen:
    """Blocks: reads kernelspecs. An environment is a Python's: a kernel of another language that a person names runs
    as it is installed. Raises KernelSpecMissing, KernelSpecUnsafe."""
    if cleared.python and (not wanted or specs.get_spec(wanted).language == "python"):
        built = specs.of_environment(Path(cleared.python))
        return Chosen(built.name, built.display_name, python=cleared.python)
    found = metadata.get("kernelspec")
    kernelspec = found if isinstance(found, dict) else {}
    wish = kernelspec.get("name")
    name = wanted or (wish if isinstance(wish, str) else "")
    if not name:
        spec = specs.default_spec()
        return Chosen(spec.name, spec.display_name)
    try:
        spec = specs.get_spec(name)
        return Chosen(spec.name, spec.display_name)
    except KernelSpecMissing:
        if wanted:
            raise
        spec = specs.default_spec()
        info = metadata.get("language_info")
        language = kernelspec.get("language") or (info.get("name") if isinstance(info, dict) else None)
        if isinstance(language, str) and language.lower() != spec.language.lower():
            raise
        return Chosen(spec.name, spec.display_name, name[:80])
