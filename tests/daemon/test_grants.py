"""An agent's code runs in a person's kernel when a person said so, and only as far as they said."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fumehood.core import limits
from fumehood.core.errors import Busy, GrantDenied, GrantMissing, StaleSource, TimedOut
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House, finished


@pytest.fixture
def file(home: Path) -> Path:
    return home / "a.ipynb"


async def asked(person: RecordingPeer, number: int = 1) -> ev.GrantAsked:
    def seen() -> list[ev.GrantAsked]:
        return [one for one in person.events() if isinstance(one, ev.GrantAsked)]

    await person.until(lambda: len(seen()) >= number)
    return seen()[-1]


async def settle(house: House, person: RecordingPeer, room: str, request: str, allow: bool, **more: str) -> None:
    await house.call(person, "grant.settle", m.GrantParams(room=room, request=request, allow=allow, **more))  # type: ignore[arg-type]


async def test_an_agent_waits_for_a_person_and_is_asked_again_next_time(house: House, file: Path) -> None:
    person, agent = RecordingPeer(), RecordingPeer("agent", "claude")
    opened = await house.open(person, file, create=True)
    cell = await house.insert(agent, opened.room, "1")
    running = asyncio.create_task(house.execute(agent, opened.room, cell))
    question = await asked(person)
    assert (question.agent, question.cells) == (agent.who, (cell.cell,))
    listed = await house.call(person, "grant.list", m.RoomParams(room=opened.room))
    assert listed.grants == (m.Grant(agent=agent.who, request=question.request, cells=(cell.cell,)),)
    assert house.room(opened).tether is None
    await settle(house, person, opened.room, question.request, True)
    (execution,) = await running
    assert (await finished(person, execution)).status == "ok"
    assert house.room(opened).state.cells[cell.cell].by == agent.who
    again = asyncio.create_task(house.execute(agent, opened.room, cell))
    second = await asked(person, 2)
    await settle(house, person, opened.room, second.request, False)
    with pytest.raises(GrantDenied):
        await again
    assert [one.allowed for one in person.events() if isinstance(one, ev.GrantSettled)] == [True, False]


async def test_a_grant_for_the_room_holds_until_it_is_revoked(house: House, file: Path) -> None:
    person, agent, other = RecordingPeer(), RecordingPeer("agent", "claude"), RecordingPeer("agent", "claude")
    opened = await house.open(person, file, create=True)
    cell = await house.insert(agent, opened.room, "1")
    running = asyncio.create_task(house.execute(agent, opened.room, cell))
    await settle(house, person, opened.room, (await asked(person)).request, True, scope="room")
    await running
    await house.execute(agent, opened.room, cell)
    # The same name is not the same agent.
    stranger = asyncio.create_task(house.execute(other, opened.room, cell))
    question = await asked(person, 2)
    assert question.agent == other.who
    await settle(house, person, opened.room, question.request, False)
    with pytest.raises(GrantDenied):
        await stranger
    await house.call(person, "grant.revoke", m.RevokeParams(room=opened.room, agent=agent.who))
    waiting = asyncio.create_task(house.execute(agent, opened.room, cell))
    await settle(house, person, opened.room, (await asked(person, 3)).request, False)
    with pytest.raises(GrantDenied):
        await waiting


async def test_what_was_edited_while_a_person_thought_was_not_granted(house: House, file: Path) -> None:
    person, agent = RecordingPeer(), RecordingPeer("agent")
    opened = await house.open(person, file, create=True)
    cell = await house.insert(agent, opened.room, "harmless")
    running = asyncio.create_task(house.execute(agent, opened.room, cell))
    question = await asked(person)
    await house.call(
        agent, "cell.edit", m.EditParams(room=opened.room, cell=cell.cell, source="harmful", version=cell.version)
    )
    await settle(house, person, opened.room, question.request, True)
    with pytest.raises(StaleSource):
        await running
    assert house.room(opened).tether is None


async def test_an_agent_that_leaves_takes_its_questions_and_grants_along(house: House, file: Path) -> None:
    person, agent = RecordingPeer(), RecordingPeer("agent")
    opened = await house.open(person, file, create=True)
    cell = await house.insert(agent, opened.room, "1")
    running = asyncio.create_task(house.execute(agent, opened.room, cell))
    question = await asked(person)
    await house.operations.gone(agent)
    with pytest.raises(GrantDenied):
        await running
    with pytest.raises(GrantMissing):
        await settle(house, person, opened.room, question.request, True)
    listed = await house.call(person, "grant.list", m.RoomParams(room=opened.room))
    assert listed.grants == ()


async def test_questions_are_bounded_in_number_and_time(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, agent = RecordingPeer(), RecordingPeer("agent")
    opened = await house.open(person, file, create=True)
    cell = await house.insert(agent, opened.room, "1")
    monkeypatch.setattr(limits, "GRANTS_WAITING", 1)
    monkeypatch.setattr(limits, "GRANT_SECONDS", 0.05)
    first = asyncio.create_task(house.execute(agent, opened.room, cell))
    await asked(person)
    with pytest.raises(Busy):
        await house.execute(agent, opened.room, cell)
    with pytest.raises(TimedOut):
        await first
