"""Files that are no good notebook: each opens as text with the reason, or repaired and said so, and stays as it is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fumehood.client import blocking
from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, NotebookReadOnly
from fumehood.testing.notebooks import cell, read_outputs, write_notebook
from tests.badinput.background import Background
from tests.badinput.house import Bystander, fingerprint, said


def notebook(**more: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell("1 + 1", id="c0")]} | more


def whole() -> bytes:
    return json.dumps(notebook()).encode()


UNREADABLE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "truncated in a string": lambda: whole()[: whole().index(b"1 + 1") + 2],
    "truncated in a number": lambda: whole()[:20],
    "truncated by one byte": lambda: whole()[:-1],
    "zeros": lambda: bytes(1000),
    "invalid UTF-8": lambda: whole().replace(b"1 + 1", b"1 \xff\xfe 1"),
    "UTF-16": lambda: whole().decode().encode("utf-16"),
    "merge conflict": lambda: whole().replace(b'"cells"', b'\n<<<<<<< HEAD\n"cells"'),
    "two documents": lambda: whole() + whole(),
    "lists 100,000 deep": lambda: b"[" * 100_000 + b"]" * 100_000,
    "lists that never end": lambda: b"[" * 1_000_000,
    "metadata 5,000 deep": lambda: (
        json.dumps(notebook(metadata="@")).encode().replace(b'"@"', b'{"a":' * 5000 + b"{}" + b"}" * 5000)
    ),
    "output 300 deep": lambda: (
        json.dumps(notebook())
        .encode()
        .replace(b'"outputs": []', b'"outputs": [' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"]")
    ),
    "a list": lambda: b"[1, 2, 3]",
    "a number of a million digits": lambda: b'{"nbformat": ' + b"4" * 1_000_000 + b"}",
    "no nbformat": lambda: json.dumps({"cells": []}).encode(),
    "nbformat is a text": lambda: json.dumps(notebook(nbformat="4")).encode(),
    "nbformat is true": lambda: json.dumps(notebook(nbformat=True)).encode(),
    "a format of the future": lambda: json.dumps(notebook(nbformat=9)).encode(),
    "cells is an object": lambda: json.dumps(notebook(cells={})).encode(),
    "a cell is a number": lambda: json.dumps(notebook(cells=[5])).encode(),
    "a cell without a type": lambda: json.dumps(notebook(cells=[{"source": "x"}])).encode(),
    "a source of numbers": lambda: json.dumps(notebook(cells=[cell("x", id="c0") | {"source": [1, 2]}])).encode(),
    "metadata is a list": lambda: json.dumps(notebook(metadata=[1])).encode(),
    "a cell's metadata is a text": lambda: json.dumps(notebook(cells=[cell("x") | {"metadata": "m"}])).encode(),
    "a source of 9 MB": lambda: json.dumps(notebook(cells=[cell("x" * 9_000_000, id="c0")])).encode(),
    "metadata of 5 MB": lambda: json.dumps(notebook(metadata={"a": "x" * 5_000_000})).encode(),
    "60,000 cells": lambda: json.dumps(notebook(cells=[cell("", id=f"c{n}") for n in range(60_000)])).encode(),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_notebook_opens_as_text_with_the_reason_and_stays_as_it_is(
    client: blocking.Client, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "bad.ipynb"
    path.write_bytes(UNREADABLE[name]())
    before = fingerprint(path)
    with client.open(path) as opened:
        shown = opened.read_only
        assert shown is not None
        assert shown.code == "notebook.unreadable"
        assert shown.reason.endswith(".")
        assert len(shown.reason) < 500
        assert len(shown.text.encode()) <= 4 * limits.READ_ONLY_TEXT
        for attempt in (lambda: opened.execute("c0"), opened.save, lambda: opened.start()):
            with pytest.raises(NotebookReadOnly) as refused:
                attempt()
            said(refused.value, "notebook.read_only")
    assert fingerprint(path) == before


REPAIRED: dict[str, Callable[[], dict[str, Any]]] = {
    "duplicate ids": lambda: notebook(cells=[cell(f"print({n})", id="same") for n in range(5)]),
    "ids that are no text": lambda: notebook(cells=[cell("print(0)") | {"id": 7}, cell("print(1)") | {"id": ["x"]}]),
    "an id with a path in it": lambda: notebook(cells=[cell("print(0)", id="../../etc/passwd")]),
    "no ids": lambda: notebook(cells=[cell("print(0)"), cell("print(0)")]),
    "an unknown type": lambda: notebook(cells=[cell("print(0)", id="c0"), cell("x", id="c1") | {"cell_type": "exec"}]),
    "outputs are a text": lambda: notebook(cells=[cell("print(0)", id="c0") | {"outputs": "none"}]),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_what_has_one_sensible_reading_is_read_so_and_told_and_runs(
    client: blocking.Client, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "odd.ipynb"
    path.write_text(json.dumps(REPAIRED[name]()))
    before = fingerprint(path)
    with client.open(path) as opened:
        assert opened.read_only is None
        cells = opened.cells
        assert len({one.id for one in cells}) == len(cells) == len(REPAIRED[name]()["cells"])
        assert [one for one in opened.state.notices if one.code == "protocol.bad_message" and one.hint]
        assert not opened.save().changed
        assert fingerprint(path) == before
        result = opened.execute(cells[0].id, timeout=40)
        assert result.stdout == "0\n"
        opened.save()
        assert read_outputs(path)[cells[0].id][0]["text"] in ("0\n", ["0\n"])
        opened.close()


def test_outputs_of_every_wrong_type_neither_stop_the_notebook_nor_change_in_the_file(
    client: blocking.Client, tmp_path: Path
) -> None:
    outputs: list[Any] = [
        {},
        {"output_type": 5},
        {"output_type": "stream", "name": ["stdout"], "text": {"a": 1}},
        {"output_type": "display_data", "data": [1], "metadata": None},
        {"output_type": "execute_result", "execution_count": "x", "data": {"image/png": 5, "text/html": None}},
        {"output_type": "error", "ename": None, "evalue": 3, "traceback": "not a list"},
        {"output_type": "display_data", "data": {"image/png": "!!!not base64"}, "metadata": {}},
    ]
    path = write_notebook(tmp_path / "odd.ipynb", cell("1", id="c0", outputs=outputs), "print(2)")
    before = json.loads(path.read_text())["cells"][0]
    with client.open(path) as opened:
        assert opened.execute("c1", timeout=40).stdout == "2\n"
        opened.edit("c1", "print(3)")
        opened.save()
        opened.close()
    assert json.loads(path.read_text())["cells"][0] == before


def test_a_notebook_over_the_limit_is_refused_with_the_limit(client: blocking.Client, tmp_path: Path) -> None:
    """Sparse: it has no bytes on the disk, and none of them is read."""
    path = tmp_path / "sparse.ipynb"
    path.touch()
    os.truncate(path, limits.NOTEBOOK_BYTES + 1)
    with pytest.raises(LimitExceeded) as refused:
        client.open(path)
    said(refused.value, "limit.exceeded")
    assert path.stat().st_size == limits.NOTEBOOK_BYTES + 1


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", ["sparse", "one text", "many outputs"])
@pytest.mark.all
def test_200_megabytes_are_opened_or_shown_while_others_work(
    client: blocking.Client, shared_bystander: Bystander, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "huge.ipynb"
    if kind == "sparse":
        path.touch()
        os.truncate(path, 200 * limits.MIB)
    elif kind == "one text":
        write_notebook(path, cell("x" * 200 * limits.MIB, id="c0"))
    else:
        text = {"output_type": "stream", "name": "stdout", "text": "line\n" * 400_000}
        write_notebook(path, "print(1)", *(cell("1", id=f"o{n}", outputs=[text]) for n in range(100)))
    before = fingerprint(path)
    opening = Background(lambda: client.open(path))
    while not opening.done.wait(0.05):
        shared_bystander.works()
    opened = opening.result()
    with opened:
        if kind == "many outputs":
            assert opened.read_only is None
            assert opened.execute("c0", timeout=60).stdout == "1\n"
            assert fingerprint(path) == before or opened.state.saved
            opened.close()
        else:
            assert opened.read_only is not None
            assert opened.read_only.truncated
            assert fingerprint(path) == before
