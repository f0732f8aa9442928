"""Warm kernels wait once a person is there, are nobody's before they are somebody's, and end with the daemon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from fumehood.core import identity
from fumehood.daemon.services import Settings
from fumehood.protocol import methods as m
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House, children, text_of, until


@pytest_asyncio.fixture
async def pooled(home: Path) -> AsyncIterator[House]:
    house = House(home, Settings(pool=2, linger=3600.0, autosave_quiet=3600.0, autosave_max=3600.0, watch=False))
    await house.rooms.recover()
    yield house
    await house.close()


def test_the_setting_says_how_many() -> None:
    assert Settings.of_environment({"FUMEHOOD_POOL": "0"}).pool == 0
    assert Settings.of_environment({"FUMEHOOD_POOL": "nonsense"}).pool == Settings().pool


async def test_nothing_waits_before_a_person_opened_something(pooled: House) -> None:
    running = children()
    (pooled.home / "a.ipynb").write_bytes(b"not a notebook")
    await pooled.open(RecordingPeer("agent"), pooled.home / "b.ipynb", create=True)
    await pooled.open(RecordingPeer(), pooled.home / "a.ipynb")
    assert children() == running
    assert pooled.journal.runtimes() == []


async def test_rooms_take_different_warm_kernels_and_the_pool_fills_again(pooled: House) -> None:
    person = RecordingPeer()
    first = await pooled.open(person, pooled.home / "a.ipynb", create=True, env={"FLAVOUR": "lemon"})
    await until(lambda: len(pooled.rooms.pool) == 2)
    warm = {one.kernel_pid for one in pooled.rooms.pool._warm}
    second = await pooled.open(person, pooled.home / "b.ipynb", create=True)
    source = "import os; print(os.getpid(), os.getcwd(), os.environ.get('FLAVOUR'))"
    printed = [text_of(await pooled.run(person, one.room, source)).split() for one in (first, second)]
    assert {int(pid) for pid, _, _ in printed} == warm
    assert [rest for _, *rest in printed] == [[str(pooled.home), "lemon"], [str(pooled.home), "None"]]
    await until(lambda: len(pooled.rooms.pool) == 2)
    assert warm.isdisjoint(one.kernel_pid for one in pooled.rooms.pool._warm)
    rooms = {record.room for record in pooled.journal.runtimes()}
    assert rooms == {first.room, second.room, None}


async def test_a_warm_kernel_that_died_is_not_given_out(pooled: House) -> None:
    person = RecordingPeer()
    opened = await pooled.open(person, pooled.home / "a.ipynb", create=True)
    await until(lambda: len(pooled.rooms.pool) == 2)
    dying = list(pooled.rooms.pool._warm)
    for one in dying:
        one.runtime.body.kill()
    while any(identity.is_alive(one.runtime.body.who) for one in dying):
        pass  # without a turn of the loop: the pool has not heard of it yet
    assert (await pooled.run(person, opened.room, "1")).status == "ok"


async def test_warm_kernels_end_with_the_daemon_even_where_others_go_on(pooled: House) -> None:
    person = RecordingPeer()
    opened = await pooled.open(person, pooled.home / "a.ipynb", create=True)
    await until(lambda: len(pooled.rooms.pool) == 2)
    assert (await pooled.run(person, opened.room, "1")).status == "ok"
    await until(lambda: len(pooled.rooms.pool) == 2)
    warm = [one.runtime.body.who for one in pooled.rooms.pool._warm]
    await pooled.close(kill=False)
    assert not any(identity.is_alive(one) for one in warm)
    await pooled.again()
    assert [record.room for record in pooled.journal.runtimes()] == [opened.room]
    late = RecordingPeer()
    await pooled.call(late, "room.attach", m.RoomParams(room=opened.room))
    assert (await pooled.run(late, opened.room, "2")).status == "ok"
