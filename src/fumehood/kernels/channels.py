"""The four ZMQ sockets of one kernel on the asyncio loop.

The sockets are raw: `zmq.asyncio` makes a future and two trips through the loop for every message. libzmq's
descriptor is edge-triggered: it becomes readable once for any number of messages, and a send can swallow the edge. So
every wake-up reads until there is nothing left, and every send looks again afterwards. A flood is taken in portions
with the rest of the loop in between. Must never let what a kernel says raise into the loop: faults are counted and
told.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import zmq
from zmq.utils.monitor import parse_monitor_message

from fumehood.core import limits
from fumehood.core.errors import Busy, KernelDied
from fumehood.kernels.wire import Channel, Codec, Fault, KernelMessage

_KINDS: dict[Channel, int] = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB}
_RECONNECT_MS = 10
"""How long libzmq waits before it tries again to reach a socket that a starting kernel has not bound yet."""
_DRAIN_TURNS = 2 * limits.KERNEL_BACKLOG
"""A bound, as a turn takes one message at least: a kernel that floods is connected again before the old connection is
read to its end."""
_DOUBT = 5.0
"""Seconds for which a kernel may have closed its sockets and still be on its way out."""


def _fd(socket: zmq.Socket[bytes]) -> int:
    return int(socket.getsockopt(zmq.FD))


class Channels:
    """See the module. `on_message` is called for each good message, in the order of arrival within a channel."""

    def __init__(
        self,
        codec: Codec,
        endpoints: dict[Channel, str],
        on_message: Callable[[KernelMessage], None],
        on_fault: Callable[[Channel, Fault, int], None],
    ) -> None:
        self._codec = codec
        self._on_message = on_message
        self._on_fault = on_fault
        self._loop = asyncio.get_running_loop()
        self._context = zmq.Context()
        self._endpoints = endpoints
        self._sockets: dict[Channel, zmq.Socket[bytes]] = {}
        self._monitors: dict[Channel, zmq.Socket[bytes]] = {}
        self._scheduled: set[Channel] = set()
        self._connected: set[Channel] = set()
        self._lost: dict[Channel, asyncio.TimerHandle] = {}
        self.iopub_gone = asyncio.Event()
        """The kernel's end of IOPub is closed, and all that came before it is in our hands."""
        self.iopub_gone.set()
        self.faults: Counter[tuple[Channel, str]] = Counter()
        for channel, endpoint in endpoints.items():
            self._open(channel, endpoint)

    def _open(self, channel: Channel, endpoint: str) -> None:
        socket = self._context.socket(_KINDS[channel])
        self._sockets[channel] = socket
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.MAXMSGSIZE, limits.KERNEL_MESSAGE)
        socket.setsockopt(zmq.RCVHWM, limits.KERNEL_BACKLOG)
        socket.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MS)
        if channel == "iopub":
            socket.setsockopt(zmq.SUBSCRIBE, b"")
        else:
            # One identity for all: a kernel sends an input_request to the identity that asked on the shell channel.
            socket.setsockopt(zmq.IDENTITY, self._codec.session.encode("ascii"))
        monitor = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED | zmq.EVENT_HANDSHAKE_SUCCEEDED)
        self._monitors[channel] = monitor
        socket.connect(endpoint)
        self._loop.add_reader(_fd(socket), self._drain, channel)
        self._loop.add_reader(_fd(monitor), self._watch, channel)
        # The edge of what comes before the first look is never signalled.
        self._schedule(channel)
        self._loop.call_soon(self._watch, channel)

    @property
    def closed(self) -> bool:
        return not self._sockets

    def send(
        self,
        channel: Channel,
        msg_type: str,
        content: dict[str, Any],
        *,
        metadata: dict[str, Any] | None = None,
        buffers: Sequence[bytes] = (),
        parent: KernelMessage | None = None,
    ) -> str:
        """The id of the message. Raises `Busy` when a kernel has not read for a thousand messages, `KernelDied`."""
        socket = self._sockets.get(channel)
        if socket is None:
            raise KernelDied("The kernel has ended.")
        msg_id, frames = self._codec.encode(msg_type, content, metadata=metadata, buffers=buffers, parent=parent)
        try:
            socket.send_multipart(frames, zmq.DONTWAIT)
        except zmq.Again:
            raise Busy("The kernel does not read its messages.") from None
        self._schedule(channel)
        return msg_id

    def _schedule(self, channel: Channel) -> None:
        if channel not in self._scheduled:
            self._scheduled.add(channel)
            self._loop.call_soon(self._drain, channel)

    def _drain(self, channel: Channel) -> None:
        self._scheduled.discard(channel)
        socket = self._sockets.get(channel)
        taken = size = 0
        while taken < limits.KERNEL_TURN_MESSAGES and size < limits.KERNEL_TURN_BYTES:
            if socket is None or socket.closed:
                return
            try:
                frames = socket.recv_multipart(zmq.DONTWAIT)
            except zmq.Again:
                return
            taken += 1
            size += sum(map(len, frames))
            self._take(channel, frames)
        self._schedule(channel)

    def _take(self, channel: Channel, frames: list[bytes]) -> None:
        try:
            message = self._codec.decode(channel, frames)
        except Fault as fault:
            self.fault(channel, fault)
            return
        try:
            self._on_message(message)
        except Exception as error:  # noqa: BLE001  # a defect of the listener must not stop what follows
            self._loop.call_exception_handler({"message": "a kernel message was not handled", "exception": error})

    def fault(self, channel: Channel, fault: Fault) -> None:
        """Counts it. The listener hears of the 1st, 2nd, 4th, 8th … of a kind, so a flood of faults stays quiet."""
        self.faults[channel, fault.kind] += 1
        count = self.faults[channel, fault.kind]
        if count & (count - 1) == 0:
            self._on_fault(channel, fault, count)

    def _watch(self, channel: Channel) -> None:
        monitor = self._monitors.get(channel)
        while monitor is not None and not monitor.closed:
            try:
                event = parse_monitor_message(monitor.recv_multipart(zmq.DONTWAIT))["event"]
            except zmq.Again:
                return
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self._connected.add(channel)
                if channel == "iopub":
                    self.iopub_gone.clear()
                if channel in self._lost:
                    # It was there to be reached again: no dying kernel, but a message that broke the connection.
                    self._report_lost(channel)
            elif channel in self._connected:
                self._connected.discard(channel)
                self._drain_all(channel)
                self._reconnect(channel)
                if channel == "iopub":
                    self.iopub_gone.set()
                self._lost[channel] = self._loop.call_later(_DOUBT, self._report_lost, channel)

    def _report_lost(self, channel: Channel) -> None:
        self._lost.pop(channel).cancel()
        self.fault(channel, Fault("reset", "the connection broke while the kernel lived"))

    def _reconnect(self, channel: Channel) -> None:
        """libzmq does so by itself after a broken connection, but not after a message that was over the limit."""
        socket = self._sockets[channel]
        try:
            # Throws away what was not read yet, and makes sure that there are never two connections.
            socket.disconnect(self._endpoints[channel])
        except zmq.ZMQError:
            pass
        socket.connect(self._endpoints[channel])

    def _drain_all(self, channel: Channel) -> None:
        for _ in range(_DRAIN_TURNS):
            self._drain(channel)
            if channel not in self._scheduled:
                return

    async def drain(self) -> None:
        """Takes all that has arrived. For the end of a kernel's life: nothing more comes."""
        for channel in list(self._sockets):
            for _ in range(_DRAIN_TURNS):
                self._drain(channel)
                if channel not in self._scheduled:
                    break
                await asyncio.sleep(0)

    def close(self) -> None:
        for timer in self._lost.values():
            timer.cancel()
        for channel, socket in self._sockets.items():
            self._loop.remove_reader(_fd(socket))
            self._loop.remove_reader(_fd(self._monitors[channel]))
            socket.disable_monitor()
            self._monitors[channel].close(0)
            socket.close(0)
        self._sockets.clear()
        self._monitors.clear()
        self._context.term()
