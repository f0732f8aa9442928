"""Reading notebook files, also those that nobody should have written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import HoodError, LimitExceeded, NotebookUnreadable
from fumehood.document.ipynb import build, read


def file(cells: list[Any] | None = None, **top: Any) -> bytes:
    body = {"cells": cells or [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **top}
    return json.dumps({key: value for key, value in body.items() if value is not ...}).encode()


def code(source: Any = "x", **more: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return {key: value for key, value in {**cell, **more}.items() if value is not ...}


def test_every_shared_notebook_is_read_and_built(notebooks: Path) -> None:
    found = 0
    for path in sorted(notebooks.glob("*.ipynb")):
        loaded = read(path.read_bytes())
        notebook = build(loaded)
        assert tuple(notebook.cells()) == loaded.cells, path.name
        assert notebook.metadata() == loaded.metadata, path.name
        assert set(loaded.outputs) <= set(notebook.ids()), path.name
        found += 1
    assert found >= 20


def test_what_is_read_is_what_nbformat_reads(notebooks: Path) -> None:
    from nbformat import convert
    from nbformat.reader import reads

    for path in sorted(notebooks.glob("*.ipynb")):
        loaded = read(path.read_bytes())
        theirs: Any = convert(reads(path.read_text("utf-8")), 4)  # type: ignore[no-untyped-call]
        assert [cell.source for cell in loaded.cells] == [cell.get("source", "") for cell in theirs.cells], path.name
        for ours, other in zip(loaded.cells, theirs.cells, strict=True):
            if ours.id in loaded.outputs:
                assert len(loaded.outputs[ours.id][0]) == len(other.outputs)
                assert loaded.outputs[ours.id][1] == other.execution_count


def test_reading_twice_gives_the_same_ids(notebooks: Path) -> None:
    for path in sorted(notebooks.glob("*.ipynb")):
        one, two = read(path.read_bytes()), read(path.read_bytes())
        ids = [cell.id for cell in one.cells]
        assert ids == [cell.id for cell in two.cells] and len(set(ids)) == len(ids)


def test_an_outside_edit_of_a_file_without_ids_leaves_the_other_cells_theirs() -> None:
    cells = [code(text, id=...) for text in ("one", "two", "same", "same", "three")]
    before = read(file(cells, nbformat_minor=4))
    after = read(file([code("new", id=...), cells[0], code("two!", id=...), *cells[2:]], nbformat_minor=4))
    kept = {cell.source: cell.id for cell in before.cells}
    assert {cell.source: cell.id for cell in after.cells if cell.source in kept} == {
        source: cell for source, cell in kept.items() if source != "two"
    }
    assert before.needs_upgrade and len(before.derived) == 5 and before.format == "4.4" and before.repairs == ()


def test_repeated_missing_and_unusable_ids_are_repaired_and_said() -> None:
    loaded = read(
        file([code(id="dup"), code(id="dup"), code(id=...), code(id="no spaces"), code(id=7), code(id="x" * 65)])
    )
    assert loaded.cells[0].id == "dup"
    assert len({cell.id for cell in loaded.cells}) == 6
    assert len(loaded.repairs) == 5 and "dup" in loaded.repairs[0]
    assert len(loaded.derived) == 5 and not loaded.needs_upgrade


@pytest.mark.parametrize("older", [2, 3])
def test_formats_2_and_3_are_upgraded_in_memory(notebooks: Path, older: int) -> None:
    loaded = read((notebooks / f"nbformat-test{older}.ipynb").read_bytes())
    assert loaded.format == f"{older}.0" and loaded.needs_upgrade
    assert {cell.type for cell in loaded.cells} == {"code", "markdown"}
    assert loaded.outputs


def test_a_broken_file_of_format_3_is_an_error_that_says_so() -> None:
    with pytest.raises(NotebookUnreadable, match="format 3"):
        read(b'{"nbformat": 3, "nbformat_minor": 0, "worksheets": 5, "metadata": {}}')


def test_what_jupyter_opens_opens() -> None:
    loaded = read(
        b"\xef\xbb\xbf"
        + json.dumps(
            {
                "nbformat": 4,
                "nbformat_minor": 5,
                "unknown": {"kept": float("nan")},
                "cells": [
                    {"cell_type": "code", "source": ["a\r\n", "b"], "id": "a"},
                    {"cell_type": "markdown", "id": "b", "metadata": {"n": float("inf"), "big": 10**30}},
                    {"cell_type": "future", "id": "c", "source": "\ud800", "metadata": {"\udc00": 1.0}},
                    {"cell_type": "code", "id": "d", "source": "", "outputs": "none", "execution_count": True},
                ],
            }
        ).encode()
    )
    a, b, c, d = loaded.cells
    assert a.source == "a\nb" and loaded.metadata == {}
    assert b.metadata == {"n": None, "big": 1e30} and b.source == ""
    assert c.type == "raw" and c.source == "\ufffd" and c.metadata == {"\ufffd": 1}
    assert d.id not in loaded.outputs
    assert len(loaded.repairs) == 2
    assert build(loaded).cells() == list(loaded.cells)


def test_duplicate_keys_are_read_as_every_parser_reads_them() -> None:
    cell = b'{"cell_type": "raw", "id": "a", "source": "x", "source": "y"}'
    data = b'{"nbformat": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [], "cells": [%s]}' % cell
    assert read(data).cells[0].source == "y"


def test_saved_widgets_stay_out_of_the_document() -> None:
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"m": {"state": {"x": 1.0}}}}}
    loaded = read(file(metadata={"a": 1, "widgets": state}))
    assert loaded.metadata == {"a": 1} and loaded.widgets == state
    assert read(file()).widgets is None


def test_attachments_are_joined_as_nbformat_joins_them() -> None:
    cell = {
        "cell_type": "markdown",
        "id": "a",
        "metadata": {},
        "source": "",
        "attachments": {"x": {"text/plain": ["a\n", "b"]}},
    }
    assert read(file([cell])).cells[0].attachments == {"x": {"text/plain": "a\nb"}}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x89PNG\r\n", "byte 0"),
        (b'{"cells": ["\xff"]}', "byte 12"),
        (b'{"cells": [],\n "metadata": ', "line 2"),
        (b'{"cells": [],\n bad}', "line 2, column 2"),
        (b"[1, 2]", "not an object"),
        (b'"text"', "not an object"),
        (b"{}", "nbformat"),
        (b'{"nbformat": "4"}', "nbformat"),
        (b'{"nbformat": true}', "nbformat"),
        (b'{"nbformat": 4, "nbformat_minor": "5"}', "nbformat_minor"),
        (b'{"nbformat": 5, "cells": []}', "format 5.0"),
        (b'{"nbformat": 1}', "format 1.0"),
        (b'{"nbformat": 4, "nbformat_minor": 5}', "list of cells"),
        (file(cells=None, nbformat=4, metadata=[1]), "metadata"),
        (file(["text"]), "Cell 1"),
        (file([code(source=5)]), "source of cell 1"),
        (file([code(source=["a", 5])]), "source of cell 1"),
        (file([code(), code(id="b", metadata=[])]), "metadata of cell 2"),
        (file([code(attachments="x")]), "attachments of cell 1"),
        (file([code(cell_type=...)]), "type"),
        (file([code(cell_type=3)]), "type"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {"n": ' + b"9" * 5000 + b'}, "cells": []}', "too long"),
    ],
)
def test_what_is_no_notebook_is_refused_with_place_and_reason(data: bytes, words: str) -> None:
    with pytest.raises(NotebookUnreadable) as caught:
        read(data)
    assert words in caught.value.message


def test_every_truncation_of_a_notebook_is_refused() -> None:
    data = file([code("print(1)", outputs=[{"output_type": "stream", "name": "stdout", "text": ["1\n"]}])])
    for end in range(len(data)):
        with pytest.raises(NotebookUnreadable):
            read(data[:end])


def test_bounds_hold() -> None:
    nested = "[" * (limits.NOTEBOOK_DEPTH + 1) + "]" * (limits.NOTEBOOK_DEPTH + 1)
    for depth in (nested, "[" * 100_000, "[" * 100_000 + "]" * 100_000):
        with pytest.raises(HoodError) as caught:
            read(b'{"nbformat": 4, "nbformat_minor": 5, "cells": [], "x": %s}' % depth.encode())
        assert isinstance(caught.value, LimitExceeded | NotebookUnreadable)
    with pytest.raises(LimitExceeded):
        read(file([code("x" * (limits.CELL_SOURCE_BYTES + 1))]))
    with pytest.raises(LimitExceeded):
        read(file(metadata={"x": "y" * limits.METADATA_BYTES}))
    with pytest.raises(LimitExceeded):
        read(file([code(metadata={"x": "y" * limits.METADATA_BYTES})]))


def test_a_file_over_the_limit_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NOTEBOOK_BYTES", 10)
    with pytest.raises(LimitExceeded, match="11 bytes"):
        read(b"\xff" * 11)


def test_a_file_with_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", 2)
    with pytest.raises(LimitExceeded):
        read(file([code(id="a"), code(id="b"), code(id="c")]))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
cell_values = st.dictionaries(
    st.sampled_from(["cell_type", "id", "source", "metadata", "outputs", "execution_count", "attachments", "x"]),
    json_values | st.sampled_from(["code", "markdown", "raw", {}, [], ["a\n", "b"]]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(cell_values | json_values, max_size=4), json_values, st.sampled_from([2, 3, 4, 4, 4]))
def test_any_json_in_the_shape_of_a_notebook_is_read_or_refused(cells: list[Any], metadata: Any, major: int) -> None:
    data = json.dumps(
        {"nbformat": major, "nbformat_minor": 4, "metadata": metadata, "cells": cells, "worksheets": [{"cells": cells}]}
    ).encode()
    try:
        loaded = read(data)
    except HoodError:
        return
    assert build(loaded).cells() == list(loaded.cells)


def test_reading_the_current_format_does_not_import_nbformat(notebooks: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from fumehood.document import ipynb\n"
        "data = Path(sys.argv[1]).read_bytes(); loaded = ipynb.read(data)\n"
        "ipynb.build(loaded); ipynb.write(data, loaded.cells[1:], {}, {})\n"
        "assert not {'nbformat', 'jsonschema', 'numpy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(notebooks / "anywidget-counter.ipynb")], check=False)
    assert done.returncode == 0
