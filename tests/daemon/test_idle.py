from __future__ import annotations

import asyncio

import pytest

from fumehood.core import limits
from fumehood.core.errors import BadSetting
from fumehood.daemon.idle import Idle, idle_seconds
from tests.daemon.programs import daemon, log_events, paths
from tests.doors.bench import greeted


class World:
    """What an `Idle` looks at, and what it did."""

    def __init__(self) -> None:
        self.clients = 0
        self.running = False
        self.ended = asyncio.Event()
        self.looked = 0
        self.idle = Idle(0.02, lambda: self.clients, self.busy, self.ended.set)

    def busy(self) -> bool:
        self.looked += 1
        return self.running


async def test_it_ends_when_nobody_came() -> None:
    world = World()
    world.idle.changed()
    await asyncio.wait_for(world.ended.wait(), 10)


async def test_while_a_client_is_there_it_does_not_even_look() -> None:
    world = World()
    world.clients = 1
    world.idle.changed()
    await asyncio.sleep(0.1)
    assert world.looked == 0
    world.clients = 0
    world.idle.changed()
    await asyncio.wait_for(world.ended.wait(), 10)


async def test_who_comes_in_time_keeps_it() -> None:
    world = World()
    world.idle.changed()
    world.clients = 1
    world.idle.changed()
    await asyncio.sleep(0.1)
    assert not world.ended.is_set()


async def test_what_runs_earns_another_round() -> None:
    world = World()
    world.running = True
    world.idle.changed()
    while world.looked < 3:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert not world.ended.is_set()
    world.running = False
    await asyncio.wait_for(world.ended.wait(), 10)


async def test_stopped_it_never_rings() -> None:
    world = World()
    world.idle.changed()
    world.idle.stop()
    await asyncio.sleep(0.1)
    assert world.looked == 0


def test_the_setting_is_read_and_checked() -> None:
    assert idle_seconds({}) == limits.IDLE_EXIT_SECONDS
    assert idle_seconds({"FUMEHOOD_IDLE_SECONDS": "1.5"}) == 1.5
    assert idle_seconds({"FUMEHOOD_IDLE_SECONDS": "inf"}) == float("inf")
    for wrong in ("0", "-1", "nan", "soon", "1 s"):
        with pytest.raises(BadSetting):
            idle_seconds({"FUMEHOOD_IDLE_SECONDS": wrong})


def test_a_daemon_that_nobody_wants_ends_by_itself(home: object) -> None:
    with daemon(FUMEHOOD_IDLE_SECONDS="0.3") as running:
        assert running.wait() == 0
    assert not paths().control_socket.exists()
    leaving = next(event for event in log_events(paths().run.parent) if event["event"] == "daemon.leaving")
    assert leaving["reason"] == "idle"


async def test_a_client_keeps_the_daemon_and_its_leaving_lets_it_go(home: object) -> None:
    # Long enough to greet it on a busy machine: until somebody has, it is not kept.
    with daemon(FUMEHOOD_IDLE_SECONDS="1") as running:
        async with greeted(paths().control_socket) as person:
            await asyncio.sleep(2.0)
            assert running.process.poll() is None
            assert (await person.call("daemon.status")).error is None
        assert await asyncio.to_thread(running.wait) == 0
