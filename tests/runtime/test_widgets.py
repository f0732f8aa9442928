"""A kernel that floods the room with what its widgets become: the room is told in the rhythm of the eye, and the last
value of every trait arrives. What is asserted is counted, against the seconds that the flood lasted."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

import psutil

from fumehood.core import limits
from fumehood.protocol import events as ev
from fumehood.protocol.outputs import BlobRef
from fumehood.runtime.changes import Changes, Message
from tests.runtime.driver import Record, room

SLIDER = "import ipywidgets as w\ns = w.IntSlider(max=1_000_000)\n"


def changes(record: Record) -> list[ev.CommMessage]:
    return [one for one in record.comms if isinstance(one, ev.CommMessage) and "state" in one.data]


def seconds(record: Record, cell: str) -> float:
    run = record.run(cell)
    assert run.started is not None and run.finished is not None
    return run.finished - run.started


def rss(pid: int) -> int:
    return int(psutil.Process(pid).memory_info().rss)


async def test_ten_thousand_changes_are_told_sixty_times_a_second_and_the_last_one_before_the_end(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", SLIDER)
        await link.run("b", "for i in range(1, 10_001): s.value = i")
        told = changes(found.record)
        assert told[-1].data["state"]["value"] == 10_000
        assert len(told) <= seconds(found.record, "b") / limits.WIDGET_INTERVAL + 3


async def test_a_change_alone_is_told_at_once_and_a_message_of_its_own_comes_after_it(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", SLIDER)
        await link.run("b", "for i in range(5):\n    s.value = i + 1\n    s.send({'now': i + 1})")
        said = [one for one in found.record.comms if isinstance(one, ev.CommMessage)]
        assert [one.data.get("state", one.data.get("content")) for one in said] == [
            part for i in range(5) for part in ({"value": i + 1}, {"now": i + 1})
        ]


async def test_while_a_thread_floods_other_cells_run_and_the_runtime_stays_small(home: Path) -> None:
    async with room(home) as (found, link):
        flood = (
            "import threading, time\nstop = False\n"
            "def flood():\n"
            "    i = 0\n"
            "    while not stop:\n"
            "        i += 1\n"
            "        s.value = i\n"
            "        if i % 100 == 0: time.sleep(0.005)\n"
            "threading.Thread(target=flood).start()"
        )
        await link.run("a", SLIDER + flood)
        before = rss(found.process.pid)
        for number in range(5):
            assert (await link.run(f"c{number}", f"time.sleep(0.2); print({number})")).status == "ok"
            assert found.record.stream(f"c{number}") == f"{number}\n"
        await link.run("d", "stop = True; time.sleep(0.2); print(s.value)")
        last = int(found.record.stream("d"))
        assert last > 1000
        told = changes(found.record)
        assert told[-1].data["state"]["value"] == last
        assert len(told) <= last / 5
        assert rss(found.process.pid) - before < 32 * limits.MIB


async def test_binary_values_of_a_megabyte_are_told_as_fast_as_bytes_may_and_the_last_one_arrives(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "import ipywidgets as w\ni = w.Image(value=b'')\nMEGA = bytes(1_000_000)")
        before = rss(found.process.pid)
        await link.run("b", "for n in range(200): i.value = MEGA + b'%d' % n")
        (*_, last) = [one for one in changes(found.record) if one.buffers]
        (reference,) = last.buffers
        assert isinstance(reference, BlobRef)
        assert reference.blob == sha256(bytes(1_000_000) + b"199").hexdigest()
        assert len(found.record.ephemeral) <= seconds(found.record, "b") * limits.WIDGET_RATE / 1_000_000 + 3
        assert rss(found.process.pid) - before < 64 * limits.MIB


async def test_many_widgets_together_are_told_of_at_most_so_often(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "import ipywidgets as w\nall = [w.IntSlider(max=1_000_000) for _ in range(300)]")
        await link.run("b", "for i in range(1, 31):\n    for one in all: one.value = i")
        told = changes(found.record)
        last = {one.comm: one.data["state"]["value"] for one in told}
        assert len(last) == 300 and set(last.values()) == {30}
        # The first telling and the one before the end are beside the count.
        assert len(told) <= seconds(found.record, "b") * limits.WIDGET_CHANGES + 2 * 300


async def test_a_daemon_that_does_not_read_for_a_while_is_not_given_up_and_hears_the_last_value(home: Path) -> None:
    async with room(home) as (found, link):
        code = "import ipywidgets as w, threading, time\ni = w.Image(value=b'')\nMEGA = bytes(1_000_000)"
        await link.run("a", code)
        link.pause()
        flooded = home / "flooded"
        code = "for n in range(400):\n    i.value = MEGA + b'%d' % n\n    time.sleep(0.005)\n"
        execution = link.execute("b", code + f"open({str(flooded)!r}, 'w').close()")
        async with asyncio.timeout(30):
            while not flooded.exists():  # noqa: ASYNC110 - the kernel says it to nobody else
                await asyncio.sleep(0.05)
        link.resume()
        assert await link.finished(execution) == "ok"
        assert not link.closed
        (*_, last) = [one for one in changes(found.record) if one.buffers]
        assert isinstance(last.buffers[0], BlobRef)
        assert last.buffers[0].blob == sha256(bytes(1_000_000) + b"399").hexdigest()


def test_of_each_trait_the_latest_value_is_kept_with_the_bytes_that_belong_to_it() -> None:
    gathered = Changes()
    gathered.add("one", {"value": 1, "other": "a"}, [["data", 0]], [b"xx"])
    gathered.add("one", {"value": 2}, [["image"]], [b"yyy"])
    gathered.add("one", {"data": [None]}, [["data", 0]], [b"zzzz"])
    gathered.add("two", {"value": 7}, None, [])
    assert gathered.bytes == 7
    (turn,) = gathered.take()
    assert list(turn.values) == ["one", "two"]
    assert {name: (one.value, dict(one.buffers)) for name, one in turn.values["one"].items()} == {
        "value": (2, {}),
        "other": ("a", {}),
        "data": ([None], {("data", 0): b"zzzz"}),
        "image": (None, {("image",): b"yyy"}),
    }
    assert not turn.values["one"]["image"].has_value
    assert gathered.bytes == 0 and not gathered.take()


def test_messages_stand_between_the_values_before_and_after_them_and_a_flood_of_both_in_few_turns() -> None:
    gathered = Changes()
    for number in range(100):
        gathered.add("one", {"value": number}, None, [])
        gathered.say(Message("one", {"content": number}, {}, [b"xx"]))
    assert (gathered.messages, gathered.message_bytes) == (100, 200)
    turns = gathered.take()
    assert len(turns) == limits.WIDGET_TURNS
    values = [turn.values["one"]["value"].value for turn in turns]
    assert values == [*range(limits.WIDGET_TURNS - 1), 99]
    said = [[one.data["content"] for one in turn.messages] for turn in turns]
    assert [number for turn in said for number in turn] == list(range(100))
    # Each message comes after a value that is at least as new as it.
    assert all(number <= value for value, turn in zip(values, said, strict=True) for number in turn)
    assert not gathered and gathered.messages == gathered.message_bytes == 0


async def test_no_message_of_a_flood_is_lost_or_overtakes_another_nor_comes_before_its_value(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", SLIDER)
        await link.run("b", "for i in range(5_000):\n    s.send({'now': i})\n    if i % 100 == 0: s.value = i")
        said = [one for one in found.record.comms if isinstance(one, ev.CommMessage)]
        numbers = [one.data["content"]["now"] for one in said if "content" in one.data]
        assert numbers == list(range(5_000))
        value = 0
        for one in said:
            value = one.data["state"]["value"] if "state" in one.data else value
            assert "content" not in one.data or value >= (one.data["content"]["now"] - 1) // 100 * 100
