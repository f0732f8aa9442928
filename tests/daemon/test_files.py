"""The opening page's files: only where a person opened a folder to it, and whatever lies there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest

from fumehood.core import limits
from fumehood.core.errors import (
    BadFileName,
    FileMissing,
    FolderNotGranted,
    HoodError,
    KernelSpecMissing,
    LimitExceeded,
    NotAFolder,
    NotebookUnreadable,
    StorageFailed,
)
from fumehood.daemon import files
from fumehood.protocol import methods as m
from fumehood.protocol.base import encode_json
from fumehood.store.folders import canonical_folder
from fumehood.store.operations import PutValue
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House
from tests.daemon.programs import daemon, paths
from tests.doors.bench import code_of, greeted

NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the tests grant; beside it lies what they do not."""
    made = tmp_path / "granted"
    made.mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.ipynb").write_text(NOTEBOOK)
    return made


@pytest.fixture
async def person(house: House, folder: Path) -> RecordingPeer:
    person = RecordingPeer()
    await house.call(person, "files.grant", m.FolderParams(folder=str(folder)))
    return person


async def listed(house: House, person: RecordingPeer, folder: Path | str) -> m.Listing:
    found: m.Listing = await house.call(person, "files.list", m.FolderParams(folder=str(folder)))
    encode_json(found)
    return found


def by_name(found: m.Listing) -> dict[str, m.FolderEntry]:
    return {entry.name: entry for entry in found.entries}


async def refused(house: House, person: RecordingPeer, method: str, params: Any) -> HoodError:
    with pytest.raises(HoodError) as caught:
        await house.call(person, method, params)
    return caught.value


# -- grants


async def test_nothing_is_listed_before_a_folder_is_granted(house: House, folder: Path) -> None:
    person = RecordingPeer()
    assert (await house.call(person, "files.grants", m.Empty())).folders == ()
    assert isinstance(await refused(house, person, "files.list", m.FolderParams(folder=str(folder))), FolderNotGranted)


async def test_grants_survive_the_daemon_and_the_newest_is_first(
    house: House, person: RecordingPeer, folder: Path, tmp_path: Path
) -> None:
    await house.call(person, "files.grant", m.FolderParams(folder=str(tmp_path / "outside")))
    await house.call(person, "files.grant", m.FolderParams(folder=str(folder)))
    await house.crash()
    await house.again()
    kept = await house.call(person, "files.grants", m.Empty())
    assert kept.folders == (str(folder), str(tmp_path / "outside"))


async def test_a_grant_is_of_the_canonical_folder(house: House, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "name").symlink_to(folder)
    person = RecordingPeer()
    granted = await house.call(person, "files.grant", m.FolderParams(folder=str(tmp_path / "name")))
    assert granted.folder == str(folder)
    assert (await listed(house, person, tmp_path / "name")).folder == str(folder)


async def test_what_is_no_folder_is_not_granted(house: House, folder: Path) -> None:
    person = RecordingPeer()
    (folder / "a.ipynb").write_text(NOTEBOOK)
    os.mkfifo(folder / "fifo")
    (folder / "loop").symlink_to(folder / "loop")
    expected: list[tuple[str, type[HoodError]]] = [
        (str(folder / "a.ipynb"), NotAFolder),
        (str(folder / "fifo"), NotAFolder),
        (str(folder / "loop"), NotAFolder),
        ("relative", NotAFolder),
        ("", NotAFolder),
        ("/nul\0", NotAFolder),
        (str(folder / "missing"), FileMissing),
        ("/" + "x" * 300, StorageFailed),
    ]
    for text, kind in expected:
        assert isinstance(await refused(house, person, "files.grant", m.FolderParams(folder=text)), kind), text


async def test_a_revoked_folder_is_closed_again(house: House, person: RecordingPeer, folder: Path) -> None:
    await house.call(person, "files.revoke", m.FolderParams(folder=str(folder)))
    error = await refused(house, person, "files.list", m.FolderParams(folder=str(folder)))
    assert isinstance(error, FolderNotGranted)


async def test_the_number_of_grants_is_bounded(
    house: House, person: RecordingPeer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GRANTED_FOLDERS", 2)
    for name in ("a", "b", "c"):
        (folder / name).mkdir()
        await house.call(person, "files.grant", m.FolderParams(folder=str(folder / name)))
    assert (await house.call(person, "files.grants", m.Empty())).folders == (str(folder / "c"), str(folder / "b"))


async def test_grants_that_cannot_be_read_grant_nothing(house: House) -> None:
    await house.journal.write(PutValue(key="folders.granted", value=b'{"newer": 1}'))
    assert (await house.call(RecordingPeer(), "files.grants", m.Empty())).folders == ()


# -- listing


async def test_a_folder_shows_folders_notebooks_and_files_but_nothing_hidden(
    house: House, person: RecordingPeer, folder: Path
) -> None:
    (folder / "zoo").mkdir()
    (folder / "b.ipynb").write_text(NOTEBOOK)
    (folder / "A.IPYNB").write_text(NOTEBOOK)
    (folder / "data.csv").write_text("1,2")
    (folder / ".secret").write_text("x")
    (folder / ".git").mkdir()
    found = await listed(house, person, folder)
    assert [(one.name, one.kind, one.openable) for one in found.entries] == [
        ("zoo", "folder", True),
        ("A.IPYNB", "notebook", True),
        ("b.ipynb", "notebook", True),
        ("data.csv", "file", False),
    ]
    assert by_name(found)["b.ipynb"].size == len(NOTEBOOK)
    assert by_name(found)["data.csv"].modified == (folder / "data.csv").stat().st_mtime
    assert (found.folder, found.parent, found.truncated) == (str(folder), None, False)


async def test_the_way_up_ends_at_the_grant(house: House, person: RecordingPeer, folder: Path) -> None:
    (folder / "deep").mkdir()
    assert (await listed(house, person, folder / "deep")).parent == str(folder)
    assert (await listed(house, person, folder)).parent is None
    for way in (folder.parent, folder / "..", folder / "deep" / ".." / "..", f"{folder}/../outside", "/", "/root"):
        error = await refused(house, person, "files.list", m.FolderParams(folder=str(way)))
        assert isinstance(error, FolderNotGranted), way


async def test_a_folder_whose_name_only_begins_like_a_granted_one_is_not_granted(
    house: House, person: RecordingPeer, folder: Path
) -> None:
    Path(f"{folder}-more").mkdir()
    error = await refused(house, person, "files.list", m.FolderParams(folder=f"{folder}-more"))
    assert isinstance(error, FolderNotGranted)


async def test_who_asks_outside_does_not_learn_what_is_there(
    house: House, person: RecordingPeer, folder: Path, tmp_path: Path
) -> None:
    there = await refused(house, person, "files.list", m.FolderParams(folder=str(tmp_path / "outside")))
    missing = await refused(house, person, "files.list", m.FolderParams(folder=str(tmp_path / "nothing")))
    file = await refused(house, person, "files.list", m.FolderParams(folder=str(tmp_path / "outside/secret.ipynb")))
    assert (there.code, there.message) == (missing.code, missing.message) == (file.code, file.message)


async def test_a_link_that_leaves_is_shown_and_not_followed(
    house: House, person: RecordingPeer, folder: Path, tmp_path: Path
) -> None:
    (folder / "real").mkdir()
    (folder / "real" / "a.ipynb").write_text(NOTEBOOK)
    (folder / "inside").symlink_to("real")
    (folder / "inside.ipynb").symlink_to("real/a.ipynb")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "out.ipynb").symlink_to(tmp_path / "outside" / "secret.ipynb")
    (folder / "dead.ipynb").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    found = by_name(await listed(house, person, folder))
    assert {name: (one.kind, one.openable) for name, one in found.items() if name != "real"} == {
        "inside": ("folder", True),
        "inside.ipynb": ("notebook", True),
        "out": ("file", False),
        "out.ipynb": ("file", False),
        "dead.ipynb": ("file", False),
        "loop": ("file", False),
    }
    assert found["out.ipynb"].size != len(NOTEBOOK), "not even the size of what is outside"
    assert (await listed(house, person, folder / "inside")).folder == str(folder / "real")
    for name in ("out", "loop"):
        await refused(house, person, "files.list", m.FolderParams(folder=str(folder / name)))
    error = await refused(house, person, "files.list", m.FolderParams(folder=str(folder / "out")))
    assert isinstance(error, FolderNotGranted)


async def test_a_folder_that_is_swapped_for_a_link_meanwhile_is_not_followed(
    house: House, person: RecordingPeer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The swap happens at the worst moment: after the path was looked at, before it is opened."""
    (folder / "deep" / "er").mkdir(parents=True)
    (tmp_path / "outside" / "er").mkdir()
    real = canonical_folder

    def swapped(text: str) -> Path:
        found = real(text)
        (folder / "deep").rename(folder / "was")
        (folder / "deep").symlink_to(tmp_path / "outside")
        return found

    monkeypatch.setattr(files, "canonical_folder", swapped)
    error = await refused(house, person, "files.list", m.FolderParams(folder=str(folder / "deep" / "er")))
    assert isinstance(error, FolderNotGranted)
    (folder / "deep").unlink()
    (folder / "was").rename(folder / "deep")
    new = m.CreateParams(folder=str(folder / "deep" / "er"), name="a")
    assert isinstance(await refused(house, person, "files.create", new), FolderNotGranted)
    assert list((tmp_path / "outside" / "er").iterdir()) == []


async def test_names_are_kept_whatever_they_hold(house: House, person: RecordingPeer, folder: Path) -> None:
    names = [
        "<img src=x onerror=alert(1)>.ipynb",
        "a\nb.ipynb",
        "\u202egnp.ipynb",
        "x" * 249 + ".ipynb",
        "\x1b[2J.ipynb",
    ]
    for name in names:
        (folder / name).write_text(NOTEBOOK)
    assert sorted(by_name(await listed(house, person, folder))) == sorted(names)


async def test_names_that_are_no_text_are_shown_and_cannot_be_opened(
    house: House, person: RecordingPeer, folder: Path
) -> None:
    (folder / os.fsdecode(b"b\xff.ipynb")).write_text(NOTEBOOK)
    (folder / os.fsdecode(b"d\xff")).mkdir()
    (folder / "link").symlink_to(os.fsdecode(b"d\xff"))
    found = await listed(house, person, folder)
    assert {one.name: one.openable for one in found.entries} == {
        "b\ufffd.ipynb": False,
        "d\ufffd": False,
        "link": False,
    }
    error = await refused(house, person, "files.list", m.FolderParams(folder=str(folder / "link")))
    assert isinstance(error, NotAFolder)


async def test_fifos_and_sockets_are_shown_and_never_opened(house: House, person: RecordingPeer, folder: Path) -> None:
    os.mkfifo(folder / "fifo.ipynb")
    os.mknod(folder / "socket.ipynb", 0o140600)
    found = by_name(await listed(house, person, folder))
    assert {name: (one.kind, one.openable) for name, one in found.items()} == {
        "fifo.ipynb": ("file", False),
        "socket.ipynb": ("file", False),
    }


async def test_a_huge_folder_is_cut_and_says_so(
    house: House, person: RecordingPeer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        (folder / f"{number:03}.txt").touch()
    (folder / "zz.ipynb").write_text(NOTEBOOK)
    monkeypatch.setattr(limits, "FOLDER_ENTRIES", 10)
    found = await listed(house, person, folder)
    assert (len(found.entries), found.truncated) == (10, True)
    assert found.entries[0].name == "zz.ipynb", "notebooks are not crowded out"
    monkeypatch.setattr(limits, "FOLDER_ENTRIES", 1000)
    assert not (await listed(house, person, folder)).truncated
    monkeypatch.setattr(limits, "FOLDER_SCAN", 20)
    found = await listed(house, person, folder)
    assert (len(found.entries), found.truncated) == (20, True)


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
async def test_a_folder_that_may_not_be_read_is_an_error(house: House, person: RecordingPeer, folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o000)
    error = await refused(house, person, "files.list", m.FolderParams(folder=str(folder / "closed")))
    assert isinstance(error, StorageFailed)


async def test_a_disk_that_fails_is_an_error(
    house: House, person: RecordingPeer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("fumehood.store.folders.os.scandir", broken)
    error = await refused(house, person, "files.list", m.FolderParams(folder=str(folder)))
    assert isinstance(error, StorageFailed)
    assert "permission" in error.message
    monkeypatch.setattr("fumehood.store.folders.os.open", broken)
    error = await refused(house, person, "files.list", m.FolderParams(folder=str(folder)))
    assert isinstance(error, StorageFailed)


async def test_a_folder_that_is_gone_is_missing(house: House, person: RecordingPeer, folder: Path) -> None:
    folder.rmdir()
    assert isinstance(await refused(house, person, "files.list", m.FolderParams(folder=str(folder))), FileMissing)


# -- new notebooks


async def test_a_new_notebook_is_empty_valid_and_never_takes_a_place(
    house: House, person: RecordingPeer, folder: Path
) -> None:
    (folder / "Untitled-1.ipynb").mkdir()
    made = [
        (await house.call(person, "files.create", m.CreateParams(folder=str(folder), name="Untitled"))).path
        for _ in range(3)
    ]
    assert made == [str(folder / name) for name in ("Untitled.ipynb", "Untitled-2.ipynb", "Untitled-3.ipynb")]
    notebook: Any = nbformat.read(made[0], as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor, notebook.cells) == (4, 5, [])
    opened = await house.open(person, Path(made[0]))
    assert opened.read_only is None


async def test_a_new_notebook_names_the_kernel_that_was_chosen(
    house: House, person: RecordingPeer, folder: Path
) -> None:
    name = (await house.call(person, "kernel.specs", m.Empty())).default
    params = m.CreateParams(folder=str(folder), name="a.ipynb", kernel=name)
    path = (await house.call(person, "files.create", params)).path
    assert json.loads(Path(path).read_text())["metadata"]["kernelspec"]["name"] == name
    unknown = m.CreateParams(folder=str(folder), name="b", kernel="no-such-kernel")
    assert isinstance(await refused(house, person, "files.create", unknown), KernelSpecMissing)
    assert not (folder / "b.ipynb").exists()


BAD_NAMES = ["", ".ipynb", ".hidden", " a", "a ", "a/b", "../a", "/etc/a", "a\0", "a\n", "\u202ea", "\ud800", "\x1b[2J"]


@pytest.mark.parametrize("name", [*BAD_NAMES, "x" * 300], ids=ascii)
async def test_names_that_hide_something_are_refused(
    house: House, person: RecordingPeer, folder: Path, name: str
) -> None:
    for params in (
        m.CreateParams(folder=str(folder), name=name),
        m.ImportParams(folder=str(folder), name=name, text=NOTEBOOK),
    ):
        method = "files.create" if isinstance(params, m.CreateParams) else "files.import"
        assert isinstance(await refused(house, person, method, params), BadFileName)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["größe", "分析 2", "हिन्दी\u200dक", "it's <b>", "a.b", "🧬"], ids=ascii)
async def test_names_in_any_script_are_taken(house: House, person: RecordingPeer, folder: Path, name: str) -> None:
    made = await house.call(person, "files.create", m.CreateParams(folder=str(folder), name=name))
    assert made.path == str(folder / f"{name}.ipynb")


async def test_nothing_is_made_outside(house: House, person: RecordingPeer, folder: Path, tmp_path: Path) -> None:
    (folder / "out").symlink_to(tmp_path / "outside")
    before = sorted((tmp_path / "outside").iterdir())
    for place in (tmp_path / "outside", folder / "out", folder / ".." / "outside"):
        new = m.CreateParams(folder=str(place), name="a")
        assert isinstance(await refused(house, person, "files.create", new), FolderNotGranted)
        dropped = m.ImportParams(folder=str(place), name="a", text=NOTEBOOK)
        assert isinstance(await refused(house, person, "files.import", dropped), FolderNotGranted)
    assert sorted((tmp_path / "outside").iterdir()) == before


async def test_a_link_of_that_name_is_not_written_through(
    house: House, person: RecordingPeer, folder: Path, tmp_path: Path
) -> None:
    (folder / "a.ipynb").symlink_to(tmp_path / "outside" / "new.ipynb")
    made = await house.call(person, "files.create", m.CreateParams(folder=str(folder), name="a"))
    assert made.path == str(folder / "a-1.ipynb")
    assert not (tmp_path / "outside" / "new.ipynb").exists()


async def test_when_every_name_is_taken_nothing_is_written(
    house: House, person: RecordingPeer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NAME_TRIES", 2)
    for _ in range(2):
        await house.call(person, "files.create", m.CreateParams(folder=str(folder), name="a"))
    error = await refused(house, person, "files.create", m.CreateParams(folder=str(folder), name="a"))
    assert isinstance(error, LimitExceeded)
    assert sorted(one.name for one in folder.iterdir()) == ["a-1.ipynb", "a.ipynb"]


# -- import


async def test_a_dropped_notebook_is_kept_byte_for_byte_under_a_free_name(
    house: House, person: RecordingPeer, folder: Path
) -> None:
    text = NOTEBOOK.replace("{}", '{ "größe" :1}') + "\r\n\r\n"
    (folder / "mine.ipynb").write_text("mine")
    params = m.ImportParams(folder=str(folder), name="mine.ipynb", text=text)
    made = await house.call(person, "files.import", params)
    assert made.path == str(folder / "mine-1.ipynb")
    assert Path(made.path).read_bytes() == text.encode()
    assert (folder / "mine.ipynb").read_text() == "mine"


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "{}", "null", '{"cells": 1}', "[" * 5000, '{"nbformat": 99}', "\ud800"]
)
async def test_what_is_no_notebook_is_not_imported(
    house: House, person: RecordingPeer, folder: Path, text: str
) -> None:
    error = await refused(house, person, "files.import", m.ImportParams(folder=str(folder), name="a", text=text))
    assert isinstance(error, NotebookUnreadable | LimitExceeded)
    assert list(folder.iterdir()) == []


# -- recent


async def test_recent_notebooks_are_newest_first_and_say_what_is_gone(
    house: House, person: RecordingPeer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(1, 1_000_000))
    monkeypatch.setattr("fumehood.daemon.room.time.time", lambda: float(next(clock)))
    for name in ("a", "b", "c"):
        (folder / f"{name}.ipynb").write_text(NOTEBOOK)
        opened = await house.open(person, folder / f"{name}.ipynb")
        await house.call(person, "room.close", m.CloseParams(room=opened.room))
    await house.open(person, folder / "b.ipynb")
    (folder / "a.ipynb").unlink()
    await house.journal.write(PutValue(key="settle", value=b""))
    found = (await house.call(person, "files.recent", m.Empty())).entries
    assert [(one.name, one.exists, one.kernel) for one in found] == [
        ("b.ipynb", True, "none"),
        ("c.ipynb", True, ""),
        ("a.ipynb", False, ""),
    ]
    assert (found[0].path, found[0].folder) == (str(folder / "b.ipynb"), str(folder))
    monkeypatch.setattr(limits, "RECENT_NOTEBOOKS", 2)
    assert [one.name for one in (await house.call(person, "files.recent", m.Empty())).entries] == ["b.ipynb", "c.ipynb"]


# -- the door


async def test_over_the_socket_files_are_a_persons_alone(home: Path, folder: Path) -> None:
    with daemon():
        async with greeted(paths().control_socket) as person, greeted(paths().agent_socket) as agent:
            assert code_of(await person.call("files.grant", {"folder": str(folder)})) == ""
            for method in (name for name in m.METHODS if name.startswith("files.")):
                assert code_of(await agent.call(method)) == "protocol.forbidden"
            hostile = {"folder": str(folder), "name": "a", "text": "x" * (limits.RPC_MESSAGE - 1000)}
            assert code_of(await person.call("files.import", hostile)) == "notebook.unreadable"
            hostile["text"] += "x" * 2000
            await person.send("files.import", hostile, number=50)
            assert code_of(await person.answer(None)) == "limit.exceeded"
            await person.websocket.send_str(
                '{"jsonrpc": "2.0", "id": 51, "method": "files.create", "params": {"folder": "\\ud800", "name": "a"}}'
            )
            answer = await person.receive()
            assert answer is not None and code_of(answer) not in ("", "internal")
