"""Editing and looking at a notebook through a real daemon."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import fumehood.client
from fumehood.client import Client, Missed
from fumehood.core.errors import (
    BadMessage,
    CellMissing,
    FileChanged,
    FileMissing,
    MethodForbidden,
    NotAFile,
    NotebookReadOnly,
    RoomMissing,
    TimedOut,
    UpdateRefused,
)
from fumehood.protocol.events import FileSaved
from fumehood.protocol.frames import Document, Frame, Kind
from fumehood.protocol.methods import EditParams, OpenParams, ReadParams, SaveParams
from fumehood.testing.notebooks import cell

Make = Callable[..., Path]


async def test_a_notebook_opens_with_its_cells(client: Client, make_notebook: Make) -> None:
    path = make_notebook(cell("# Title", type="markdown"), "x = 1", metadata={"language_info": {"name": "python"}})
    async with client.open(path) as notebook:
        assert [(one.type, one.source) for one in notebook.cells] == [("markdown", "# Title"), ("code", "x = 1")]
        assert notebook.metadata == {"language_info": {"name": "python"}}
        assert notebook.path == str(path)
        assert notebook.read_only is None
        assert notebook.kernel.status == "none"


async def test_a_relative_path_is_that_of_the_working_directory(
    client: Client, make_notebook: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_notebook("1")
    monkeypatch.chdir(path.parent)
    async with client.open(path.name) as notebook:
        assert notebook.path == str(path)


async def test_edits_are_seen_here_at_once_and_by_another_client(client: Client, make_notebook: Make) -> None:
    path = make_notebook("first", "second", "third")
    async with client.open(path) as notebook, fumehood.client.connect("other") as other, other.open(path) as theirs:
        notebook.edit("c0", "changed")
        notebook.splice("c1", 0, 3, "SEC")
        made = notebook.insert("made", after="c0", metadata={"tags": ["x"]}).cell
        notebook.move("c2")
        notebook.delete("c1")
        last = notebook.append("# text", type="markdown").cell
        notebook.set_type(last, "raw")
        notebook.set_metadata("c0", {"a": [1, None]})
        notebook.set_notebook_metadata({"title": "t"})
        expected = [("c2", "third"), ("c0", "changed"), (made, "made"), (last, "# text")]
        assert [(one.id, one.source) for one in notebook.cells] == expected
        await notebook.flush()
        await theirs.flush()
        await theirs.until(lambda state: True)
        theirs_seen = await _settled(theirs, len(expected))
        assert theirs_seen == expected
        assert theirs.cell(last).type == "raw"
        assert theirs.cell("c0").metadata == {"a": [1, None]}
        assert theirs.metadata == {"title": "t"}
        restored = notebook.restore("c1")
        await restored.acknowledged()
        assert notebook.source("c1") == "SECond"


async def _settled(notebook: fumehood.client.Notebook, cells: int) -> list[tuple[str, str]]:
    """What a replica shows after one more round trip: what was sent to it before has arrived then."""
    await notebook._client.status()
    assert len(notebook.cells) == cells
    return [(one.id, one.source) for one in notebook.cells]


async def test_concurrent_edits_of_one_cell_both_stay(client: Client, make_notebook: Make) -> None:
    path = make_notebook("middle")
    async with client.open(path) as ours, fumehood.client.connect("other") as other, other.open(path) as theirs:
        ours.splice("c0", 0, 0, "before ")
        theirs.splice("c0", 6, 0, " after")
        await ours.flush()
        await theirs.flush()
        await client.status()
        await other.status()
        assert ours.source("c0") == theirs.source("c0") == "before middle after"


async def test_an_acknowledged_edit_has_a_version(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("one")) as notebook:
        await notebook.edit("c0", "two").acknowledged()
        await notebook.delete("c0").acknowledged()
        assert [(one.cell, one.source) for one in await notebook.trash()] == [("c0", "two")]


async def test_an_edit_of_a_missing_cell_is_an_error_and_changes_nothing(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("one")) as notebook:
        for change in (
            lambda: notebook.edit("none", "x"),
            lambda: notebook.delete("none"),
            lambda: notebook.move("none"),
            lambda: notebook.insert("x", after="none"),
            lambda: notebook.execute("none"),
        ):
            with pytest.raises(CellMissing):
                change()
        assert [one.source for one in notebook.cells] == ["one"]
        with pytest.raises(BadMessage):
            notebook.splice("c0", 5, 9, "")


async def test_saving_writes_the_file_and_a_copy(client: Client, make_notebook: Make, tmp_path: Path) -> None:
    path = make_notebook("one")
    async with client.open(path) as notebook:
        notebook.edit("c0", "two")
        saved = await notebook.save()
        assert saved.changed
        assert json.loads(path.read_text())["cells"][0]["source"] == ["two"] or "two" in path.read_text()
        copy = tmp_path / "copy.ipynb"
        assert (await notebook.save(str(copy))).path == str(copy)
        assert "two" in copy.read_text()
        with pytest.raises(FileChanged):
            await notebook.save(str(copy))
        notebook.edit("c0", "three")
        await notebook.save(str(copy), overwrite=True)
        assert "three" in copy.read_text()


async def test_a_file_that_is_not_there_is_made_only_on_request(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "new.ipynb"
    with pytest.raises(FileMissing):
        await client.open(path)
    async with client.open(path, create=True) as notebook:
        notebook.append("made")
        await notebook.save()
    assert "made" in path.read_text()


async def test_a_folder_is_no_notebook(client: Client, tmp_path: Path) -> None:
    with pytest.raises(NotAFile):
        await client.open(tmp_path)


async def test_what_cannot_be_parsed_opens_as_text_that_nobody_edits(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text('{"cells": [')
    async with client.open(path) as notebook:
        assert notebook.read_only is not None
        assert notebook.read_only.text == '{"cells": ['
        assert notebook.cells == []
        with pytest.raises(NotebookReadOnly):
            notebook.append("x")
    assert path.read_text() == '{"cells": ['


async def test_a_notebook_that_was_left_is_of_no_use_and_can_be_opened_again(
    client: Client, make_notebook: Make
) -> None:
    path = make_notebook("one")
    notebook = await client.open(path)
    with pytest.raises(BadMessage):
        await client.open(path)
    await notebook.leave()
    await notebook.leave()
    assert notebook.closed
    with pytest.raises(RoomMissing):
        notebook.edit("c0", "x")
    with pytest.raises(RoomMissing):
        await notebook.save()
    async with client.open(path) as again:
        assert again.source("c0") == "one"


async def test_a_notebook_that_another_client_closes_ends_for_all(client: Client, make_notebook: Make) -> None:
    path = make_notebook("one")
    notebook = await client.open(path)
    stream = notebook.events()
    async with fumehood.client.connect("other") as other:
        await (await other.open(path)).close()
    with pytest.raises(RoomMissing):
        async for _ in stream:
            pass
    assert notebook.closed


async def test_events_are_pushed_from_the_moment_of_asking(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("one")) as notebook:
        async with notebook.events() as events:
            notebook.edit("c0", "two")
            await notebook.save()
            seen = []
            async for event in events:
                seen.append(event)
                if isinstance(event, FileSaved):
                    break
        assert not any(isinstance(one, Missed) for one in seen)
        assert notebook.state.digest == (await notebook.save()).digest


async def test_until_waits_for_the_state_and_not_longer_than_asked(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("one")) as notebook:
        with pytest.raises(TimedOut):
            await notebook.until(lambda state: state.kernel.status == "busy", timeout=0.05)
        notebook.edit("c0", "two")
        state = await notebook.until(lambda state: state.dirty, timeout=10)
        assert state is notebook.state


async def test_a_shared_notebook_is_shown_as_its_file_has_it(client: Client, notebooks: Path, tmp_path: Path) -> None:
    path = tmp_path / "big.ipynb"
    path.write_bytes((notebooks / "benchmarks-1000-cells.ipynb").read_bytes())
    file = json.loads(path.read_text())
    async with client.open(path) as notebook:
        sources = ["".join(one["source"]) for one in file["cells"]]
        assert [one.source for one in notebook.cells] == sources


async def test_outputs_of_the_file_are_there_without_a_run(client: Client, make_notebook: Make) -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "hi\n"},
        {"output_type": "display_data", "data": {"image/png": "aGVsbG8="}, "metadata": {}},
    ]
    path = make_notebook(cell("x", outputs=outputs, execution_count=3), "y")
    async with client.open(path) as notebook:
        found = await notebook.outputs("c0")
        assert found[0]["text"] == "hi\n"
        assert found[1]["data"]["image/png"].strip() == "aGVsbG8="
        assert await notebook.outputs("c1") == []


async def test_a_refused_update_is_told_and_the_document_fetched_anew(client: Client, make_notebook: Make) -> None:
    """As a program with a defect would send it: past the model's own checks."""
    async with client.open(make_notebook("one")) as notebook:
        room = notebook._room
        entry = room.edits.add(b"\x01\x01garbage")
        room._send(Frame(room=room.id, document=Document.NOTEBOOK, kind=Kind.UPDATE, payload=entry.update))
        replica = room.document
        with pytest.raises(UpdateRefused):
            await room.edits.waiter(entry)
        assert room.document is not replica
        await room.synced
        assert notebook.source("c0") == "one"
        await notebook.edit("c0", "two").acknowledged()
        async with fumehood.client.connect("other") as other, other.open(notebook.path) as theirs:
            assert theirs.source("c0") == "two"


async def test_an_agent_calls_and_keeps_no_copy(client: Client, make_notebook: Make) -> None:
    path = make_notebook("one")
    async with client.open(path) as notebook, fumehood.client.connect("agent", agent=True) as agent:
        assert agent.hello is not None and agent.hello.role == "agent"
        with pytest.raises(MethodForbidden):
            await agent.open(path)
        with pytest.raises(MethodForbidden):
            await agent.call("room.save", SaveParams(room=notebook.id))
        opened = await agent.call("room.open", OpenParams(path=str(path)))
        read = await agent.call("cell.read", ReadParams(room=opened.room))
        edit = EditParams(room=opened.room, cell="c0", source="of the agent", version=read.cells[0].version)
        await agent.call("cell.edit", edit)
        await client.status()
        assert notebook.source("c0") == "of the agent"
