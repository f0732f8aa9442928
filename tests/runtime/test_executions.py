from __future__ import annotations

import pytest

from fumehood.core import limits
from fumehood.protocol.stream import Execute
from fumehood.runtime import jupyter
from fumehood.runtime.displays import Displays
from fumehood.runtime.execution import Execution
from fumehood.runtime.executions import Executions


def execution(name: str, cell: str) -> Execution:
    return Execution(Execute(execution=name, cell=cell, source="", source_hash="", by=""))


def test_what_a_thread_says_later_belongs_to_its_cell_until_that_runs_again() -> None:
    known, first, second = Executions(), execution("1", "a"), execution("2", "a")
    known.begin("m1", first)
    assert known.of("m1") is first
    known.supersede("a")
    assert known.of("m1") is first, "it runs, and whoever asked for it waits for what it says"
    first.finished = True
    known.supersede("a")
    assert known.of("m1") is None
    known.begin("m2", second)
    assert known.of("m2") is second and known.of("m1") is None


def test_what_a_widget_callback_says_belongs_to_the_cell_that_made_the_widget() -> None:
    known, first = Executions(), execution("1", "a")
    known.begin("m1", first)
    known.follows("c1", "m1")
    assert known.of("c1") is first and known.origin("c1") == "m1"
    assert known.of("unknown") is None


def test_the_past_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAST_EXECUTIONS", 10)
    monkeypatch.setattr(limits, "PAST_STREAMS", 2)
    known = Executions()
    past = [execution(str(number), f"cell-{number}") for number in range(30)]
    for number, one in enumerate(past):
        one.stream("stdout", "x", full=False)
        list(one.tell())
        one.finished = True
        known.begin(f"m{number}", one)
    assert known.of("m5") is None and known.of("m25") is past[25]
    past[25].stream("stdout", "y", full=False)
    assert len(list(past[25].tell())) == 1


def test_all_places_of_a_display_id_are_found_and_cleared_ones_forgotten() -> None:
    displays, one, two = Displays(), execution("1", "a"), execution("2", "b")
    content = jupyter.Display(data={}, transient={"display_id": "d"})
    for each in (one, two):
        _, slot = each.add("display", content, full=False)
        assert slot is not None
        displays.add("d", each, slot)
    assert [place[0] for place in displays.find("d")] == [one, two]
    one.clear(wait=False)
    assert [place[0] for place in displays.find("d")] == [two]
    assert displays.find("unknown") == []


def test_display_ids_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DISPLAY_IDS", 3)
    displays, one = Displays(), execution("1", "a")
    for number in range(10):
        _, slot = one.add("display", jupyter.Display(data={}), full=False)
        assert slot is not None
        displays.add(str(number), one, slot)
        displays.find("0")
    assert len(displays.find("9")) == 1 and displays.find("5") == []
