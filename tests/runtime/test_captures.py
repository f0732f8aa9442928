"""Output widgets: by hand, and with ipywidgets in a real kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fumehood.core import limits
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.runtime import jupyter
from fumehood.runtime.captures import Captures
from tests.runtime.driver import Record, room


def area(captures: Captures, comm: str = "c") -> None:
    captures.opened(comm, {"_model_name": "OutputModel", "msg_id": "", "outputs": []})


def test_an_area_catches_while_it_names_the_request() -> None:
    captures = Captures()
    area(captures)
    assert captures.of("m") is None and captures.of("") is None
    captures.updated("c", {"msg_id": "m"})
    found = captures.of("m")
    assert found is not None and found.stream("stdout", "10%") and found.stream("stdout", "\r20%\n")
    found.stream("stderr", "e")
    captures.updated("c", {"msg_id": ""})
    assert captures.of("m") is None
    assert found.outputs() == [
        {"output_type": "stream", "name": "stdout", "text": "20%\n"},
        {"output_type": "stream", "name": "stderr", "text": "e"},
    ]


def test_all_areas_of_a_kernel_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CAPTURES_BYTES", 1000)
    captures = Captures()
    for comm in "abc":
        area(captures, comm)
        captures.updated(comm, {"msg_id": comm, "outputs": [{"output_type": "stream", "text": "x" * 400}]})
    a, c = captures.of("a"), captures.of("c")
    assert a is not None and c is not None
    assert [len(one.outputs()) for one in (a, c)] == [1, 0]
    assert not c.stream("stdout", "y" * 400)
    captures.closed("a")
    assert c.stream("stdout", "y" * 400)


def test_no_more_areas_than_comms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMMS", 3)
    captures = Captures()
    for number in range(10):
        area(captures, str(number))
    assert len(captures._areas) == 3


def test_the_inner_area_catches_before_the_outer_one() -> None:
    captures = Captures()
    area(captures, "outer")
    area(captures, "inner")
    captures.updated("outer", {"msg_id": "m"})
    captures.updated("inner", {"msg_id": "m"})
    found = captures.of("m")
    assert found is not None and found.comm == "inner"
    captures.closed("inner")
    found = captures.of("m")
    assert found is not None and found.comm == "outer"


def test_displays_are_replaced_and_areas_cleared() -> None:
    captures = Captures()
    area(captures)
    captures.updated("c", {"msg_id": "m"})
    found = captures.of("m")
    assert found is not None
    found.display(jupyter.Display(data={"text/plain": "1"}, transient={"display_id": "d"}), "display_data")
    assert captures.showing("d", jupyter.Display(data={"text/plain": "2"})) == [found]
    assert found.outputs()[0]["data"] == {"text/plain": "2"}
    found.clear(wait=True)
    assert len(found.outputs()) == 1
    found.error(jupyter.Error(ename="E", evalue="v", traceback=["t"]))
    assert [output["output_type"] for output in found.outputs()] == ["error"]
    captures.updated("c", {"outputs": [{"output_type": "stream", "name": "stdout", "text": "own"}, "nonsense"]})
    assert [output["text"] for output in found.outputs()] == ["own"]
    found.clear(wait=False)
    assert found.outputs() == []


def test_a_full_area_catches_nothing_more_until_it_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CAPTURE_BYTES", 10)
    captures = Captures()
    area(captures)
    captures.updated("c", {"msg_id": "m"})
    found = captures.of("m")
    assert found is not None
    assert found.stream("stdout", "123456789") and not found.stream("stdout", "ab")
    assert not found.display(jupyter.Display(data={"text/plain": "ab"}), "display_data")
    found.clear(wait=True)
    assert found.stream("stdout", "ab")


@pytest.mark.parametrize("state", [None, [], {"msg_id": 5}, {"outputs": "x"}, {"msg_id": None, "outputs": [1]}])
def test_nonsense_breaks_nothing(state: Any) -> None:
    captures = Captures()
    captures.opened("x", state)
    area(captures)
    captures.updated("c", state)
    captures.updated("unknown", state)
    captures.closed("unknown")


async def test_what_happens_inside_an_output_widget_is_shown_there_and_not_below_the_cell(home: Path) -> None:
    async with room(home) as (found, link):
        code = (
            "import ipywidgets as w\nout = w.Output()\nprint('before', flush=True)\n"
            "with out:\n    print('inside')\n    display(5)\n    1/0\nprint('after')"
        )
        await link.run("a", code)
        assert found.record.stream("a") == "before\nafter\n"
        await link.run("b", "print([o['output_type'] for o in out.outputs], out.outputs[0]['text'])")
        assert found.record.stream("b") == "['stream', 'display_data', 'error'] inside\n\n", "the kernel knows it too"
        later = await found.connect(record=(fresh := Record(last=found.record.last)))
        await later.until(lambda: bool(fresh.comms))
        states = [e.data["state"] for e in fresh.comms if e.data["state"].get("_model_name") == "OutputModel"]
        assert [output["output_type"] for output in states[0]["outputs"]] == ["stream", "display_data", "error"]
        await later.run("c", "out.clear_output()\nwith out: print('new')")
        await later.run("d", "print(len(out.outputs), out.outputs[0]['text'])")
        assert fresh.stream("d") == "1 new\n\n"


async def test_interact_shows_its_latest_result_only(home: Path) -> None:
    async with room(home) as (found, link):
        code = "import ipywidgets as w\n@w.interact(x=(0, 10))\ndef show(x=3):\n    print('x is', x)"
        await link.run("a", code)
        opened = [e for e in found.record.comms if isinstance(e, ev.CommOpened)]
        (slider,) = [e.comm for e in opened if e.data["state"].get("_model_name") == "IntSliderModel"]
        (output,) = [e.comm for e in opened if e.data["state"].get("_model_name") == "OutputModel"]

        def shown() -> list[Any]:
            updates = [e for e in found.record.comms if isinstance(e, ev.CommMessage) and e.comm == output]
            told = [e.data["state"]["outputs"] for e in updates if "outputs" in e.data["state"]]
            return told[-1] if told else []

        await link.until(lambda: [each["text"] for each in shown()] == ["x is 3\n"])
        for value in (4, 5, 6):
            update = {"method": "update", "state": {"value": value}, "buffer_paths": []}
            link.send(stream.CommSend(kind="comm_msg", comm=slider, data=update))
        await link.until(lambda: [each["text"] for each in shown()] == ["x is 6\n"])
        assert len(found.record.run("a").outputs) == 1, "the widget's view stays, and nothing is printed beside it"
