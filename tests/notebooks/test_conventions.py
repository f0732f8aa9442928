"""What `hood run` leaves in a file is what papermill and nbclient leave there, so that other tools read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fumehood.core.errors import CellFailed
from fumehood.testing.notebooks import cell
from tests.notebooks.files import copy, is_valid
from tests.notebooks.running import run

Make = Callable[..., Path]

FAILING = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nraise ValueError('bad')"
OLD = {"output_type": "stream", "name": "stdout", "text": ["old\n"]}


def test_parameters_counts_errors_and_language_are_written_as_others_write_them(
    shared_home: Path, make_notebook: Make, tmp_path: Path
) -> None:
    path = make_notebook(
        cell("# Title", type="markdown", id="title"),
        cell("a = 1\nb = 'x'", id="defaults", tags=("parameters",)),
        cell("print(a, b)\na", id="used"),
        cell("1/0", id="skipped", tags=("skip-execution",)),
        cell("1/0", id="may-fail", tags=("raises-exception",)),
        cell("", id="empty", execution_count=9),
        cell(FAILING, id="fails"),
        cell("print('never')", id="never", execution_count=3, outputs=[OLD]),
    )
    ran = run(path, "-p", "a=5", "-p", "b=text", folder=tmp_path)
    assert ran.status == CellFailed.exit_status
    cells = {one["id"]: one for one in ran.file["cells"]}
    ids = list(cells)
    assert ids[:2] + ids[3:] == ["title", "defaults", "used", "skipped", "may-fail", "empty", "fails", "never"]
    injected = cells[ids[2]]
    assert injected["metadata"] == {"tags": ["injected-parameters"]}
    assert "".join(injected["source"]) == "# Parameters\na = 5\nb = 'text'\n"
    counts = {name: one.get("execution_count") for name, one in cells.items()}
    assert counts == {
        "title": None,
        "defaults": 1,
        ids[2]: 2,
        "used": 3,
        "skipped": None,
        "may-fail": 4,
        "empty": 9,
        "fails": 5,
        "never": 3,
    }
    assert shape(cells["used"]) == ["stream stdout", "execute_result"]
    assert cells["used"]["outputs"][0]["text"] == ["5 text\n"]
    assert cells["used"]["outputs"][1]["data"] == {"text/plain": ["5"]}
    assert shape(cells["may-fail"]) == ["error"]
    assert shape(cells["fails"]) == ["stream stdout", "stream stderr", "error"]
    error = cells["fails"]["outputs"][-1]
    assert (error["ename"], error["evalue"]) == ("ValueError", "bad") and len(error["traceback"]) > 1
    assert cells["never"]["outputs"] == [OLD]
    language = ran.file["metadata"]["language_info"]
    assert {"name", "version", "mimetype", "codemirror_mode", "pygments_lexer", "file_extension"} <= language.keys()
    assert ran.file["metadata"]["kernelspec"]["name"] == "python3"
    is_valid(path)


def shape(of: dict[str, Any]) -> list[str]:
    return [" ".join(filter(None, (one["output_type"], one.get("name")))) for one in of["outputs"]]


def test_a_second_run_replaces_the_injected_cell_where_it_is(
    shared_home: Path, make_notebook: Make, tmp_path: Path
) -> None:
    path = make_notebook(cell("a = 1", tags=("parameters",)), "a")
    first = [one["id"] for one in run(path, "-p", "a=2", folder=tmp_path).file["cells"]]
    second = run(path, "-p", "a=3", folder=tmp_path).file["cells"]
    assert [one["id"] for one in second] == first
    assert second[1]["source"] == ["# Parameters\n", "a = 3\n"]
    assert second[2]["outputs"][0]["data"] == {"text/plain": ["3"]}


def test_without_a_parameters_cell_the_injected_one_comes_first(
    shared_home: Path, make_notebook: Make, tmp_path: Path
) -> None:
    path = make_notebook(cell("# Title", type="markdown"), "a")
    cells = run(path, "-p", "a=[1, null]", folder=tmp_path).file["cells"]
    assert cells[0]["metadata"]["tags"] == ["injected-parameters"]
    assert cells[2]["outputs"][0]["data"] == {"text/plain": ["[1, None]"]}


def test_an_upgrade_and_what_was_wrong_with_the_file_are_said(
    shared_home: Path, notebooks: Path, tmp_path: Path
) -> None:
    path = copy(notebooks, "nbformat-test3.ipynb", tmp_path)
    ran = run(path, "--allow-errors", folder=tmp_path)
    assert ran.result["upgraded_from"] == "3.0"
    assert (ran.file["nbformat"], ran.file["nbformat_minor"]) == (4, 5)
    again = run(path, "--allow-errors", folder=tmp_path)
    assert "upgraded_from" not in again.result
    broken = copy(notebooks, "nbformat-invalid_unique_cell_id.ipynb", tmp_path)
    (notice,) = [event for event in run(broken, folder=tmp_path).events if event["event"] == "notice"]
    assert "the id dup of an earlier cell" in notice["message"]
    assert len({one["id"] for one in json.loads(broken.read_bytes())["cells"]}) == 2


def test_a_folder_that_is_not_there_is_said_as_such(shared_home: Path, make_notebook: Make, tmp_path: Path) -> None:
    ran = run(make_notebook("1"), "-o", str(tmp_path / "nowhere" / "out.ipynb"), folder=tmp_path)
    assert ran.status == 3
    assert "There is no folder" in ran.said
