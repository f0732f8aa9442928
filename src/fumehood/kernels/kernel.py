"""A local kernel's life: started, ready, spoken to, interrupted, ended.

A kernel is ready when it answered `kernel_info_request` and something of it arrived on IOPub, so that no output is
lost to a subscription that is still on its way. Its end is known from the system (a pidfd), never from a heartbeat.
Everything that it wrote before its end is handed over before `wait` returns. The kernel ends with this process,
however this process ends. Restarting, queueing and what a message means are the runtime's.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from fumehood.core import limits
from fumehood.core.errors import HoodError, KernelStartFailed
from fumehood.core.paths import private_folder
from fumehood.kernels import guards, settle
from fumehood.kernels.channels import Channels
from fumehood.kernels.connection import Connection, make_connection, remove_connection
from fumehood.kernels.specs import KernelSpec
from fumehood.kernels.stray import Stray
from fumehood.kernels.wire import Channel, Codec, Fault, KernelMessage
from fumehood.sandbox.process import Exit, Process
from fumehood.sandbox.spawn import Policy, spawn

POLICY = Policy(die_with_parent=True)
FIRST_RETRY = 0.25
"""Seconds until kernel_info is asked again, doubled each time up to `LAST_RETRY`."""
LAST_RETRY = 4.0
IOPUB_PATIENCE = 5.0
"""A kernel that answers but never says its status on IOPub is taken as it is after this long."""
LAST_WORDS = 2.0
"""How long the end of IOPub is awaited once the process has ended."""
START_TAIL = 4_000
"""Characters of its stderr that the error of a failed start carries."""


class Kernel:
    """See the module. Made by `Kernel.start`."""

    def __init__(
        self,
        spec: KernelSpec,
        process: Process,
        folder: Path,
        connection: Connection,
        stray: Stray,
        on_message: Callable[[KernelMessage], None],
        on_fault: Callable[[Channel, Fault, int], None] | None,
    ) -> None:
        self.spec = spec
        self.info: dict[str, Any] = {}
        """The content of the kernel_info_reply."""
        self._process = process
        self._folder = folder
        self._connection = connection
        self._stray = stray
        self._on_message = on_message
        self._on_fault = on_fault
        self._codec = Codec(connection.key, secrets.token_hex(16))
        self._probes: set[str] = set()
        self._answered = asyncio.Event()
        self._heard = asyncio.Event()
        self._settled: asyncio.Future[KernelMessage] = asyncio.get_running_loop().create_future()
        self._channels = Channels(self._codec, connection.endpoints, self._take, self._tell)
        self._life = asyncio.create_task(self._live(), name=f"kernel {process.pid}")

    @classmethod
    async def start(
        cls,
        spec: KernelSpec,
        folder: Path,
        cwd: Path,
        env: Mapping[str, str],
        on_message: Callable[[KernelMessage], None],
        on_fault: Callable[[Channel, Fault, int], None] | None = None,
        *,
        ready_within: float = limits.KERNEL_READY_SECONDS,
    ) -> Kernel:
        """Starts a kernel and returns when it is ready.

        `folder` is made private and holds its sockets; one kernel at a time. `env` is its whole environment, to which
        the spec's own is added. `on_message` hears everything from the first word on, but for the answers to our own
        questions. `on_fault(channel, fault, count)` hears of messages that were dropped: the 1st, 2nd, 4th, 8th … of
        a kind. Raises `KernelStartFailed` with the end of its stderr as `data["stderr"]`.
        """
        private_folder(folder)
        connection = make_connection(folder, spec.name)
        stray = Stray()
        elsewhere = settle.settles(spec)
        try:
            if not cwd.is_dir():
                raise KernelStartFailed(f"The folder {cwd} is not there.", hint="Was it moved or deleted?")
            process = spawn(
                POLICY,
                spec.command(connection.file),
                cwd=folder if elsewhere else cwd,
                env={**guards.around(spec.environment(env), folder), "PWD": str(cwd)},
                stdout=stray.write,
                stderr=stray.write,
            )
        except HoodError as error:
            stray.close()
            remove_connection(connection)
            guards.remove(folder)
            if isinstance(error, KernelStartFailed):
                raise
            raise KernelStartFailed(f"The kernel {spec.name} did not start: {error.message}") from error
        stray.started()
        kernel = cls(spec, process, folder, connection, stray, on_message, on_fault)
        try:
            await kernel._become_ready(ready_within, cwd if elsewhere else None)
        except BaseException:
            kernel.kill()
            await kernel.wait()
            raise
        return kernel

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def process(self) -> Process:
        return self._process

    @property
    def session(self) -> str:
        return self._codec.session

    @property
    def exit(self) -> Exit | None:
        """How it ended; `None` while it runs."""
        return self._process.exit

    @property
    def stray(self) -> str:
        """The end of what it wrote to stdout and stderr, past its protocol."""
        return self._stray.text()

    @property
    def faults(self) -> Counter[tuple[Channel, str]]:
        """How many messages were dropped, by channel and kind."""
        return self._channels.faults

    def refused(self) -> list[list[str]]:
        """What its commands would have installed, since this was asked last; see `guards`."""
        return guards.refused(self._folder)

    # -- becoming ready

    async def _become_ready(self, within: float, cwd: Path | None) -> None:
        ready = asyncio.create_task(self._ask_until_ready(cwd), name=f"kernel {self.pid} becomes ready")
        try:
            await asyncio.wait({ready, self._life}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            if self._life.done():
                why = f"it {self._life.result().describe()} before it was ready"
            elif not ready.done():
                why = f"it did not answer within {within:g} seconds"
            else:
                return ready.result()
        finally:
            ready.cancel()
            await asyncio.gather(ready, return_exceptions=True)
        tail = self.stray[-START_TAIL:]
        last = next((line.strip() for line in reversed(tail.splitlines()) if line.strip()), "")
        raise KernelStartFailed(
            f"The kernel {self.spec.name} did not start: {why}." + (f" It wrote: {last[:300]}" if last else ""),
            stderr=tail,
        )

    async def _ask_until_ready(self, cwd: Path | None) -> None:
        await self._ask_until(self._answered, None)
        await self._ask_until(self._heard, IOPUB_PATIENCE)
        if cwd is not None:
            self._probes.add(self.send("shell", "execute_request", settle.request(str(cwd))))
            reply = (await self._settled).content
            if reply.get("status") != "ok":
                raise KernelStartFailed(f"The kernel could not go to {cwd}: {reply.get('evalue', '')}.")

    async def _ask_until(self, event: asyncio.Event, patience: float | None) -> None:
        """Asks for kernel_info, again and again, until `event` comes."""
        wait, spent = FIRST_RETRY, 0.0
        while not event.is_set() and (patience is None or spent < patience):
            if len(self._probes) < 100:
                self._probes.add(self.send("shell", "kernel_info_request", {}))
            try:
                async with asyncio.timeout(wait):
                    await event.wait()
            except TimeoutError:
                spent += wait
                wait = min(wait * 2, LAST_RETRY)

    def _take(self, message: KernelMessage) -> None:
        if message.channel == "iopub":
            self._heard.set()
        if message.parent_id in self._probes:
            if message.msg_type == "kernel_info_reply":
                self.info = self.info or message.content
                self._answered.set()
            elif message.msg_type == "execute_reply" and not self._settled.done():
                self._settled.set_result(message)
            return
        if message.msg_type != "iopub_welcome":
            self._on_message(message)

    # -- while it lives

    def send(
        self,
        channel: Literal["shell", "control", "stdin"],
        msg_type: str,
        content: dict[str, Any],
        *,
        metadata: dict[str, Any] | None = None,
        buffers: Sequence[bytes] = (),
        parent: KernelMessage | None = None,
    ) -> str:
        """The id of the message, which is `parent_id` of its answers. Raises `KernelDied`, `Busy`."""
        return self._channels.send(channel, msg_type, content, metadata=metadata, buffers=buffers, parent=parent)

    async def interrupt(self) -> None:
        """Once; when to repeat it is the runtime's decision."""
        if self.spec.interrupt_mode == "message":
            self.send("control", "interrupt_request", {})
        else:
            self._process.signal_group(signal.SIGINT)

    def kill(self) -> None:
        """The kernel and what it started, at once."""
        self._process.kill_group()

    async def shutdown(self, grace: float = limits.SHUTDOWN_GRACE) -> Exit:
        """Asks it to end, and ends it after `grace` seconds."""
        if not self._life.done():
            try:
                self.send("control", "shutdown_request", {"restart": False})
                async with asyncio.timeout(grace):
                    return await self.wait()
            except (TimeoutError, HoodError):
                self.kill()
        return await self.wait()

    async def wait(self) -> Exit:
        """Returns when it has ended and everything that it said was handed over."""
        return await asyncio.shield(self._life)

    async def _live(self) -> Exit:
        try:
            ended = await self._process.wait()
            try:
                async with asyncio.timeout(LAST_WORDS):
                    await self._channels.iopub_gone.wait()
            except TimeoutError:
                # A child of the kernel may hold the socket open; what had arrived is taken all the same.
                pass
            await self._channels.drain()
            return ended
        finally:
            # Where the loop ends before the kernel does, the kernel ends too.
            self.kill()
            self._channels.close()
            self._stray.close()
            remove_connection(self._connection)
            guards.remove(self._connection.file.parent)

    def _tell(self, channel: Channel, fault: Fault, count: int) -> None:
        if self._on_fault is not None:
            self._on_fault(channel, fault, count)
