"""No approval, no kernel; and a kernel in what was approved."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fumehood.core.errors import EnvironmentFailed, HoodError, HostNotAccepted, NotApproved, NotChecked, SheetChanged
from fumehood.core.identity import is_alive
from fumehood.core.ids import RoomId
from fumehood.daemon.launching import Runtime
from fumehood.daemon.services import Settings
from fumehood.daemon.wishes import Wishes
from fumehood.protocol import methods as m
from fumehood.protocol import trust as t
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import QUIET, text_of, until
from tests.daemon.trusted import Environment, TrustedHouse, notebook

WHERE = "import sys; print(sys.prefix)"


@pytest.fixture
async def house(home: Path) -> AsyncIterator[TrustedHouse]:
    made = TrustedHouse(home, QUIET)
    yield made
    await made.close()


async def sheet(house: TrustedHouse, room: str) -> t.Sheet:
    found: t.Sheet = await house.call(RecordingPeer(), "trust.sheet", t.SheetParams(room=room))
    return found


async def check(house: TrustedHouse, room: str, *hosts: str) -> t.Sheet:
    found: t.Sheet = await house.call(RecordingPeer(), "trust.check", t.CheckParams(room=room, hosts=hosts))
    return found


async def approve(house: TrustedHouse, room: str, shown: t.Sheet, *builds: str) -> t.Sheet:
    params = t.ApproveParams(room=room, digest=shown.digest, builds=builds)
    found: t.Sheet = await house.call(RecordingPeer(), "trust.approve", params)
    return found


async def checked_and_approved(house: TrustedHouse, room: str) -> t.Sheet:
    return await approve(house, room, await check(house, room))


async def refused(house: TrustedHouse, room: str, **params: Any) -> NotApproved:
    with pytest.raises(NotApproved) as caught:
        await house.call(RecordingPeer(), "kernel.start", m.StartParams(room=room, **params))
    assert house.rooms.get(room).tether is None
    return caught.value


def wishes(house: TrustedHouse, room: str) -> Wishes:
    return house.rooms.trusting.of(house.rooms.get(room))


async def test_a_notebook_that_asks_for_packages_runs_in_them_after_an_approval_and_not_before(
    house: TrustedHouse,
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, notebook(house.home / "a.ipynb", "numpy>=2", "pandas"))
    assert opened.state.trust.status == "unchecked"
    error = await refused(house, opened.room)
    assert "hood trust review a.ipynb" in error.hint
    assert error.data["requirements"] == ["numpy>=2", "pandas"]
    shown = await check(house, opened.room)
    assert shown.status == "checked"
    assert shown.plan is not None
    assert [one.name for one in shown.plan.packages] == ["numpy", "pandas"]
    await refused(house, opened.room)
    assert house.shelf.built == []
    after = await approve(house, opened.room, shown)
    assert after.status == "approved"
    run = await house.run(person, opened.room, WHERE)
    assert text_of(run).strip() == str(house.shelf.folder / shown.plan.digest[:16])
    assert house.room(opened).state.trust.environment == shown.plan.digest[:16]


async def test_an_approval_is_asked_for_once(house: TrustedHouse) -> None:
    path = notebook(house.home / "a.ipynb", "numpy")
    opened = await house.open(RecordingPeer(), path)
    await checked_and_approved(house, opened.room)
    await house.crash()
    await house.again()
    again = await house.open(RecordingPeer(), path)
    assert again.state.trust.status == "approved"
    assert len(house.shelf.resolved) == 1


async def test_what_changes_in_between_is_not_approved(house: TrustedHouse) -> None:
    opened = await house.open(RecordingPeer(), notebook(house.home / "a.ipynb", "numpy"))
    room = opened.room
    shown = await check(house, room)
    house.room(opened).notebook.set_notebook_metadata({"runt": {"uv": {"dependencies": ["numpy", "evil"]}}})
    with pytest.raises(SheetChanged):
        await approve(house, room, shown)
    # What replaces it was never resolved.
    with pytest.raises(NotChecked):
        await approve(house, room, await sheet(house, room))
    await refused(house, room)


async def test_a_change_while_it_is_resolved_leaves_it_unchecked(house: TrustedHouse) -> None:
    opened = await house.open(RecordingPeer(), notebook(house.home / "a.ipynb", "numpy"))
    book = house.room(opened).notebook
    house.shelf.during = lambda: book.set_notebook_metadata({"runt": {"uv": {"dependencies": ["evil"]}}})
    shown = await check(house, opened.room)
    assert (shown.status, shown.plan) == ("unchecked", None)


async def test_a_change_brings_the_question_back_with_the_difference(house: TrustedHouse) -> None:
    person = RecordingPeer()
    opened = await house.open(person, notebook(house.home / "a.ipynb", "numpy", "pandas"))
    await checked_and_approved(house, opened.room)
    await house.call(person, "dependencies.edit", t.DependenciesParams(opened.room, ("scipy",), ("pandas",)))
    await refused(house, opened.room)
    shown = await check(house, opened.room)
    assert not shown.nothing_new
    assert {(one.kind, one.what, one.name) for one in shown.changes} == {
        ("added", "requirement", "scipy"),
        ("removed", "requirement", "pandas"),
        ("added", "package", "scipy"),
        ("removed", "package", "pandas"),
    }
    await approve(house, opened.room, shown)
    await house.call(person, "dependencies.edit", t.DependenciesParams(opened.room, (), ("scipy",)))
    less = await check(house, opened.room)
    assert less.nothing_new
    await refused(house, opened.room)


async def test_an_agent_may_change_what_is_asked_for_and_a_person_decides(house: TrustedHouse) -> None:
    agent = RecordingPeer("agent", "helper")
    opened = await house.open(RecordingPeer(), notebook(house.home / "a.ipynb", "numpy"))
    await checked_and_approved(house, opened.room)
    answer: t.DependenciesEdited = await house.call(
        agent, "dependencies.edit", t.DependenciesParams(opened.room, ("reqeusts",))
    )
    assert answer.status == "proposed"
    assert answer.requirements == ("numpy", "reqeusts")
    assert [one.target for one in answer.judgements] == ["requests"]
    assert "`requests`" in answer.advice
    assert "hood trust review a.ipynb" in answer.advice
    assert (await sheet(house, opened.room)).proposed_by == agent.who
    await refused(house, opened.room)
    await until(lambda: house.room(opened).state.trust.by == agent.who)
    await house.call(RecordingPeer(), "dependencies.edit", t.DependenciesParams(opened.room, (), ("reqeusts",)))
    assert (await sheet(house, opened.room)).status == "approved"
    assert (await sheet(house, opened.room)).proposed_by == ""


async def test_an_agent_that_writes_the_block_of_a_script_has_proposed_it(house: TrustedHouse) -> None:
    agent = RecordingPeer("agent", "helper")
    opened = await house.open(RecordingPeer(), notebook(house.home / "a.ipynb"))
    block = '# /// script\n# dependencies = ["evil"]\n# ///\n'
    await house.insert(agent, opened.room, block)
    shown = await sheet(house, opened.room)
    assert (shown.status, shown.proposed_by) == ("proposed", agent.who)
    await refused(house, opened.room)


async def test_a_person_starts_without_installing_each_time_anew(house: TrustedHouse) -> None:
    person = RecordingPeer()
    opened = await house.open(person, notebook(house.home / "a.ipynb", "numpy"))
    await house.call(person, "kernel.start", m.StartParams(opened.room, without=True))
    assert str(house.shelf.folder) not in text_of(await house.run(person, opened.room, WHERE))
    with pytest.raises(NotApproved):
        await house.call(person, "kernel.restart", m.StartParams(opened.room))
    assert house.rooms.get(opened.room).tether is not None
    await house.call(person, "kernel.shutdown", m.ForceParams(opened.room, force=True))
    await refused(house, opened.room)


async def test_a_restart_moves_a_kernel_into_what_was_approved_meanwhile(house: TrustedHouse) -> None:
    person = RecordingPeer()
    opened = await house.open(person, notebook(house.home / "a.ipynb"))
    assert str(house.shelf.folder) not in text_of(await house.run(person, opened.room, WHERE))
    await house.call(person, "dependencies.edit", t.DependenciesParams(opened.room, ("numpy",)))
    shown = await checked_and_approved(house, opened.room)
    assert shown.plan is not None
    cell = await house.insert(person, opened.room, WHERE)
    restart = house.call(person, "kernel.restart", m.StartParams(opened.room))
    run = (restart, house.execute(person, opened.room, cell))
    for one in run:
        await one
    await until(lambda: house.room(opened).state.cells[cell.cell].status == "ok")
    assert text_of(house.room(opened).state.cells[cell.cell]).strip().endswith(shown.plan.digest[:16])


async def test_a_package_that_is_only_added_reaches_the_kernel_that_runs_and_any_other_change_waits_for_a_restart(
    house: TrustedHouse,
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, notebook(house.home / "a.ipynb", "numpy"))
    first = await checked_and_approved(house, opened.room)
    assert first.plan is not None
    await house.run(person, opened.room, "word = 'kept'")
    # Also where a daemon before this one started it.
    await house.crash()
    await house.again()
    opened = await house.open(person, house.home / "a.ipynb")
    assert opened.state.trust.environment == first.plan.digest[:16]
    await house.call(person, "dependencies.edit", t.DependenciesParams(opened.room, ("pandas",)))
    second = await checked_and_approved(house, opened.room)
    assert second.plan is not None
    lock = second.plan.digest[:16]
    await until(lambda: house.room(opened).state.trust.environment == lock)
    said = text_of(await house.run(person, opened.room, "import sys; print(word, sys.prefix, sys.path[-1])")).split()
    assert said[0] == "kept" and said[1].endswith(first.plan.digest[:16]) and second.plan.digest[:16] in said[2]
    # Another version of what is there: not under a kernel that may have imported half of it.
    house.shelf.versions["numpy"] = "2.0"
    await house.call(person, "dependencies.edit", t.DependenciesParams(opened.room, ("scipy",)))
    third = await checked_and_approved(house, opened.room)
    assert await house.rooms.trusting.added(house.rooms.get(opened.room)) is None
    assert third.plan is not None and third.plan.digest not in house.shelf.built
    assert house.room(opened).state.trust.environment == second.plan.digest[:16]


async def test_a_runtime_that_came_up_for_an_environment_that_fails_is_ended(
    house: TrustedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started while the environment is built: only where that was approved, and not for nothing."""
    opened = await house.open(RecordingPeer(), notebook(house.home / "a.ipynb", "numpy"))
    started: list[Runtime] = []
    start = house.rooms.kernels.launcher.start

    async def counted(room: RoomId | None, warm: str | None = None) -> Runtime:
        started.append(await start(room, warm))
        return started[-1]

    async def build(*_: object) -> Environment:
        await until(lambda: bool(started))
        raise EnvironmentFailed("The disk is odd.")

    monkeypatch.setattr(house.rooms.kernels.launcher, "start", counted)
    await refused(house, opened.room)
    assert not started
    monkeypatch.setattr(house.shelf, "build", build)
    await checked_and_approved(house, opened.room)
    with pytest.raises(EnvironmentFailed):
        await house.call(RecordingPeer(), "kernel.start", m.StartParams(opened.room))
    (one,) = started
    await until(lambda: not is_alive(one.body.who))
    assert not house.journal.runtimes() and not one.folder.exists()


async def test_a_copy_is_asked_and_a_moved_file_is_not(house: TrustedHouse) -> None:
    first, copy, moved = (house.home / name for name in ("a.ipynb", "copy.ipynb", "moved.ipynb"))
    opened = await house.open(RecordingPeer(), notebook(first, "numpy"))
    await checked_and_approved(house, opened.room)
    await house.call(RecordingPeer(), "room.save", m.SaveParams(opened.room))
    shutil.copy(first, copy)
    assert (await house.open(RecordingPeer(), copy)).state.trust.status == "unchecked"
    await house.call(RecordingPeer(), "room.close", m.CloseParams(opened.room))
    first.rename(moved)
    again = await house.open(RecordingPeer(), moved)
    assert again.state.trust.status == "approved"
    # The old place has none any more, should somebody put the file back.
    shutil.copy(moved, first)
    back = await house.open(RecordingPeer(), first)
    await refused(house, back.room)
    assert house.room(back).state.trust.status == "unchecked"
    assert (await sheet(house, again.room)).status == "approved"


async def test_a_file_that_moved_to_another_disk_is_known_by_its_whole_record(house: TrustedHouse) -> None:
    first, moved = house.home / "a.ipynb", house.home / "moved.ipynb"
    opened = await house.open(RecordingPeer(), notebook(first, "numpy"))
    await checked_and_approved(house, opened.room)
    await house.call(RecordingPeer(), "room.close", m.CloseParams(opened.room))
    pointer = json.loads(first.read_text())["metadata"]["fumehood"]["trust"]
    assert pointer["notebook"] == opened.room
    data = first.read_bytes()
    moved.write_bytes(data)
    first.unlink()
    assert (await house.open(RecordingPeer(), moved)).state.trust.status == "approved"


async def test_what_was_revoked_is_not_approved_and_listed_no_more(house: TrustedHouse) -> None:
    person = RecordingPeer()
    opened = await house.open(person, notebook(house.home / "a.ipynb", "numpy"))
    await checked_and_approved(house, opened.room)
    listed: t.AllGiven = await house.call(person, "trust.list", m.Empty())
    assert [(one.path, one.holds, one.requirements) for one in listed.approvals] == [
        (str(house.home / "a.ipynb"), True, ("numpy",))
    ]
    await house.call(person, "trust.revoke", t.NotebookParams(opened.room))
    assert "revoked" in (await refused(house, opened.room)).message
    assert (await house.call(person, "trust.list", m.Empty())).approvals == ()
    with pytest.raises(NotApproved):
        await house.call(person, "trust.revoke", t.NotebookParams("f" * 32))
    await checked_and_approved(house, opened.room)
    assert (await sheet(house, opened.room)).status == "approved"


async def test_a_host_of_the_notebook_is_contacted_only_after_it_was_accepted_by_name(house: TrustedHouse) -> None:
    asked = {"requirements": ["numpy"], "indexes": ["https://evil.test/simple"]}
    path = notebook(house.home / "a.ipynb", fumehood={"dependencies": asked})
    opened = await house.open(RecordingPeer(), path)
    assert (await sheet(house, opened.room)).hosts == ("evil.test",)
    for hosts in ((), ("other.test",)):
        with pytest.raises(HostNotAccepted) as caught:
            await check(house, opened.room, *hosts)
        assert caught.value.data["hosts"] == ["evil.test"]
    assert house.shelf.resolved == []
    shown = await check(house, opened.room, "evil.test")
    assert (await approve(house, opened.room, shown)).status == "approved"


async def test_a_build_needs_a_tick_of_its_own_name(house: TrustedHouse) -> None:
    opened = await house.open(RecordingPeer(), notebook(house.home / "a.ipynb", "built-here", "numpy"))
    shown = await check(house, opened.room)
    with pytest.raises(HoodError):
        await approve(house, opened.room, shown, "numpy")
    await approve(house, opened.room, shown, "built-here")
    view = await wishes(house, opened.room).look()
    assert view.approval is not None
    assert view.approval.builds == {"built-here"}


async def test_keys_pressed_in_other_cells_do_not_look_again(house: TrustedHouse) -> None:
    block = '# /// script\n# dependencies = ["numpy"]\n# ///\n'
    path = notebook(house.home / "a.ipynb", cells=("x = 1", block))
    opened = await house.open(RecordingPeer(), path)
    book, found = house.room(opened).notebook, wishes(house, opened.room)
    looks = found.looks
    plain, asking = book.ids()
    for at in range(50):
        book.splice(plain, at, 0, "y")
    book.set_notebook_metadata({**book.metadata(), "title": "x"})
    assert found.view is not None
    assert found.looks == looks
    book.set_source(asking, block.replace("numpy", "evil"))
    assert found.view is None, "nobody believes the last look"
    await until(lambda: found.looks == looks + 1)
    book.set_source(plain, block)
    await until(lambda: found.looks == looks + 2)


async def test_a_room_that_was_forgotten_is_known_by_its_file(house: TrustedHouse) -> None:
    path = notebook(house.home / "a.ipynb", "numpy")
    opened = await house.open(RecordingPeer(), path)
    await checked_and_approved(house, opened.room)
    await house.call(RecordingPeer(), "room.close", m.CloseParams(opened.room))
    for record in house.journal.rooms():
        from fumehood.store.operations import DropRoom

        await house.journal.write(DropRoom(room=record.room))
    again = await house.open(RecordingPeer(), path)
    assert again.room != opened.room
    assert again.state.trust.status == "approved"


async def test_an_offer_beside_the_notebook_is_nothing_until_a_person_takes_it(house: TrustedHouse) -> None:
    person = RecordingPeer()
    folder = house.home / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text("numpy\n")
    opened = await house.open(person, notebook(folder / "a.ipynb"))
    assert opened.state.trust.status == "offered"
    shown = await sheet(house, opened.room)
    (file,) = {one.asker.name for one in shown.asked.offered}
    await house.run(person, opened.room, "1")
    assert house.shelf.built == []
    await house.call(person, "kernel.shutdown", m.ForceParams(opened.room, force=True))
    for _again in range(2):
        taken: t.Sheet = await house.call(person, "trust.offer", t.OfferParams(opened.room, file))
        assert taken.status == "unchecked"
    await refused(house, opened.room)
    await checked_and_approved(house, opened.room)
    # It stays taken up where notebook and file move.
    await house.call(person, "room.close", m.CloseParams(opened.room))
    (folder / "a.ipynb").rename(folder / "b.ipynb")
    opened = await house.open(person, folder / "b.ipynb")
    assert opened.state.trust.status == "approved"
    # Its next word is nobody's approval.
    (folder / "requirements.txt").write_text("numpy\nevil\n")
    await refused(house, opened.room)
    let_go: t.Sheet = await house.call(person, "trust.offer", t.OfferParams(opened.room, file, take=False))
    assert let_go.status == "offered"
    with pytest.raises(HoodError):
        await house.call(person, "trust.offer", t.OfferParams(opened.room, "other.txt"))


async def test_a_copy_takes_its_packages_from_the_same_files_and_is_asked(house: TrustedHouse) -> None:
    person = RecordingPeer()
    folder, copy, alone = (house.home / name for name in ("project", "copy", "alone"))
    folder.mkdir()
    (folder / "requirements.txt").write_text("numpy\n")
    opened = await house.open(person, notebook(folder / "a.ipynb"))
    await house.call(person, "trust.offer", t.OfferParams(opened.room, "requirements.txt"))
    await checked_and_approved(house, opened.room)
    await house.call(person, "room.save", m.SaveParams(opened.room))
    said = json.loads((folder / "a.ipynb").read_text())["metadata"]["fumehood"]
    assert said["dependencies"]["files"] == ["requirements.txt"]
    shutil.copytree(folder, copy)
    copied = await house.open(person, copy / "a.ipynb")
    assert copied.state.trust.status == "unchecked"
    assert "numpy" in (await refused(house, copied.room)).data["requirements"]
    await checked_and_approved(house, copied.room)
    assert (await sheet(house, opened.room)).status == "approved", "each has its own"
    # Its file is missing: said, and no question, for nothing would be installed.
    alone.mkdir()
    shutil.copy(folder / "a.ipynb", alone)
    shown = await sheet(house, (await house.open(person, alone / "a.ipynb")).room)
    assert shown.status == "nothing" and [one.asker.name for one in shown.asked.complaints] == ["requirements.txt"]
    # An approval from before notebooks said it themselves holds as it did.
    book = house.room(opened).notebook
    book.set_notebook_metadata({**book.metadata(), "fumehood": {"trust": said["trust"]}})
    assert (await sheet(house, opened.room)).status == "approved"


async def test_a_file_that_is_written_beside_an_open_notebook_is_seen(home: Path) -> None:
    house = TrustedHouse(home, Settings(pool=0, linger=3600.0, watch=True))
    try:
        folder = house.home / "project"
        folder.mkdir()
        opened = await house.open(RecordingPeer(), notebook(folder / "a.ipynb"))
        await until(lambda: house.rooms._watcher.watching)
        (folder / "requirements.txt").write_text("numpy\n")
        await until(lambda: house.room(opened).state.trust.status == "offered")
    finally:
        await house.close()
