"""What a room's outputs may reach: decided by where each comes from, widened by a person, bounded by the machine."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fumehood.core import limits
from fumehood.core.errors import BadSetting, HoodError, LimitExceeded, PolicyForbids
from fumehood.daemon.operations import DaemonOperations
from fumehood.policy.levers import OWN, STRANGER, Levers
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.protocol import policy as wire
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House

PLOT = "<script src='https://cdn.plot.ly/plotly.min.js'></script>"
MADE = "from IPython.display import HTML, display\ndisplay(HTML('<b>made here</b>'))"


def content(output: str = PLOT, **metadata: Any) -> bytes:
    display = {"output_type": "display_data", "data": {"text/html": output}, "metadata": {}}
    cell = {"id": "plot", "cell_type": "code", "source": "plot()", "metadata": {}, "execution_count": 1}
    cells = [{**cell, "outputs": [display]}]
    return msgspec.json.encode({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def file(home: Path) -> Path:
    folder = home / "work"
    folder.mkdir()
    target = folder / "plot.ipynb"
    target.write_bytes(content())
    return target


def machine(house: House, text: str) -> None:
    house.paths.machine.mkdir(exist_ok=True)
    house.paths.machine_policy.write_text(text)
    house.paths.machine_policy.chmod(0o644)


async def show(house: House, opened: m.OpenResult) -> wire.PolicyView:
    view: wire.PolicyView = await house.call(RecordingPeer(), "policy.show", wire.PolicyParams(room=opened.room))
    return view


async def allow(house: House, opened: m.OpenResult, host: str, kind: wire.Reach = "scripts") -> wire.PolicyView:
    asked = wire.AllowParams(room=opened.room, kind=kind, host=host)
    view: wire.PolicyView = await house.call(RecordingPeer(), "policy.allow", asked)
    return view


def origins(house: House, opened: m.OpenResult) -> dict[str, wire.Origin]:
    return {cell: run.origin for cell, run in house.room(opened).state.cells.items()}


# -- where an output comes from


async def test_the_saved_outputs_of_a_file_are_a_strangers_and_those_of_a_run_here_ones_own(
    house: House, file: Path
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    assert origins(house, opened) == {"plot": "stranger"}
    run = await house.run(person, opened.room, MADE)
    assert run.origin == "own"
    assert origins(house, opened)["plot"] == "stranger"


async def test_ones_own_stays_ones_own_over_a_save_a_crash_and_the_next_daemon(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, MADE)
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    before = origins(house, opened)
    assert sorted(before.values()) == ["own", "stranger"]
    await house.crash()
    await house.again()
    assert origins(house, await house.open(RecordingPeer(), file)) == before


async def test_after_an_outside_edit_a_saved_output_is_a_strangers(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    run = await house.run(person, opened.room, MADE)
    cell = next(name for name, one in house.room(opened).state.cells.items() if one is run)
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    file.write_bytes(file.read_bytes().replace(b"made here", b"made elsewhere"))
    await house.insert(person, opened.room, "# an edit, so that the save looks at the file")
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    assert origins(house, opened)[cell] == "stranger"


async def test_after_a_pull_while_nobody_had_it_open_what_is_new_is_a_strangers(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, MADE)
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    await house.close()
    file.write_bytes(file.read_bytes().replace(b"made here", b"made elsewhere"))
    await house.again()
    assert set(origins(house, await house.open(RecordingPeer(), file)).values()) == {"stranger"}


async def test_a_copied_notebook_is_a_strangers(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, MADE)
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    copy = file.with_name("copy.ipynb")
    shutil.copy(file, copy)
    assert set(origins(house, await house.open(person, copy)).values()) == {"stranger"}


async def test_what_a_runtime_says_of_the_origin_counts_for_nothing(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "1")
    queued = [one for one in person.events() if isinstance(one, ev.Queued)]
    assert [one.origin for one in queued] == ["own"], "stamped by the daemon: the runtime says nothing of it"


# -- what it may reach


async def test_a_room_shows_what_its_outputs_may_reach(house: House, file: Path) -> None:
    view = await show(house, await house.open(RecordingPeer(), file))
    assert Levers.of_wire(view.own.levers) == OWN
    assert Levers.of_wire(view.stranger.levers) == Levers.of_wire(view.boxed.levers) == STRANGER
    assert (view.allowed, view.problems, view.files) == ((), (), ())


async def test_what_a_person_allows_holds_for_this_notebook_in_every_window_and_can_be_taken_back(
    house: House, file: Path
) -> None:
    other = RecordingPeer()
    opened = await house.open(other, file)
    view = await allow(house, opened, "cdn.plot.ly")
    assert view.stranger.levers.scripts == ("cdn.plot.ly",)
    assert view.stranger.sources == {"scripts": "allowed"}
    assert [one for one in other.events() if isinstance(one, ev.PolicyChanged)], "the other window asks anew"
    await house.crash()
    await house.again()
    opened = await house.open(other, file)
    assert (await show(house, opened)).allowed == (wire.AllowedHost("scripts", "cdn.plot.ly"),)
    asked = wire.AllowParams(room=opened.room, kind="scripts", host="cdn.plot.ly")
    view = await house.call(other, "policy.revoke", asked)
    assert view.stranger.levers.scripts == () == view.allowed


async def test_what_was_allowed_is_not_allowed_to_a_copy_nor_at_another_path(house: House, file: Path) -> None:
    opened = await house.open(RecordingPeer(), file)
    await allow(house, opened, "cdn.plot.ly")
    copy = file.with_name("copy.ipynb")
    shutil.copy(file, copy)
    assert (await show(house, await house.open(RecordingPeer(), copy))).allowed == ()
    room = house.room(opened)
    room.file.path = copy
    assert (await show(house, opened)).allowed == ()


async def test_nothing_of_what_was_allowed_is_in_the_file(house: House, file: Path) -> None:
    opened = await house.open(RecordingPeer(), file)
    before = file.read_bytes()
    await allow(house, opened, "cdn.plot.ly")
    await house.call(RecordingPeer(), "room.save", m.SaveParams(room=opened.room))
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.0.0.1:8888", "https://a.org/x", "*", "printer.local", ""]
)
async def test_nothing_of_this_machine_or_network_can_be_allowed(house: House, file: Path, host: str) -> None:
    opened = await house.open(RecordingPeer(), file)
    with pytest.raises(BadSetting):
        await allow(house, opened, host, "connect")


async def test_the_machines_policy_bounds_what_a_person_allows(house: House, file: Path) -> None:
    opened = await house.open(RecordingPeer(), file)
    await allow(house, opened, "cdn.plot.ly")
    machine(house, "[outputs.own]\nscripts = ['*.corp.example']\n")
    view = await show(house, opened)
    assert view.stranger.levers.scripts == (), "what was allowed before the machine's keeper spoke is bounded too"
    assert view.own.levers.scripts == ("*.corp.example",)
    with pytest.raises(PolicyForbids):
        await allow(house, opened, "cdn.plot.ly")
    assert (await allow(house, opened, "js.corp.example")).stranger.levers.scripts == ("js.corp.example",)


async def test_a_broken_policy_shuts_everything_and_says_where_it_is_broken(house: House, file: Path) -> None:
    opened = await house.open(RecordingPeer(), file)
    house.paths.user_policy.write_text("[outputs.own]\n\nscript = 'none'\n")
    house.paths.user_policy.chmod(0o600)
    view = await show(house, opened)
    assert view.own.levers.scripts == () and view.own.sources["scripts"] == "broken"
    assert [(one.file, one.line) for one in view.problems] == [(str(house.paths.user_policy), 3)]
    with pytest.raises(PolicyForbids):
        await allow(house, opened, "cdn.plot.ly")


# -- the notebook's own keys


async def test_a_notebooks_metadata_cannot_widen(house: House, file: Path) -> None:
    everything = dict.fromkeys(("scripts", "styles", "connect", "images", "fonts", "media"), "https")
    file.write_bytes(
        content(fumehood={"policy": {**everything, "allowed": ["https"]}, "allowed": [["scripts", "a.org"]]})
    )
    view = await show(house, await house.open(RecordingPeer(), file))
    assert Levers.of_wire(view.own.levers) == OWN and Levers.of_wire(view.stranger.levers) == STRANGER


async def test_a_notebooks_metadata_narrows_and_a_change_of_it_is_told(house: House, file: Path) -> None:
    file.write_bytes(content(fumehood={"policy": {"scripts": "none", "fonts": 7}}))
    person = RecordingPeer()
    opened = await house.open(person, file)
    view = await show(house, opened)
    assert view.own.levers.scripts == () and view.own.sources["scripts"] == "notebook"
    assert [one.file for one in view.problems] == [str(file)]
    with pytest.raises(PolicyForbids):
        await allow(house, opened, "cdn.plot.ly")

    def told(events: Sequence[ev.AnyEvent]) -> int:
        return sum(isinstance(one, ev.PolicyChanged) for one in events)

    room = house.room(opened)
    with room.authored("test"):
        room.notebook.set_notebook_metadata({**room.notebook.metadata(), "title": "other"})
    assert told(person.events()) == 0
    with room.authored("test"):
        room.notebook.set_notebook_metadata({"title": "other"})
    assert told(person.events()) == 1
    assert Levers.of_wire((await show(house, opened)).own.levers) == OWN


# -- the sealed page of a policy


async def guest(house: House, levers: wire.Levers) -> str:
    page: wire.GuestPage = await house.call(RecordingPeer(), "policy.guest", wire.GuestParams(policy=levers))
    return page.url


async def test_a_page_is_made_for_a_policy_by_value_and_no_wider_than_the_machines(house: House) -> None:
    asked: list[Levers] = []

    def page(levers: Levers) -> str:
        asked.append(levers)
        return f"page {len(asked)}"

    house.operations = DaemonOperations(house.rooms, page)
    wide = wire.Levers(scripts=("https",), connect=("a.org",), plugins=("all",))
    assert await guest(house, wide) == "page 1"
    assert asked == [Levers.of_wire(wide)]
    machine(house, "[outputs.own]\nconnect = 'none'\n")
    with pytest.raises(PolicyForbids):
        await guest(house, wide)
    assert await guest(house, wire.Levers(scripts=("https",))) == "page 2"


@pytest.mark.parametrize(
    ("host", "error"),
    [
        ("http://a.org", BadSetting),
        ("127.0.0.1:80", BadSetting),
        ("a.org; connect-src *", BadSetting),
        ("a.org\r\nSet-Cookie: x", BadSetting),
        ("'self'", BadSetting),
    ],
)
async def test_a_policy_by_value_can_name_nothing_but_hosts(house: House, host: str, error: type[HoodError]) -> None:
    with pytest.raises(error):
        await guest(house, wire.Levers(scripts=(host,)))
    with pytest.raises(LimitExceeded):
        await guest(house, wire.Levers(scripts=tuple(f"h{n}.org" for n in range(limits.POLICY_PLACES + 1))))
