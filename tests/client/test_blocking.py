"""The blocking twin: the same, without a loop in the program."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fumehood.client import Question, blocking
from fumehood.client.client import Client as AsyncClient
from fumehood.client.notebook import Notebook as AsyncNotebook
from fumehood.core.errors import CellMissing, FileMissing, TimedOut
from fumehood.protocol import events as ev

Make = Callable[..., Path]


@pytest.fixture
def connected(shared_home: Path) -> Iterator[blocking.Client]:
    with blocking.connect("test") as client:
        yield client


def test_the_stable_shape_gives_a_result_when_the_cell_is_done(shared_home: Path, make_notebook: Make) -> None:
    path = make_notebook("print('x')\n1 + 1")
    with blocking.connect() as c, c.open(path) as nb:
        r = nb.execute("c0")
    assert (r.status, r.value, r.stdout, r.text) == ("ok", "2", "x\n", "x\n2\n")
    assert [one["output_type"] for one in r.outputs] == ["stream", "execute_result"]


def test_everything_of_the_asynchronous_notebook_is_there() -> None:
    for twin, original in ((blocking.Notebook, AsyncNotebook), (blocking.Client, AsyncClient)):
        internal = {"execute_each", "blobs", "post", "text", "binary", "ended", "connect", "execute", "leave"}
        wanted = {name for name in vars(original) if not name.startswith("_")}
        missing = wanted - set(vars(twin)) - (internal if twin is blocking.Client else {"execute_each"})
        assert missing == set()
        for name in wanted & set(vars(twin)):
            theirs, ours = getattr(original, name), getattr(twin, name)
            if callable(theirs) and name not in ("execute", "execute_cells", "execute_all", "events"):
                assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters), name


def test_cells_are_edited_moved_and_kept(connected: blocking.Client, make_notebook: Make) -> None:
    path = make_notebook("a", "b")
    with connected.open(path) as notebook:
        made = notebook.insert("new", after="c0")
        notebook.edit("c0", "A")
        notebook.move("c1")
        last = notebook.append("end", type="markdown")
        notebook.splice(last, 0, 0, "the ")
        notebook.set_metadata(last, {"k": 1})
        assert [(one.id, one.source) for one in notebook.cells] == [
            ("c1", "b"),
            ("c0", "A"),
            (made, "new"),
            (last, "the end"),
        ]
        notebook.delete(made)
        notebook.flush()
        assert [one.cell for one in notebook.trash()] == [made]
        assert notebook.save().changed
        with pytest.raises(CellMissing):
            notebook.cell(made)
    assert "the end" in path.read_text()


def test_questions_are_answered_in_the_thread_that_waits(connected: blocking.Client, make_notebook: Make) -> None:
    asked: list[tuple[str, int]] = []

    def handler(question: Question) -> str:
        asked.append((question.prompt, threading.get_ident()))
        return str(len(asked))

    with connected.open(make_notebook("input('a') + input('b')")) as notebook:
        notebook.on_input(handler)
        assert notebook.execute("c0").value == "'12'"
        notebook.close()
    assert asked == [("a", threading.get_ident()), ("b", threading.get_ident())]


def test_an_error_of_the_handler_is_the_callers(connected: blocking.Client, make_notebook: Make) -> None:
    def handler(question: Question) -> str:
        raise LookupError("mine")

    with connected.open(make_notebook("input('a')")) as notebook:
        notebook.on_input(handler)
        with pytest.raises(LookupError, match="mine"):
            notebook.execute("c0")
        notebook.interrupt()
        notebook.idle(timeout=20)
        notebook.close()


def test_several_cells_give_their_results_in_order(connected: blocking.Client, make_notebook: Make) -> None:
    with connected.open(make_notebook("1", "1/0", "3")) as notebook:
        assert [one.status for one in notebook.execute_all()] == ["ok", "error", "cancelled"]
        assert [one.value for one in notebook.execute_cells(["c2", "c0"])] == ["3", "1"]
        with pytest.raises(TimedOut):
            notebook.edit("c0", "import time; time.sleep(60)")
            notebook.execute_all(timeout=0.2)
        notebook.interrupt()
        notebook.close()


def test_events_are_read_in_a_loop(connected: blocking.Client, make_notebook: Make) -> None:
    with connected.open(make_notebook("1")) as notebook:
        events = notebook.events(timeout=20)
        notebook.execute("c0")
        seen = []
        for event in events:
            seen.append(event)
            if isinstance(event, ev.Finished):
                break
        assert any(isinstance(one, ev.OutputAdded) for one in seen)
        with pytest.raises(TimedOut):
            list(notebook.events(timeout=0.05))
        notebook.close()


def test_news_are_taken_in_while_the_program_does_something_else(
    connected: blocking.Client, make_notebook: Make
) -> None:
    path = make_notebook("print('x' * 1000)")
    with connected.open(path) as notebook, blocking.connect("other") as other, other.open(path) as theirs:
        theirs.execute("c0")
        deadline = time.monotonic() + 10
        while "c0" not in notebook.state.cells or not notebook.state.cells["c0"].outputs:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        notebook.close()


async def test_it_works_where_a_loop_runs_already(shared_home: Path, make_notebook: Make) -> None:
    """As in a notebook, whose kernel has a running loop; the call blocks it, as a blocking call does."""
    path = make_notebook("2 * 3")
    assert asyncio.get_running_loop().is_running()
    with blocking.connect() as client, client.open(path) as notebook:
        assert notebook.execute("c0").value == "6"


def test_errors_are_the_same_and_closing_twice_is_nothing(connected: blocking.Client, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        connected.open(tmp_path / "none.ipynb")
    other = blocking.connect()
    threads = threading.active_count()
    other.close()
    other.close()
    assert threading.active_count() == threads - 1


def test_the_daemon_status_and_kernels_are_told(connected: blocking.Client) -> None:
    assert connected.status().pid > 0
    specs = connected.kernelspecs()
    assert specs.default in {spec.name for spec in specs.specs}
    assert connected.hello is not None and connected.hello.role == "person"
