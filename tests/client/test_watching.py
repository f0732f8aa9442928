"""Event streams are bounded and say what was missed."""

from __future__ import annotations

import asyncio

import pytest

from fumehood.client.watching import EventStream, Missed
from fumehood.core import limits
from fumehood.core.errors import RoomMissing
from fumehood.protocol.events import Counted


def counted(number: int) -> Counted:
    return Counted(execution="e", count=number)


def make() -> tuple[EventStream, list[EventStream]]:
    forgotten: list[EventStream] = []
    return EventStream(forgotten.append), forgotten


async def test_events_come_in_order_also_to_one_who_waits() -> None:
    stream, _ = make()
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    stream.put(counted(1))
    stream.put(counted(2))
    assert await waiting == counted(1)
    assert await anext(stream) == counted(2)


async def test_a_slow_reader_is_told_how_many_it_missed() -> None:
    stream, _ = make()
    for number in range(limits.CLIENT_EVENTS + 3):
        stream.put(counted(number))
    read = [await anext(stream) for _ in range(limits.CLIENT_EVENTS)]
    assert read[-1] == counted(limits.CLIENT_EVENTS - 1)
    stream.put(counted(-1))
    assert await anext(stream) == Missed(3)
    assert await anext(stream) == counted(-1)
    for number in range(limits.CLIENT_EVENTS + 1):
        stream.put(counted(number))
    for _ in range(limits.CLIENT_EVENTS):
        await anext(stream)
    assert await anext(stream) == Missed(1)


async def test_the_end_comes_after_what_waits() -> None:
    stream, forgotten = make()
    stream.put(counted(1))
    stream.end(RoomMissing("closed"))
    stream.put(counted(2))
    assert await anext(stream) == counted(1)
    with pytest.raises(RoomMissing):
        await anext(stream)
    stream.close()
    assert forgotten == [stream]
    other, _ = make()
    async with other:
        other.end()
        assert [event async for event in other] == []
