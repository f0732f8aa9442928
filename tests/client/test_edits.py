"""Which updates are kept: bookkeeping, held against a daemon that answers in every order it may."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.client.edits import Edits, Entry
from fumehood.core import limits
from fumehood.core.errors import Busy, DaemonUnreachable, UpdateRefused


@given(st.lists(st.sampled_from(["add", "ack", "refuse", "again"]), max_size=40))
def test_what_was_not_acknowledged_is_what_is_sent_again(steps: list[str]) -> None:
    edits = Edits()
    frames: list[Entry] = []  # of the present connection, in order
    told = 0
    refused: set[Entry] = set()
    number = 0
    for step in steps:
        if step == "add":
            number += 1
            frames.append(edits.add(str(number).encode()))
        elif step == "ack" and told < len(frames):
            told += 1
            edits.acknowledged(told)
        elif step == "refuse" and told < len(frames):
            edits.refused(told + 1, UpdateRefused("no"))
            refused.add(frames[told])
        elif step == "again":
            expected = [entry for entry in frames[told:] if entry not in refused]
            assert list(edits.again()) == [entry.update for entry in expected]
            frames, told = expected, 0
    assert [entry for entry in edits.pending() if entry not in refused] == [
        entry for entry in frames[told:] if entry not in refused
    ]


async def test_a_waiter_is_told_of_its_own_update() -> None:
    edits = Edits()
    first, second, third = edits.add(b"1"), edits.add(b"2"), edits.add(b"3")
    waiters = [edits.waiter(one) for one in (first, second, third)]
    edits.refused(2, UpdateRefused("no"))
    assert not waiters[0].done()
    with pytest.raises(UpdateRefused):
        await waiters[1]
    edits.acknowledged(3)
    await asyncio.gather(waiters[0], waiters[2])
    await edits.waiter(first)
    assert len(edits) == 0


async def test_giving_up_tells_everybody_who_waits() -> None:
    edits = Edits()
    entry = edits.add(b"1")
    waiter = edits.waiter(entry)
    edits.give_up(DaemonUnreachable("gone"))
    with pytest.raises(DaemonUnreachable):
        await waiter
    with pytest.raises(DaemonUnreachable):
        await edits.waiter(entry)


def test_too_many_bytes_without_an_acknowledgement_are_refused() -> None:
    edits = Edits()
    edits.add(bytes(limits.CLIENT_OUTBOX // 2))
    edits.check_room()
    edits.add(bytes(limits.CLIENT_OUTBOX // 2 + 1))
    with pytest.raises(Busy):
        edits.check_room()
    edits.acknowledged(2)
    edits.check_room()
