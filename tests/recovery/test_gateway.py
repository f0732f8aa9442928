"""The process between page and daemon, while one of the two is killed, reloaded or gone for good."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from fumehood.core.paths import Paths
from fumehood.protocol import gateway as wire
from tests.daemon.notebook import Driven, ask
from tests.daemon.programs import holder
from tests.doors.bench import until
from tests.security.gateway import house
from tests.security.gateway.house import bearer_of, exchange, log_of, opened, page

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def no_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUMEHOOD_POOL", "0")


@pytest.fixture
def pages(home: Path, tmp_path: Path) -> Path:
    return house.assets(tmp_path / "pages")


async def test_after_a_killed_gateway_hood_open_brings_everything_back(pages: Path, tmp_path: Path) -> None:
    go = tmp_path / "go"
    wait = f"while not os.path.exists({str(go)!r}): time.sleep(0.01)"
    source = f"import os, time\nprint('begun', flush=True)\n{wait}\nprint('do' + 'ne')"
    with opened(pages) as first:
        async with page(first, bearer_of(exchange(first, first.code))) as caller:
            driven = await Driven.open(caller, tmp_path / "a.ipynb")
            await driven.start(source)
            os.kill(first.pid, signal.SIGKILL)
            assert await caller.receive() is None or caller.websocket.closed
    go.touch()
    with opened(pages, str(tmp_path / "a.ipynb")) as second:
        async with page(second, bearer_of(exchange(second, second.code))) as caller:
            again = await Driven.open(caller, tmp_path / "a.ipynb")
            assert again.room == driven.room
            assert await again.run("print('still', 'here')") == "still here\n"
            snapshot = await ask(caller, "room.open", {"path": str(tmp_path / "a.ipynb")})
            assert "'begun\\ndone\\n'" in str(snapshot), "nothing of what it printed meanwhile is missing"


async def test_when_the_daemon_is_killed_the_page_hears_it_and_comes_again(pages: Path) -> None:
    with opened(pages) as gateway:
        bearer = bearer_of(exchange(gateway, gateway.code))
        async with page(gateway, bearer) as caller:
            before = holder()
            os.kill(before.pid, signal.SIGKILL)
            assert await caller.receive() is None
            assert caller.websocket.close_code == wire.DAEMON_GONE
        async with page(gateway, bearer) as caller:
            assert holder().incarnation != before.incarnation
            assert (await ask(caller, "daemon.status", {}))["pid"] == holder().pid
        assert house.ask(gateway, "GET", "/").status == 200


async def test_many_pages_whose_daemon_was_killed_start_one(pages: Path) -> None:
    with opened(pages) as gateway:
        bearer = bearer_of(exchange(gateway, gateway.code))
        os.kill(holder().pid, signal.SIGKILL)

        async def come() -> int:
            async with page(gateway, bearer) as caller:
                return int((await ask(caller, "daemon.status", {}))["pid"])

        assert len(set(await asyncio.gather(*(come() for _ in range(8))))) == 1


async def test_it_ends_with_its_last_page_and_says_so(pages: Path) -> None:
    with house.fast(pages, seconds=0.5) as (process, gateway):
        async with page(gateway, bearer_of(exchange(gateway, gateway.code))) as caller:
            await asyncio.sleep(1.5)
            assert process.poll() is None
            await ask(caller, "daemon.status", {})
        assert await asyncio.to_thread(process.wait, 30) == 0
    said = [line["event"] for line in log_of(Paths.of_user(), gateway.pid)]
    assert said == ["gateway.ready", "page.came", "page.left", "gateway.leaving", "gateway.ended"]
    assert log_of(Paths.of_user(), gateway.pid)[-2]["reason"] == "the last page has left"


async def test_a_reload_finds_it(pages: Path) -> None:
    with house.fast(pages, seconds=3.0) as (process, gateway):
        bearer = bearer_of(exchange(gateway, gateway.code))
        for _ in range(3):
            async with page(gateway, bearer):
                pass
        assert process.poll() is None


async def test_a_reload_that_takes_longer_than_it_waits_finds_it(pages: Path) -> None:
    with house.fast(pages, seconds=3.0, lost=30.0) as (process, gateway):
        bearer = bearer_of(exchange(gateway, gateway.code))
        async with page(gateway, bearer):
            pass
        for _ in range(3):
            # What a busy machine fetches, one file after the other.
            assert house.ask(gateway, "GET", "/").status == 200
            await asyncio.sleep(1.5)
        async with page(gateway, bearer):
            assert process.poll() is None


async def test_who_fetches_the_page_for_ever_does_not_keep_it(pages: Path) -> None:
    with house.fast(pages, seconds=0.5, lost=1.0) as (process, gateway):
        async with page(gateway, bearer_of(exchange(gateway, gateway.code))):
            pass

        def fetch() -> None:
            while process.poll() is None:
                with contextlib.suppress(OSError, AssertionError):
                    house.ask(gateway, "GET", "/")
                time.sleep(0.05)

        async with asyncio.timeout(60):
            await asyncio.to_thread(fetch)
    assert log_of(Paths.of_user(), gateway.pid)[-2]["reason"] == "the last page has left"


def test_one_to_which_no_page_came_ends_and_leaves_no_link(pages: Path) -> None:
    with house.fast(pages, seconds=0.5) as (process, gateway):
        assert gateway.redirect.exists()
        assert process.wait(30) == 0
        assert not gateway.redirect.exists()
    assert log_of(Paths.of_user(), gateway.pid)[-2]["reason"] == "no page came"


async def test_a_link_is_removed_when_it_was_used_and_when_it_is_too_old(pages: Path) -> None:
    with opened(pages) as gateway:
        exchange(gateway, gateway.code)
        assert not gateway.redirect.exists()
    with house.fast(pages, seconds=60.0, code=0.5) as (process, gateway):
        code = gateway.code
        await until(lambda: not gateway.redirect.exists())
        assert process.poll() is None
        assert exchange(gateway, code).status == 403


def test_what_a_killed_gateway_left_is_removed_by_the_next_one(pages: Path) -> None:
    with opened(pages) as first:
        os.kill(first.pid, signal.SIGKILL)
    os.utime(first.redirect, (1.0, 1.0))
    with opened(pages) as second:
        assert not first.redirect.exists()
        assert second.redirect.exists()


async def test_a_signal_ends_it_in_order(pages: Path) -> None:
    with house.fast(pages, seconds=60.0) as (process, gateway):
        async with page(gateway, bearer_of(exchange(gateway, gateway.code))) as caller:
            process.terminate()
            assert await caller.receive() is None
            assert caller.websocket.close_code == 1001
        assert await asyncio.to_thread(process.wait, 30) == 0
    assert log_of(Paths.of_user(), gateway.pid)[-1]["event"] == "gateway.ended"


async def test_a_page_outlives_an_orderly_stop_of_the_daemon(pages: Path) -> None:
    with opened(pages) as gateway:
        bearer = bearer_of(exchange(gateway, gateway.code))
        async with page(gateway, bearer) as caller:
            await ask(caller, "daemon.stop", {})
            while await caller.receive() is not None:
                pass
            assert caller.websocket.close_code == wire.DAEMON_GONE
        async with page(gateway, bearer) as caller:
            await ask(caller, "daemon.status", {})
