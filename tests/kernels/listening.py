"""What the kernel tests share: something that hears a kernel, and waits for what it says without looking twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fumehood.kernels.kernel import Kernel
from fumehood.kernels.wire import Channel, Fault, KernelMessage

EXECUTE: dict[str, Any] = {
    "silent": False,
    "store_history": True,
    "user_expressions": {},
    "allow_stdin": True,
    "stop_on_error": True,
}


class Listener:
    def __init__(self) -> None:
        self.messages: list[KernelMessage] = []
        self.faults: list[tuple[Channel, str, int]] = []
        self._replied: set[str] = set()
        self._idle: set[str] = set()
        self._waiting: list[tuple[Callable[[], bool], asyncio.Event]] = []

    def hear(self, message: KernelMessage) -> None:
        self.messages.append(message)
        if message.msg_type == "execute_reply":
            self._replied.add(message.parent_id)
        elif message.content.get("execution_state") == "idle":
            self._idle.add(message.parent_id)
        self._look()

    def hear_fault(self, channel: Channel, fault: Fault, count: int) -> None:
        self.faults.append((channel, fault.kind, count))
        self._look()

    def _look(self) -> None:
        for condition, event in self._waiting:
            if condition():
                event.set()

    async def until(self, condition: Callable[[], bool], within: float = 30) -> None:
        event = asyncio.Event()
        if condition():
            return
        entry = (condition, event)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(within):
                await event.wait()
        finally:
            self._waiting.remove(entry)

    def of(self, msg_id: str) -> list[KernelMessage]:
        return [message for message in self.messages if message.parent_id == msg_id]

    def done(self, msg_id: str) -> bool:
        return msg_id in self._replied and msg_id in self._idle

    def text(self, msg_id: str) -> str:
        return "".join(m.content["text"] for m in self.of(msg_id) if m.msg_type == "stream")


def ask(kernel: Kernel, code: str, **content: Any) -> str:
    return kernel.send("shell", "execute_request", {"code": code, **EXECUTE, **content})


async def run(kernel: Kernel, listener: Listener, code: str, **content: Any) -> list[KernelMessage]:
    """Everything that the execution of `code` said, reply included."""
    msg_id = ask(kernel, code, **content)
    await listener.until(lambda: listener.done(msg_id))
    return listener.of(msg_id)


def reply_of(messages: list[KernelMessage]) -> dict[str, Any]:
    (reply,) = [m for m in messages if m.msg_type == "execute_reply"]
    return reply.content


def text_of(messages: list[KernelMessage]) -> str:
    return "".join(m.content["text"] for m in messages if m.msg_type == "stream")
