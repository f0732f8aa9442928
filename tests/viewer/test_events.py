"""What becomes of what a page says: state, hooks, waiting; and what it may not say."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy, HoodError, TimedOut, ViewerStopped, ViewerWouldWait
from fumehood.protocol import viewer as wire
from fumehood.protocol.viewer import Cells
from fumehood.viewer import events
from fumehood.viewer.cells import pack
from tests.viewer.desk import Desk


def test_a_selection_has_places_names_and_a_mask_and_reads_names_when_they_are_looked_at() -> None:
    desk = Desk()
    found: list[events.Selection] = []
    got = threading.Event()

    @desk.viewer.on_selection
    def hear(selection: events.Selection) -> None:
        found.append(selection)
        got.set()

    desk.ready()
    desk.select([3, 5, 900])
    assert got.wait(10)
    (selection,) = found
    assert selection.source == "lasso" and len(selection) == 3 and desk.source.read == []
    assert selection.cells.tolist() == [3, 5, 900]
    assert selection.obs_names == ["cell-3", "cell-5", "cell-900"] and desk.source.read == [3]
    assert np.flatnonzero(selection.mask).tolist() == [3, 5, 900]
    assert desk.viewer.state.selection is selection and desk.viewer.state.last_event == "selection"


def test_hooks_run_in_order_beside_the_transport_and_do_not_touch_each_other(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    heard: list[tuple[str, int | None]] = []
    hold, ended = threading.Event(), threading.Event()
    threads = set()

    def broken(_event: object) -> None:
        hold.wait(10)
        raise RuntimeError("a hook of the user's")

    def listen(event: Any) -> None:
        threads.add(threading.current_thread())
        kind = type(event).__name__
        heard.append((kind, event.cell if isinstance(event, events.Hover) else None))
        if kind == "Left":
            ended.set()

    for kind in ("selection", "hover", "left"):
        desk.viewer.register_hook(kind, broken)
        desk.viewer.register_hook(kind, listen)
    with caplog.at_level(logging.ERROR, "fumehood.viewer"):
        desk.select([1])
        for cell in range(50):
            desk.say(wire.Hover, cell=cell)
            if cell % 10 == 0:
                desk.select([cell])
        desk.say(wire.Left)
        hold.set()
        assert ended.wait(10)
    # Of fifty places of the pointer the last is heard, of six selections each.
    assert [kind for kind, _ in heard] == ["Selection"] * 6 + ["Hover", "Left"]
    assert heard[6] == ("Hover", 49)
    assert threading.main_thread() not in threads and len(threads) == 1
    assert caplog.text.count("a hook of the user's") >= 8
    assert desk.viewer.unregister_hook("hover", listen) and not desk.viewer.unregister_hook("hover", listen)


def test_each_decorator_hears_its_kind_and_a_message_goes_to_the_page() -> None:
    desk = Desk()
    heard: list[str] = []
    ended = threading.Event()
    viewer = desk.viewer

    def hook(kind: str) -> Callable[[Any], None]:
        return lambda event: heard.append(f"{kind}: {type(event).__name__}")

    viewer.on_ready(hook("ready"))
    viewer.on_selection(hook("selection"))
    viewer.on_hover(hook("hover"))
    viewer.on_click(hook("click"))
    viewer.on_group(hook("group"))
    viewer.on_message(lambda event: ended.set() if isinstance(event, events.Left) else None)
    desk.ready()
    desk.select([1])
    desk.say(wire.Hover, cell=1)
    desk.say(wire.Click, cell=1)
    desk.say(wire.Group, group="g")
    desk.say(wire.Left)
    assert ended.wait(10)
    assert heard == ["ready: Ready", "selection: Selection", "hover: Hover", "click: Click", "group: GroupGone"]
    desk.ready()
    assert not viewer.send_message("mine", {"x": 1}).done
    said = desk.wire.said[-1][0]
    assert isinstance(said, wire.Told) and (said.name, said.data) == ("mine", {"x": 1})


def test_what_a_page_may_not_say_is_refused_and_changes_nothing() -> None:
    desk = Desk()
    desk.ready()
    hostile: list[tuple[type[Any], dict[str, Any], tuple[bytes, ...]]] = [
        (wire.Selection, {"cells": Cells("list", 1)}, ()),
        (wire.Selection, {"cells": Cells("list", 1, buffer=-1)}, (b"\0" * 4,)),
        (wire.Selection, {"cells": Cells("list", 2)}, (b"\0" * 4,)),
        (wire.Selection, {"cells": Cells("list", 1)}, (b"\xff" * 4,)),
        (wire.Selection, {"cells": Cells("list", 2)}, (b"\2\0\0\0\1\0\0\0",)),
        (wire.Selection, {"cells": Cells("bits", 7)}, (b"\1" + b"\0" * 124,)),
        (wire.Selection, {"cells": Cells("bits", 1)}, (b"\1" + b"\0" * 12,)),
        (wire.Selection, {"cells": Cells("bits", 1)}, (b"\0" * 124 + b"\x80" + b"\0",)),
        (wire.Hover, {"cell": 1000}, ()),
        (wire.Click, {"cell": -1}, ()),
        (wire.State, {"state": {"x": "y" * limits.VIEWER_STATE}}, ()),
        (wire.Custom, {"name": "n" * 501}, ()),
        (wire.Custom, {"name": "\udfff"}, ()),
        (wire.Group, {"group": "g", "name": "a\0b", "cells": Cells("list", 1)}, (b"\0" * 4,)),
        (wire.Group, {"group": "g", "name": "\ud800", "cells": Cells("list", 1)}, (b"\0" * 4,)),
        (wire.State, {"state": {"\ud800": 1}}, ()),
        (wire.Ready, {"n_cells": 999}, ()),
        (wire.Ready, {"n_cells": 1000, "version": 99}, ()),
    ]
    for kind, values, buffers in hostile:
        with pytest.raises(HoodError):
            desk.say(kind, *buffers, **values)
    assert desk.viewer.state.selection is None and desk.viewer.state.hover is None
    assert not desk.viewer.groups
    with pytest.raises(BadMessage):
        desk.hear(wire.Hover("v1", "p1", 1, cell=5), ())
    with pytest.raises(BadMessage):
        desk.hear(wire.Hover("v1", "", 1), ())
    desk.hear(wire.Hover("another", "p1", 99, cell=5), ())
    assert desk.viewer.state.hover is None


def test_what_waits_for_slow_hooks_and_what_groups_say_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page may say the longest things that there are, ever again."""
    desk = Desk()
    hold, begun = threading.Event(), threading.Event()
    heard: list[Any] = []

    def slow(event: Any) -> None:
        begun.set()
        hold.wait(10)
        heard.append(event)

    desk.viewer.register_hook("message", slow)
    monkeypatch.setattr(limits, "VIEWER_WAITING", 250)
    desk.say(wire.Custom, name="first")
    assert begun.wait(10)
    desk.say(wire.Custom, name="m", data="x" * 300)  # alone, whatever its size
    with pytest.raises(Busy):
        desk.say(wire.Custom, name="m", data="x")
    hold.set()
    monkeypatch.setattr(limits, "VIEWER_HOW", 250)
    cells, data = pack(np.asarray([1, 2], np.uint32), 1000)

    def group(id: str, name: str, how: str) -> None:
        desk.say(wire.Group, data, group=id, name=name, cells=cells, how={"by": how})

    group("a", "one", "x" * 100)
    group("b", "two", "x" * 100)
    shown = desk.viewer.groups.items()
    with pytest.raises(Busy):
        group("c", "three", "x" * 200)
    with pytest.raises(Busy):
        group("a", "one", "x" * 200)
    assert [(name, len(one.how["by"])) for name, one in desk.viewer.groups.items()] == [("one", 100), ("two", 100)]
    desk.say(wire.Group, group="a")
    group("c", "three", "x" * 120)
    assert list(desk.viewer.groups) == ["two", "three"]
    assert [name for name, _ in shown] == ["one", "two"]  # whoever goes through them meanwhile sees them as they were


def test_waiting_gets_what_comes_next_and_ends_with_the_viewer() -> None:
    desk = Desk()
    threading.Timer(0.05, desk.select, ([1],)).start()
    threading.Timer(0.1, desk.select, ([1, 2],)).start()
    found = desk.viewer.wait_for("selection", 10, lambda selection: selection.count == 2)
    assert found.count == 2
    with pytest.raises(TimedOut):
        desk.viewer.wait_for_ready(0.01)
    desk.ready()
    assert desk.viewer.wait_for_ready(0.01).embedding == "X_umap"
    threading.Timer(0.05, desk.viewer.stop).start()
    with pytest.raises(ViewerStopped):
        desk.viewer.wait_for("click", 10)
    desk.viewer.stop()
    with pytest.raises(ViewerStopped):
        desk.viewer.clear().wait()


async def test_coroutines_wait_without_blocking_their_loop() -> None:
    desk = Desk()
    waiting = asyncio.create_task(desk.viewer.wait_for_async("hover", 10))
    ready = asyncio.create_task(desk.viewer.wait_for_ready_async(10))
    await asyncio.sleep(0)
    await asyncio.to_thread(desk.ready)
    await asyncio.to_thread(desk.say, wire.Hover, cell=4)
    assert (await ready).n_cells == 1000
    assert (await waiting).obs_name == "cell-4"
    with pytest.raises(TimedOut):
        await desk.viewer.wait_for_async("hover", 0.01)


async def test_what_comes_while_a_loop_is_blocked_is_bounded_and_what_is_lost_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    monkeypatch.setattr(limits, "VIEWER_EVENTS", 50)
    loop = asyncio.get_running_loop()
    scheduled: list[Any] = []
    plain = loop.call_soon_threadsafe

    def counted(*words: Any, **more: Any) -> Any:
        scheduled.append(words)
        return plain(*words, **more)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    first = asyncio.create_task(desk.viewer.wait_for_async("hover", 10))
    fifth = asyncio.create_task(desk.viewer.wait_for_async("any", 10, lambda said: getattr(said, "cell", 0) == 5))
    clicked = asyncio.create_task(desk.viewer.wait_for_async("click", 10, lambda click: click.cell == 999))
    await asyncio.sleep(0)
    desk.say(wire.Click, cell=5)
    for number in range(500):  # nothing runs in the loop meanwhile
        desk.say(wire.Hover, cell=number)
    assert len(scheduled) == 3, "each event put something into the loop's own queue"
    assert (await first).cell == 0
    assert isinstance(await fifth, events.Click), "a click was driven out by where the pointer was"
    for number in range(60):
        desk.say(wire.Click, cell=number)
    with pytest.raises(Busy, match="Wait without blocking"):
        await clicked


def test_a_wait_ends_in_its_time_however_much_is_said() -> None:
    desk = Desk()
    ended = threading.Event()

    def talk() -> None:
        while not ended.is_set():
            desk.say(wire.Hover, cell=1)

    talking = threading.Thread(target=talk)
    talking.start()
    began = time.monotonic()
    with pytest.raises(TimedOut):
        desk.viewer.wait_for("hover", 0.2, lambda hover: time.sleep(0.001))
    with pytest.raises(TimedOut):
        asyncio.run(desk.viewer.wait_for_async("hover", 0.2, lambda hover: time.sleep(0.001)))
    assert time.monotonic() - began < 8
    ended.set()
    talking.join()


def test_who_would_wait_for_ever_is_told_at_once() -> None:
    desk = Desk()
    desk.wire.threaded = False
    began = time.monotonic()
    with pytest.raises(ViewerWouldWait, match="Use a hook"):
        desk.viewer.wait_for("selection", 60)
    with pytest.raises(ViewerWouldWait):
        desk.viewer.ping().wait(60)
    assert time.monotonic() - began < 5


def test_a_selection_of_five_million_cells_takes_less_than_a_megabyte() -> None:
    desk = Desk(5_000_000)
    places = np.arange(5_000_000, dtype=np.uint32)
    desk.select(places)
    selection = desk.viewer.state.selection
    assert selection is not None and len(selection.data) == 625_000
    assert np.array_equal(selection.cells, places)
