"""The public notebooks whose packages are installed are run, each in a copy: what must succeed does, what cannot says
why, and both are in the file as nbformat wants them."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fumehood.client import blocking
from fumehood.core.errors import CellFailed
from fumehood.protocol import events as ev
from tests.conftest import SHARED
from tests.matrix import tenth
from tests.notebooks.files import FUTURE, NAMES, copy, is_valid
from tests.notebooks.running import quarantined, run, without_installing

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pbmc.ipynb"
WIDGET = "application/vnd.jupyter.widget-view+json"
SAVED = "application/vnd.jupyter.widget-state+json"


class Case(NamedTuple):
    name: str
    shows: str = ""
    """The beginning of a MIME type that must be among its outputs."""
    fails: dict[int, str] | None = None
    """Cell numbers, and what they must say; what lacks their names may fail after them."""


CASES = [
    Case("altair-scatter-charts.ipynb", "text/html"),
    Case("anndata-getting-started.ipynb", "text/html"),
    Case("anywidget-counter.ipynb", WIDGET),
    Case("benchmarks-1000-cells.ipynb"),
    Case("benchmarks-all-html-elements.ipynb", "text/html"),
    Case("ipywidgets-output-widget.ipynb", WIDGET),
    Case("ipywidgets-widget-basics.ipynb", WIDGET),
    Case("ipywidgets-widget-events.ipynb", WIDGET),
    Case("nbformat-invalid_unique_cell_id.ipynb", "text/plain"),
    Case("nbformat-many_tracebacks.ipynb"),
    Case("nbformat-v4_5_no_cell_id.ipynb", "text/plain"),
    Case("pbmc.ipynb", "image/png"),
    # Written for an older Altair, for Python 2, for a later format.
    Case("altair-cross-highlight.ipynb", fails={2: "no parameter named 'selection'"}),
    Case("nbformat-test2.ipynb", fails={6: "SyntaxError", 13: "SyntaxError"}),
    # They fetch something.
    Case("anndata-read-lazy.ipynb", fails={9: "Cannot connect to host", 30: "Cannot connect to host"}),
    Case("nbformat-invalid.ipynb", fails={9: "no network in this test"}),
    Case("nbformat-test3.ipynb", fails={9: "no network in this test"}),
    Case("nbformat-test4.5.ipynb", fails={9: "no network in this test"}),
    Case("nbformat-test4.ipynb", fails={9: "no network in this test"}),
    Case("nbformat-test4plus.ipynb", fails={9: "no network in this test"}),
    Case("scanpy-basic-scrna-tutorial.ipynb", fails={6: "no network in this test", 7: "not in the registry"}),
    Case("scanpy-paga-paul15.ipynb", fails={7: "no network in this test", 58: "no network in this test"}),
]
INSTALLS = {
    "anywidget-counter.ipynb": "its first code cell installs anywidget, which is here already",
    "ipywidgets-output-widget.ipynb": "a cell for JupyterLite installs ipywidgets, which is here already",
    "ipywidgets-widget-basics.ipynb": "the same",
    "ipywidgets-widget-events.ipynb": "the same",
}
"""Run without the cells that install packages, and why that takes nothing away."""
SLOW = {"benchmarks-1000-cells.ipynb", "pbmc.ipynb"} | {one for one in NAMES if one.startswith(("scanpy", "anndata"))}
"""More than ten seconds."""

QUICK = [case for case in CASES if case.name not in SLOW]


def test_every_notebook_is_run_and_the_table_says_which_would_install_something() -> None:
    assert {case.name for case in CASES} == {*NAMES, EXAMPLE.name}
    installing = set()
    for name in NAMES:
        for cell in json.loads((SHARED / "notebooks" / name).read_bytes()).get("cells", ()):
            if cell["cell_type"] == "code" and "pip install" in "".join(cell.get("source", "")):
                installing.add(name)
    assert installing == set(INSTALLS)


@pytest.mark.parametrize("case", tenth(QUICK, "running", at_least=3), ids=lambda case: case.name)
@pytest.mark.timeout(120)
def test_it_runs_as_far_as_it_can(case: Case, shared_home: Path, notebooks: Path, tmp_path: Path) -> None:
    check(case, notebooks, tmp_path)


@pytest.mark.all
@pytest.mark.parametrize("case", [case for case in CASES if case.name in SLOW], ids=lambda case: case.name)
@pytest.mark.timeout(300)
def test_a_long_one_runs_as_far_as_it_can(case: Case, shared_home: Path, notebooks: Path, tmp_path: Path) -> None:
    check(case, notebooks, tmp_path)


def check(case: Case, notebooks: Path, folder: Path) -> None:
    if case.name == EXAMPLE.name:
        path = Path(shutil.copyfile(EXAMPLE, folder / case.name))
    else:
        path = copy(notebooks, case.name, folder)
    if case.name in INSTALLS:
        without_installing(path)
    ran = run(path, "--allow-errors", folder=folder)
    assert ran.status == 0, ran.said
    result = ran.result
    assert result["saved"] and result["path"] == str(path)
    assert not (folder / "installed").exists()
    expected = case.fails or {}
    for number, words in expected.items():
        assert words in ran.errors.pop(number, "") or words in result_error(ran.result, number)
    others = {number: error for number, error in ran.errors.items() if number not in expected}
    assert all(expected and error.startswith(("NameError", "KeyError")) for error in others.values()), others
    assert {cell["status"] for cell in result["cells"]} <= {"ok", "error"}
    if case.shows:
        assert any(mime.startswith(case.shows) for mime in ran.mime_types), ran.mime_types
    check_file(path, ran.file, {cell["cell"] for cell in result["cells"]}, others.keys() | expected.keys())
    if case.name not in (FUTURE, "nbformat-invalid.ipynb"):
        is_valid(path)


def result_error(result: dict[str, Any], number: int) -> str:
    found: str = next(cell["error"] for cell in result["cells"] if cell["number"] == number)
    return found


def check_file(path: Path, file: dict[str, Any], ran: set[str], failed: set[int]) -> None:
    counts = [cell["execution_count"] for cell in file["cells"] if cell["id"] in ran]
    assert counts == list(range(1, len(counts) + 1)), "the cells are counted in their order"
    for number, cell in enumerate(file["cells"], 1):
        if cell["id"] in ran:
            kinds = [output["output_type"] for output in cell["outputs"]]
            assert ("error" in kinds) == (number in failed)
            results = [out for out in cell["outputs"] if out["output_type"] == "execute_result"]
            assert all(out["execution_count"] == cell["execution_count"] for out in results)
    language = file["metadata"]["language_info"]
    assert (language["name"], language["file_extension"]) == ("python", ".py")
    views = {
        output["data"][WIDGET]["model_id"]
        for cell in file["cells"]
        for output in cell.get("outputs", ())
        if WIDGET in output.get("data", {})
    }
    state = file["metadata"].get("widgets", {}).get(SAVED, {}).get("state", {})
    # A widget that the notebook closed is shown no more, and has no state.
    assert len(views & state.keys()) >= len(views) - 1
    assert all(model["model_name"] and model["model_module"] for model in state.values())


def test_the_network_is_out_of_reach_in_these_tests(shared_home: Path, make_notebook: Any, tmp_path: Path) -> None:
    path = make_notebook("import socket; socket.create_connection(('192.0.2.1', 80), 1)")
    assert "no network in this test" in run(path, "--allow-errors", folder=tmp_path).errors[1]


def test_an_error_stops_the_run_and_what_there_is_until_then_is_written(
    shared_home: Path, notebooks: Path, tmp_path: Path
) -> None:
    path = copy(notebooks, "nbformat-test4plus.ipynb", tmp_path)
    before = json.loads(path.read_bytes())
    ran = run(path, folder=tmp_path)
    assert ran.status == CellFailed.exit_status
    assert ran.result["status"] == "error" and ran.result["error"]["code"] == CellFailed.code
    assert "Cell 9 raised URLError" in ran.result["error"]["message"]
    assert "error[" in ran.said and "no network in this test" in ran.said
    statuses = [cell["status"] for cell in ran.result["cells"]]
    assert statuses[:4] == ["ok", "ok", "ok", "error"] and set(statuses[4:]) == {"cancelled"}
    assert ran.file["cells"][8]["outputs"][-1]["output_type"] == "error"
    # What was not run is as it was: its earlier outputs too.
    assert ran.file["cells"][10:] == before["cells"][10:]


@pytest.mark.all
@pytest.mark.timeout(240)
def test_the_thousandth_cell_costs_what_the_first_did(fumehood_home: Path, notebooks: Path, tmp_path: Path) -> None:
    path = copy(notebooks, "benchmarks-1000-cells.ipynb", tmp_path)
    env = {**os.environ, **quarantined(tmp_path)}
    with blocking.connect("test", home=fumehood_home) as client, client.open(path, env=env) as notebook:
        cells = [cell.id for cell in notebook.cells if cell.type == "code" and cell.source.strip()]
        events = notebook.events(timeout=60)
        state = notebook.state
        results = notebook.execute_all()
        assert [result.status for result in results] == ["ok"] * len(cells)
        told: Counter[str] = Counter()
        last = results[-1].execution
        for event in events:
            if isinstance(event, ev.Event):
                told[getattr(event, "execution", "")] += 1
            if isinstance(event, ev.Finished) and event.execution == last:
                break
        notebook.close()
    each = [told[result.execution] for result in results]
    assert max(each) <= 6
    assert sum(each[-100:]) <= sum(each[:100]) + 20
    assert told[""] <= 2 * len(cells) + 20
    assert len(state.queue) == 0
