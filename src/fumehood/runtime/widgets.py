"""Tells what a kernel's widgets have become: at once where that is rare, in the rhythm of the eye in a flood.

A widget that the kernel changes ten thousand times a second reaches the room sixty times. A message of a widget's own
is never replaced by another; of many, those of a moment travel together. What was gathered is told before anything that
follows it: an opening, a closing, the end of a cell and the answer to who waits for the kernel. So nobody sees a
message before the value that it speaks of, and the last value is never lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.runtime import comms
from fumehood.runtime.changes import Message, Trait
from fumehood.runtime.desk import Desk

log = logging.getLogger(__name__)


def changed(desk: Desk, comm: str, data: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
    """A widget's `update`, which is in `desk.comms` already; a daemon that comes later gets it from there."""
    state = data.get("state")
    if not desk.greeted or not isinstance(state, dict):
        return
    if desk.changes.bytes + sum(map(len, buffers)) > limits.COMM_MESSAGE:
        tell(desk)
    desk.changes.add(comm, state, data.get("buffer_paths"), buffers)
    if desk.changes_timer is None:
        _arm(desk)


def said(desk: Desk, message: Message) -> None:
    """Anything else that a comm says."""
    if not desk.greeted:
        return
    size = sum(map(len, message.buffers))
    if desk.changes.messages >= limits.WIDGET_MESSAGES or desk.changes.message_bytes + size > limits.COMM_MESSAGE:
        tell(desk)
    desk.changes.say(message)
    now = asyncio.get_running_loop().time()
    if desk.changes.messages == 1 and now >= desk.moment + limits.WIDGET_INTERVAL:
        desk.moment, desk.prompt = now, 0
    if desk.prompt < limits.WIDGET_PROMPT:
        desk.prompt += 1
        tell(desk)
    elif desk.changes.messages == 1:
        # Values that wait for longer than a message may go with it.
        _disarm(desk)
        desk.changes_timer = asyncio.get_running_loop().call_at(desk.moment + limits.WIDGET_INTERVAL, _moment, desk)


def tell(desk: Desk) -> None:
    """Everything, now."""
    _disarm(desk)
    if not desk.changes:
        return
    pause = max(
        limits.WIDGET_INTERVAL,
        len(desk.changes) / limits.WIDGET_CHANGES,
        desk.changes.bytes / limits.WIDGET_RATE,
    )
    desk.changes_due = asyncio.get_running_loop().time() + pause
    for turn in desk.changes.take():
        for comm, traits in turn.values.items():
            if not _leave(desk, comm, traits) and len(traits) > 1:
                # Together they are more than a message holds; each by itself the kernel could send.
                for name, trait in traits.items():
                    _leave(desk, comm, {name: trait})
        for one in turn.messages:
            _pass(desk, one)


def forget(desk: Desk) -> None:
    """A daemon that has just come learns all there is from `desk.comms`."""
    _disarm(desk)
    desk.changes.take()


def _arm(desk: Desk) -> None:
    loop = asyncio.get_running_loop()
    delay = desk.changes_due - loop.time()
    if delay <= 0 and not desk.outlet.slow:
        tell(desk)
    else:
        desk.changes_timer = loop.call_later(max(delay, limits.WIDGET_INTERVAL), _ring, desk)


def _ring(desk: Desk) -> None:
    desk.changes_timer = None
    # While the daemon has not taken what it was told, there is nothing to hurry for: values go on being replaced.
    _arm(desk)


def _moment(desk: Desk) -> None:
    desk.changes_timer = None
    # The flood goes on: none of its messages is told at once until a moment was without one.
    desk.moment, desk.prompt = asyncio.get_running_loop().time(), limits.WIDGET_PROMPT
    tell(desk)


def _pass(desk: Desk, message: Message) -> None:
    try:
        desk.say(*comms.message(message.comm, message.data, message.metadata, message.buffers))
    except LimitExceeded as error:
        log.error("a message of a widget could not leave: %s", error)


def _leave(desk: Desk, comm: str, traits: dict[str, Trait]) -> bool:
    state = {name: trait.value for name, trait in traits.items() if trait.has_value}
    buffers = {path: buffer for trait in traits.values() for path, buffer in trait.buffers.items()}
    data = {"method": "update", "state": state, "buffer_paths": [list(path) for path in buffers]}
    try:
        for report in comms.message(comm, data, {}, list(buffers.values())):
            desk.outlet.leave(report)
    except LimitExceeded as error:
        log.error("%d changes of a widget could not leave: %s", len(traits), error)
        return False
    return True


def _disarm(desk: Desk) -> None:
    if desk.changes_timer is not None:
        desk.changes_timer.cancel()
        desk.changes_timer = None
