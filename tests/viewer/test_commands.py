"""What a page is told, when, and what becomes of it."""

from __future__ import annotations

import asyncio
import logging
import tempfile

import numpy as np
import pytest

from fumehood.core.errors import (
    CellsUnknown,
    ColumnTaken,
    DatasetMemberMissing,
    HoodError,
    ViewerArgument,
    ViewerCommandFailed,
)
from fumehood.protocol import viewer as wire
from fumehood.viewer.cells import pack, unpack
from tests.viewer.desk import Desk


def test_commands_wait_for_a_page_and_are_answered_once() -> None:
    desk = Desk()
    answer = desk.viewer.color_by("MS4A1")
    second = desk.viewer.reset_camera()
    assert desk.wire.said == [] and not answer.done
    desk.ready()
    assert desk.wire.kinds() == ["welcome", "color_by", "reset_camera"]
    told = desk.wire.said[1][0]
    assert isinstance(told, wire.ColorBy) and (told.gene, told.index, told.field) == ("MS4A1", 0, None)
    desk.say(wire.Done, id=told.id)
    desk.say(wire.Done, id=told.id, error=wire.CommandError("late", "late"))
    answer.wait(1)
    failed = wire.CommandError("page.failed", "It cannot.", ("this",))
    desk.say(wire.Done, id=told.id + 1, error=failed)
    with pytest.raises(ViewerCommandFailed, match="It cannot"):
        second.wait(1)


def test_the_groups_that_are_kept_are_colours_and_two_wishes_at_once_are_none() -> None:
    desk = Desk()
    desk.ready()
    answer = desk.viewer.color_by(groups=True)
    assert not answer.done
    told = desk.wire.said[-1][0]
    assert isinstance(told, wire.ColorBy) and (told.groups, told.field, told.gene) == (True, None, None)
    with pytest.raises(ViewerArgument, match="groups=True"):
        desk.viewer.color_by("MS4A1", groups=True).wait(1)


async def test_an_answer_can_be_awaited_and_an_error_that_nobody_waits_for_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk()
    desk.ready()
    answer = desk.viewer.ping()
    asyncio.get_running_loop().call_later(0.01, lambda: desk.say(wire.Done, id=1))
    await answer
    forgotten = desk.viewer.clear()
    with caplog.at_level(logging.WARNING, "fumehood.viewer"):
        desk.say(wire.Done, id=2, error=wire.CommandError("page.failed", "Nobody waits."))
    assert "Nobody waits." in caplog.text and forgotten.done


def test_a_name_that_is_not_there_is_an_error_that_names_the_near_ones() -> None:
    viewer = Desk().viewer
    with pytest.raises(DatasetMemberMissing, match="louvain"):
        viewer.color_by("louvian").wait()
    with pytest.raises(DatasetMemberMissing, match="CD3E"):
        viewer.color_by(gene="CD3").wait()
    with pytest.raises(DatasetMemberMissing, match="X_umap"):
        viewer.set_view(embedding="umap").wait()
    with pytest.raises(DatasetMemberMissing, match="cell-"):
        viewer.highlight(["cell-12x"]).wait()
    with pytest.raises(ViewerArgument):
        viewer.highlight([1], "red").wait()
    with pytest.raises(ViewerArgument):
        viewer.register_hook("selected", print)


def test_cells_are_said_in_every_way_that_people_have() -> None:
    desk = Desk()
    desk.ready()
    mask = np.zeros(1000, np.bool_)
    mask[[7, 9]] = True
    desk.select([7, 9])
    for said in ([9, 7, 7], np.array([7, 9]), mask, ["cell-9", "cell-7"], desk.viewer.state.selection):
        command, buffers = _told(desk, said)
        assert unpack(command.cells, buffers[0], 1000).tolist() == [7, 9]
    for wrong in ([1000], [-1], mask[:5], [[1]], [1.5]):
        with pytest.raises(CellsUnknown):
            _told(desk, wrong)
    command, buffers = _told(desk, np.arange(1000))
    assert command.cells.form == "bits" and len(buffers[0]) == 125


def _told(desk: Desk, said: object) -> tuple[wire.Highlight, tuple[bytes, ...]]:
    _ = desk.viewer.highlight(said)
    command, buffers = desk.wire.said[-1]
    assert isinstance(command, wire.Highlight)
    return command, buffers


def test_a_page_that_comes_later_begins_where_the_others_are() -> None:
    desk = Desk()
    desk.ready()
    desk.say(wire.State, state={"field": "louvain"})
    _ = desk.viewer.highlight([1])
    _ = desk.viewer.set_visible([2], visible=False)
    desk.wire.said.clear()
    desk.ready("p2")
    welcome = desk.wire.said[0][0]
    assert isinstance(welcome, wire.Welcome) and welcome.page == "p2" and welcome.state == {"field": "louvain"}
    assert desk.wire.kinds() == ["welcome", "set_visible", "highlight"]
    # All have gone: commands wait for the next.
    desk.say(wire.Left)
    desk.say(wire.Left, page="p2")
    desk.wire.said.clear()
    _ = desk.viewer.clear()
    assert desk.wire.said == [] and "0 of 2" not in repr(desk.viewer.debug_connection(1))
    desk.ready("p3")
    assert desk.wire.kinds() == ["welcome", "set_visible", "clear"]


def test_groups_land_in_obs_and_replace_nothing_unasked() -> None:
    import pandas as pd
    from anndata import AnnData

    desk = Desk(6)
    adata = AnnData(np.zeros((6, 1)), obs=pd.DataFrame({"groups": list("abcdef")}, index=[str(n) for n in range(6)]))
    for number, (name, places) in enumerate({"B cells": [0, 1], "<b>T</b>": [1, 2, 3]}.items()):
        cells, data = pack(np.array(places, np.uint32), 6)
        desk.say(wire.Group, data, group=f"g{number}", name=name, color="#123456", cells=cells)
    assert repr(desk.viewer.groups) == "Groups(B cells: 2, <b>T</b>: 3)"
    with pytest.raises(ColumnTaken):
        desk.viewer.groups_to_obs(adata=adata)
    assert desk.viewer.groups_to_obs("drawn", adata) == 1
    assert adata.obs["drawn"].astype(object).tolist()[:4] == ["B cells", "<b>T</b>", "<b>T</b>", "<b>T</b>"]
    assert adata.obs["drawn"].isna().tolist() == [False] * 4 + [True] * 2
    assert desk.viewer.groups_to_columns(adata=adata) == ["group: B cells", "group: <b>T<|b>"]
    assert adata.obs["group: B cells"].tolist() == [True, True, False, False, False, False]
    with tempfile.TemporaryDirectory() as folder:  # what a page called them keeps nobody from saving
        adata.write_h5ad(f"{folder}/a.h5ad")
    desk.say(wire.Group, group="g0")
    assert list(desk.viewer.groups) == ["<b>T</b>"]
    with pytest.raises(HoodError):
        desk.viewer.groups_to_obs("again")
