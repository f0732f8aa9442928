"""The daemon is killed, replaced or stopped under a client: what was asked for happens, once, and is seen."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

import fumehood.client
from fumehood.client import Client, Missed
from fumehood.client.wire import Wire
from fumehood.core.errors import DaemonUnreachable
from fumehood.protocol import events as ev

Make = Callable[..., Path]


async def kill_daemon(client: Client) -> int:
    """SIGKILL; returns the pid that is no more."""
    pid = (await client.status()).pid
    os.kill(pid, signal.SIGKILL)
    return pid


async def test_a_client_comes_back_to_a_new_daemon(fumehood_home: Path, make_notebook: Make) -> None:
    async with fumehood.client.connect("test") as client, client.open(make_notebook("1 + 1")) as notebook:
        notebook.edit("c0", "2 + 2")
        await notebook.flush()
        old = await kill_daemon(client)
        status = await client.status()
        assert status.pid != old
        assert client.connections == 2
        assert [one.room for one in status.rooms] == [notebook.id]
        assert notebook.source("c0") == "2 + 2"
        assert (await notebook.execute("c0")).value == "4"
        await notebook.close()


async def test_edits_that_were_not_acknowledged_are_sent_again(fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook("")
    async with fumehood.client.connect("test") as client, client.open(path) as notebook:
        pid = (await client.status()).pid
        os.kill(pid, signal.SIGSTOP)
        edits = [notebook.splice("c0", at, 0, "x") for at in range(20)]
        os.kill(pid, signal.SIGKILL)
        edits += [notebook.splice("c0", at, 0, "y") for at in range(20, 30)]
        for edit in edits:
            await edit.acknowledged()
        expected = "x" * 20 + "y" * 10
        assert notebook.source("c0") == expected
        async with fumehood.client.connect("other") as other, other.open(path) as theirs:
            assert theirs.source("c0") == expected


async def test_a_run_survives_the_daemon_and_is_seen_whole(fumehood_home: Path, make_notebook: Make) -> None:
    code = "import time\nfor i in range(40):\n    print('line', i, flush=True)\n    time.sleep(0.05)\n'end'"
    async with fumehood.client.connect("test") as client, client.open(make_notebook(code)) as notebook:
        run = notebook.execute("c0")
        missed = False
        killed = 0
        async for event in run:
            missed = missed or isinstance(event, Missed)
            if isinstance(event, (ev.StreamPatched, ev.OutputAdded)) and not killed:
                killed = await kill_daemon(client)
        result = await run
        assert killed and missed
        assert result.status == "ok"
        assert result.value == "'end'"
        assert result.stdout == "".join(f"line {i}\n" for i in range(40))
        await notebook.close()


async def test_bytes_that_are_fetched_when_the_daemon_is_killed_come_from_the_next(
    fumehood_home: Path, make_notebook: Make
) -> None:
    text = "x" * 400_000
    async with fumehood.client.connect("test") as client, client.open(make_notebook(f"print({text!r})")) as notebook:
        await notebook.execute("c0")
        pid = (await client.status()).pid
        os.kill(pid, signal.SIGSTOP)
        fetching = asyncio.ensure_future(notebook.outputs("c0"))
        await asyncio.sleep(0)
        os.kill(pid, signal.SIGKILL)
        (output,) = await fetching
        assert output["text"] == text + "\n"
        assert client.connections == 2


async def test_what_is_asked_while_there_is_no_daemon_is_done_by_the_next(
    fumehood_home: Path, make_notebook: Make
) -> None:
    async with fumehood.client.connect("test") as client, client.open(make_notebook("n = 1", "n + 1")) as notebook:
        (await notebook.execute("c0")).raise_for_error()
        await kill_daemon(client)
        made = notebook.append("n + 2")
        runs = [notebook.execute("c1"), notebook.execute(made.cell)]
        assert [(await run).value for run in runs] == ["2", "3"]
        await notebook.close()


async def test_a_request_that_may_not_be_repeated_fails_when_it_is_not_known_whether_it_was_done(
    fumehood_home: Path, make_notebook: Make
) -> None:
    async with fumehood.client.connect("test") as client, client.open(make_notebook("1")) as notebook:
        pid = (await client.status()).pid
        os.kill(pid, signal.SIGSTOP)
        asking = asyncio.ensure_future(notebook.clear("c0"))
        await asyncio.sleep(0)
        repeated = asyncio.ensure_future(client.status())
        await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(DaemonUnreachable, match="not known"):
            await asking
        assert (await repeated).pid != pid


async def test_a_daemon_that_a_person_stopped_is_not_started_again(fumehood_home: Path, make_notebook: Make) -> None:
    async with fumehood.client.connect("test") as client:
        notebook = await client.open(make_notebook("1"))
        stream = notebook.events()
        async with fumehood.client.connect("other") as other:
            await other.stop_daemon()
        with pytest.raises(DaemonUnreachable):
            async for _ in stream:
                pass
        with pytest.raises(DaemonUnreachable):
            await client.status()
        with pytest.raises(DaemonUnreachable):
            notebook.edit("c0", "2")
    with pytest.raises(DaemonUnreachable):
        await fumehood.client.connect("third", start=False)


async def test_a_client_that_closes_while_it_lets_go_of_a_lost_connection_leaves_nothing_open(
    fumehood_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, closed = asyncio.Event(), set[Wire]()
    close = Wire.close

    async def slow(wire: Wire) -> None:
        begun.set()
        await asyncio.sleep(0.05)
        await close(wire)
        closed.add(wire)

    client = await fumehood.client.connect("test")
    monkeypatch.setattr(Wire, "close", slow)
    await client.stop_daemon()
    await begun.wait()
    await client.close()
    assert len(closed) == 1


async def test_a_notebook_whose_file_has_gone_is_still_there_after_a_restart(
    fumehood_home: Path, make_notebook: Make
) -> None:
    path = make_notebook("kept")
    async with fumehood.client.connect("test") as client, client.open(path) as notebook:
        notebook.edit("c0", "kept and edited")
        await notebook.flush()
        path.unlink()
        await kill_daemon(client)
        await client.status()
        assert not notebook.closed
        assert notebook.source("c0") == "kept and edited"


async def test_several_clients_find_one_new_daemon(fumehood_home: Path, make_notebook: Make) -> None:
    paths = [make_notebook("1", name=f"{number}.ipynb") for number in range(4)]
    clients = [await fumehood.client.connect(f"client {number}") for number in range(4)]
    try:
        books = [await client.open(path) for client, path in zip(clients, paths, strict=True)]
        await kill_daemon(clients[0])
        pids = {(await client.status()).pid for client in clients}
        assert len(pids) == 1
        assert not any(book.closed for book in books)
    finally:
        for client in clients:
            await client.close()


async def test_a_notebook_whose_journal_was_lost_is_opened_anew(fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook("of the file")
    async with fumehood.client.connect("test") as client, client.open(path) as notebook:
        before = notebook.id
        pid = (await client.status()).pid
        os.kill(pid, signal.SIGSTOP)
        for file in (fumehood_home / "state").glob("journal*"):
            file.unlink()
        os.kill(pid, signal.SIGKILL)
        await client.status()
        assert not notebook.closed and notebook.id != before
        assert notebook.source("c0") == "of the file"
        await notebook.edit("c0", "1 + 1").acknowledged()
        assert (await notebook.execute("c0")).value == "2"
        await notebook.close()
