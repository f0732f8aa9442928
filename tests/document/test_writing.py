"""Saving: what was not edited keeps its bytes."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core.errors import NotebookUnreadable
from fumehood.core.ids import CellId
from fumehood.document.cells import Cell
from fumehood.document.ipynb import FileOutputs, Loaded, read, write
from fumehood.document.outputs import canonical

SHARED = [
    "altair-cross-highlight.ipynb",
    "altair-scatter-charts.ipynb",
    "anndata-getting-started.ipynb",
    "anndata-read-lazy.ipynb",
    "anywidget-counter.ipynb",
    "benchmarks-1000-cells.ipynb",
    "benchmarks-all-html-elements.ipynb",
    "ipywidgets-output-widget.ipynb",
    "ipywidgets-widget-basics.ipynb",
    "ipywidgets-widget-events.ipynb",
    "nbformat-many_tracebacks.ipynb",
    "nbformat-test4.5.ipynb",
    "nbformat-test4.ipynb",
    "nbformat-test4plus.ipynb",
    "scanpy-basic-scrna-tutorial.ipynb",
    "scanpy-paga-paul15.ipynb",
]
ODD = [
    "nbformat-invalid.ipynb",
    "nbformat-invalid_unique_cell_id.ipynb",
    "nbformat-v4_5_no_cell_id.ipynb",
    "nbformat-test2.ipynb",
    "nbformat-test3.ipynb",
]


def edited(cell: Cell, **changes: Any) -> Cell:
    return msgspec.structs.replace(cell, **changes)


def known(loaded: Loaded) -> dict[CellId, tuple[list[bytes], int | None]]:
    return {cell: ([canonical(one) for one in outputs], count) for cell, (outputs, count) in loaded.outputs.items()}


def as_given(loaded: Loaded) -> dict[CellId, FileOutputs]:
    """The outputs as a room gives them back: text joined, base64 without line breaks."""
    from fumehood.document.outputs import to_manifest, to_nbformat
    from fumehood.protocol.outputs import BlobRef

    blobs: dict[str, bytes] = {}

    def put(data: bytes) -> BlobRef:
        blobs[str(len(blobs))] = data
        return BlobRef(blob=str(len(blobs) - 1), size=len(data))

    return {
        cell: (tuple(to_nbformat(to_manifest(one, put), lambda ref: blobs[ref.blob]) for one in outputs), count)
        for cell, (outputs, count) in loaded.outputs.items()
    }


@pytest.mark.parametrize("name", SHARED + ODD)
def test_saving_an_unedited_notebook_changes_nothing(notebooks: Path, name: str) -> None:
    data = (notebooks / name).read_bytes()
    loaded = read(data)
    assert write(data, loaded.cells, {}, loaded.metadata) == data
    assert write(data, loaded.cells, loaded.outputs, loaded.metadata, loaded.widgets) == data
    assert write(data, loaded.cells, as_given(loaded), loaded.metadata) == data


@pytest.mark.parametrize("name", SHARED + ODD)
def test_an_edit_of_one_cell_changes_that_cell_only(notebooks: Path, name: str) -> None:
    data = (notebooks / name).read_bytes()
    loaded = read(data)
    cells = list(loaded.cells)
    place = len(cells) // 2
    cells[place] = edited(cells[place], source=cells[place].source + "\n# größer 😀")
    written = write(data, cells, {}, loaded.metadata)
    after = read(written)
    assert list(after.cells) == cells
    assert known(after) == known(loaded) and after.metadata == loaded.metadata
    if loaded.format == "4.5" and not loaded.derived:
        # Apart from the one source, byte for byte the same.
        before, now = json.loads(data), json.loads(written)
        now["cells"][place]["source"] = before["cells"][place]["source"]
        assert now == before
        blocks = difflib.SequenceMatcher(None, data.splitlines(), written.splitlines(), autojunk=False).get_opcodes()
        assert len([one for one in blocks if one[0] != "equal"]) == 1


@pytest.mark.parametrize("name", [name for name in SHARED if name != "nbformat-test4plus.ipynb"])
def test_an_edited_notebook_is_valid_and_current(notebooks: Path, name: str) -> None:
    import nbformat

    data = (notebooks / name).read_bytes()
    loaded = read(data)
    cells = [*loaded.cells, Cell(CellId("brand-new"), "code", "1+1\n2", {"tags": ["x"]})]
    result: dict[str, Any] = {
        "output_type": "execute_result",
        "data": {"text/plain": "2\n3", "image/png": "aGk=", "application/json": {"a": [1]}},
        "metadata": {},
        "execution_count": 7,
    }
    outputs: dict[CellId, FileOutputs] = {CellId("brand-new"): ((result,), 7)}
    written = write(data, cells, outputs, {**loaded.metadata, "added": 1})
    top = json.loads(written)
    nbformat.validate(top)
    assert (top["nbformat"], top["nbformat_minor"]) == (4, 5)
    again = read(written)
    assert again.cells == tuple(cells) and again.metadata == {**loaded.metadata, "added": 1}
    assert known(again) == {**known(loaded), CellId("brand-new"): ([canonical(result)], 7)}
    assert write(written, cells, outputs, again.metadata) == written


@pytest.mark.parametrize("name", ["nbformat-test2.ipynb", "nbformat-test3.ipynb"])
def test_formats_2_and_3_become_4_5_when_something_changed(notebooks: Path, name: str) -> None:
    import nbformat

    data = (notebooks / name).read_bytes()
    loaded = read(data)
    cells = [edited(loaded.cells[0], source="changed"), *loaded.cells[1:]]
    written = write(data, cells, {}, loaded.metadata)
    nbformat.validate(json.loads(written))
    after = read(written)
    assert after.format == "4.5" and after.cells == tuple(cells) and known(after) == known(loaded)


def test_a_new_notebook_is_written_as_nbformat_writes_it(notebooks: Path) -> None:
    import nbformat

    for name in SHARED:
        data = (notebooks / name).read_bytes()
        if read(data).format != "4.5":
            continue
        loaded = read(data)
        ours = write(None, loaded.cells, as_given(loaded), loaded.metadata, loaded.widgets)
        theirs = nbformat.writes(nbformat.reads(ours.decode(), 4))  # type: ignore[no-untyped-call]
        assert theirs + "\n" == ours.decode(), name


# -- how files are spelled

CELLS: list[dict[str, Any]] = [
    {
        "cell_type": "code",
        "execution_count": 3,
        "id": "a",
        "metadata": {"x": 1.0, "y": {"z": "é"}},
        "outputs": [],
        "source": ["a\n", "b"],
    },
    {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "plain é", "extra": {"kept": True}},
    {
        "cell_type": "code",
        "execution_count": None,
        "id": "c",
        "metadata": {},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "1\n"}],
        "source": [],
    },
]
TOP: dict[str, Any] = {
    "nbformat_minor": 5,
    "odd": [1, 2.50],
    "cells": CELLS,
    "nbformat": 4,
    "metadata": {"b": 1, "a": {}},
}

STYLES: dict[str, Any] = {
    "nbformat": {"indent": 1, "ensure_ascii": False},
    "two spaces": {"indent": 2, "ensure_ascii": False},
    "tabs": {"indent": "\t", "ensure_ascii": False},
    "no indent": {"indent": 0, "ensure_ascii": False},
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "one line": {"ensure_ascii": False},
    "escaped": {"indent": 1, "ensure_ascii": True},
    "old python": {"indent": 1, "separators": (", ", ": "), "ensure_ascii": True},
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("wrap", ["plain", "crlf", "bom", "no newline"])
def test_the_files_own_style_is_kept(style: str, wrap: str) -> None:
    def spell(value: Any) -> bytes:
        text: str = json.dumps(value, **STYLES[style]) + ("" if wrap == "no newline" else "\n")
        if wrap == "crlf":
            text = text.replace("\n", "\r\n")
        return (b"\xef\xbb\xbf" if wrap == "bom" else b"") + text.encode()

    data = spell(TOP)
    loaded = read(data)
    a, b, c = loaded.cells
    assert write(data, loaded.cells, {}, loaded.metadata) == data

    cells: list[Any] = [{**CELLS[0], "source": ["a\n", "b\n", "ß"]}, CELLS[1], CELLS[2]]
    assert write(data, [edited(a, source="a\nb\nß"), b, c], {}, loaded.metadata) == spell({**TOP, "cells": cells})

    cells = [CELLS[0], {**CELLS[1], "source": "other"}, CELLS[2]]
    assert write(data, [a, edited(b, source="other"), c], {}, loaded.metadata) == spell({**TOP, "cells": cells})

    cells = [{**CELLS[0], "metadata": {"x": 1.0, "y": {"z": 2}}}, CELLS[1], CELLS[2]]
    changed = edited(a, metadata={"x": 1, "y": {"z": 2}})
    assert write(data, [changed, b, c], {}, loaded.metadata) == spell({**TOP, "cells": cells})

    assert write(data, [c, a], {}, loaded.metadata) == spell({**TOP, "cells": [CELLS[2], CELLS[0]]})
    assert json.loads(write(data, [], {}, loaded.metadata).decode("utf-8-sig")) == {**TOP, "cells": []}

    new: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "n",
        "metadata": {},
        "outputs": [],
        "source": ["n\n", "m"],
    }
    added = Cell(CellId("n"), "code", "n\nm", {})
    expected = json.loads(spell({**TOP, "cells": [CELLS[0], new, CELLS[1], CELLS[2]]}).decode("utf-8-sig"))
    written = write(data, [a, added, b, c], {}, loaded.metadata)
    assert json.loads(written.decode("utf-8-sig")) == expected
    if style not in ("compact", "one line", "old python"):
        # json.dumps spells empty lists and objects the same in all but these.
        assert written == spell({**TOP, "cells": [CELLS[0], new, CELLS[1], CELLS[2]]})

    output = {"name": "stdout", "output_type": "stream", "text": ["2\n"]}
    cells = [{**CELLS[0], "execution_count": 4, "outputs": [output]}, *CELLS[1:]]
    outputs: dict[CellId, FileOutputs] = {a.id: (({"output_type": "stream", "name": "stdout", "text": "2\n"},), 4)}
    written = write(data, loaded.cells, outputs, loaded.metadata)
    assert json.loads(written.decode("utf-8-sig")) == {**TOP, "cells": cells}

    top = {**TOP, "metadata": {"b": 1, "a": {}, "c": "é"}}
    assert json.loads(write(data, loaded.cells, {}, {"a": {}, "b": 1, "c": "é"}).decode("utf-8-sig")) == top
    assert write(data, loaded.cells, {}, {"a": {}, "b": 2}) == spell({**TOP, "metadata": {"b": 2, "a": {}}})


def test_odd_white_space_stays_where_nothing_changed() -> None:
    data = b"""
  {  "cells" : [ {"cell_type":"raw",   "id":"a","metadata":{ },"source":"x"}  ,
    {
   "source" : ["y"], "id" : "b" , "cell_type" : "raw","metadata" : {"k":  [1,   2]}}
 ], "metadata":{},"nbformat_minor"   :5,"nbformat":4 }

"""
    loaded = read(data)
    a, b = loaded.cells
    assert write(data, [a, edited(b, source="z")], {}, {}) == data.replace(b'["y"]', b'["z"]')
    assert write(data, [edited(a, source="z"), b], {}, {}) == data.replace(b'"x"', b'"z"')
    cut = write(data, [a], {}, {})
    assert cut.startswith(data[:75]) and json.loads(cut)["cells"] == json.loads(data)["cells"][:1]


def test_what_json_cannot_spell_again_stays_as_it_is() -> None:
    data = (
        b'{"cells": [{"cell_type": "code", "id": "a", "metadata": {"n": NaN, "big": 123456789012345678901234567890},'
        b' "outputs": [{"output_type": "display_data", "data": {"application/json": {"v": -Infinity}},'
        b' "metadata": {}}],'
        b' "execution_count": 1, "source": "x\\ud800", "source": "y\\udc00"},'
        b' {"cell_type": "raw", "id": "b", "metadata": {}, "source": "b"}],'
        b' "metadata": {"x": 1E400}, "nbformat": 4, "nbformat_minor": 5}'
    )
    loaded = read(data)
    a, b = loaded.cells
    assert a.source == "y\ufffd"
    assert write(data, loaded.cells, as_given(loaded), loaded.metadata) == data
    assert write(data, [a, edited(b, source="c")], {}, loaded.metadata) == data.replace(
        b'"source": "b"', b'"source": "c"'
    )
    # Of a key that is there twice the last one counts, and only that is written.
    written = write(data, [edited(a, source="z"), b], {}, loaded.metadata)
    assert written == data.replace(b'"y\\udc00"', b'"z"')
    described = write(data, [edited(a, metadata={**a.metadata, "new": 1}), b], {}, loaded.metadata)
    assert b'"n": NaN, "big": 123456789012345678901234567890, "new": 1}' in described


def test_ids_are_written_into_a_file_that_lacks_them_once_something_is_saved() -> None:
    raw = {"cell_type": "raw", "metadata": {}, "source": "x"}
    data = json.dumps({"cells": [raw, raw], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()
    loaded = read(data)
    one, two = loaded.cells
    assert one.id != two.id
    assert write(data, loaded.cells, {}, {}) == data
    written = write(data, [one, edited(two, source="y")], {}, {})
    assert read(written).format == "4.5"
    assert [cell.id for cell in read(written).cells] == [one.id, two.id]
    assert json.loads(written)["cells"][0] == {"cell_type": "raw", "id": one.id, "metadata": {}, "source": "x"}


def test_repeated_ids_are_repaired_once_something_is_saved(notebooks: Path) -> None:
    data = (notebooks / "nbformat-invalid_unique_cell_id.ipynb").read_bytes()
    loaded = read(data)
    written = write(data, [edited(loaded.cells[0], source="changed"), *loaded.cells[1:]], {}, loaded.metadata)
    again = read(written)
    assert [cell.id for cell in again.cells] == [cell.id for cell in loaded.cells] and not again.repairs


def test_the_documents_ids_may_be_others_than_the_files() -> None:
    cells = [{"cell_type": "raw", "id": name, "metadata": {"keep": 1.0}, "source": name, "odd": 1} for name in "ab"]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    ours = [Cell(CellId("x"), "raw", "a", {"keep": 1}), Cell(CellId("y"), "raw", "b!", {"keep": 1})]
    ids = [CellId("x"), CellId("y")]
    assert write(data, [ours[0], edited(ours[1], source="b")], {}, {}, ids=ids) == data
    top = json.loads(write(data, ours, {}, {}, ids=ids))
    assert [cell["id"] for cell in top["cells"]] == ["x", "y"] and all(cell["odd"] == 1 for cell in top["cells"])
    # Without being told, content says which is which.
    assert write(data, [ours[0], edited(ours[1], source="b")], {}, {}) == data


def test_a_cell_that_changes_its_type_gets_and_loses_what_belongs_to_code() -> None:
    import nbformat

    data = json.dumps({**TOP, "metadata": {}, "odd": ...} | {"odd": 1}, default=str, indent=1).encode()
    loaded = read(data)
    a, b, c = loaded.cells
    top = json.loads(write(data, [edited(a, type="markdown"), edited(b, type="code"), edited(c, type="raw")], {}, {}))
    assert "outputs" not in top["cells"][0] and "execution_count" not in top["cells"][0]
    assert top["cells"][1]["outputs"] == [] and top["cells"][1]["execution_count"] is None
    assert top["cells"][1]["extra"] == {"kept": True}
    del top["odd"], top["cells"][1]["extra"]
    nbformat.validate(top)
    result: FileOutputs = (({"output_type": "stream", "name": "stdout", "text": "x"},), 2)
    top = json.loads(write(data, [a, edited(b, type="code"), c], {b.id: result}, {}))
    assert top["cells"][1]["outputs"][0]["text"] == ["x"] and top["cells"][1]["execution_count"] == 2


def test_outputs_that_did_not_change_keep_their_bytes_beside_one_that_did() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"], "odd": 1.0},
        {"output_type": "display_data", "data": {"image/png": "aGVs\nbG8=\n"}, "metadata": {}},
    ]
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": [], "outputs": outputs, "execution_count": 1}
    data = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()
    loaded = read(data)
    stream = {"output_type": "stream", "name": "stdout", "text": "a\nb\n"}
    image = {"output_type": "display_data", "data": {"image/png": "aGVsbG8="}, "metadata": {}}
    assert write(data, loaded.cells, {CellId("a"): ((stream, image), 1)}, {}) == data
    written = write(data, loaded.cells, {CellId("a"): ((stream, {**image, "metadata": {"w": 1}}), 1)}, {})
    assert written.startswith(data[: data.index(b'"odd": 1.0') + 20])
    assert json.loads(written)["cells"][0]["outputs"][1]["metadata"] == {"w": 1}
    assert json.loads(write(data, loaded.cells, {CellId("a"): ((), None)}, {}))["cells"][0]["outputs"] == []


def test_saved_widgets_are_replaced_removed_and_kept() -> None:
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}
    data = write(None, [], {}, {"a": 1}, widgets)
    assert json.loads(data)["metadata"] == {"a": 1, "widgets": widgets}
    assert json.loads(write(data, [], {}, {"a": 2}))["metadata"] == {"a": 2, "widgets": widgets}
    assert json.loads(write(data, [], {}, {"a": 1}, None))["metadata"] == {"a": 1}
    other: dict[str, Any] = {"application/vnd.jupyter.widget-state+json": {"state": {"m": {}}}}
    assert json.loads(write(data, [], {}, {"a": 1}, other))["metadata"]["widgets"] == other


def test_attachments_are_written_and_removed() -> None:
    cell = Cell(CellId("a"), "markdown", "x", {}, {"i.png": {"image/png": "aGk="}, "t": {"text/plain": "a\nb"}})
    data = write(None, [cell], {}, {})
    assert read(data).cells == (cell,)
    assert json.loads(data)["cells"][0]["attachments"]["t"] == {"text/plain": ["a\n", "b"]}
    assert "attachments" not in json.loads(write(data, [edited(cell, attachments=None)], {}, {}))["cells"][0]


def test_a_file_that_cannot_be_parsed_is_never_written_over() -> None:
    for data in (b"", b"{", b'{"nbformat": 4, "cells": 5}', b"not a notebook"):
        with pytest.raises(NotebookUnreadable):
            write(data, [Cell(CellId("a"), "code", "x", {})], {}, {})


texts = st.text(st.sampled_from('ab\n"\\é😀\t{}[],:\u2028\x7f'), max_size=12)
DUMPS: list[dict[str, Any]] = [{"indent": 1}, {"indent": "\t"}, {}, {"separators": (",", ":")}]
drawn_cells = st.lists(
    st.builds(
        Cell,
        st.sampled_from([CellId(name) for name in "abcdef"]),
        st.sampled_from(["code", "markdown", "raw"]),
        texts,
        st.dictionaries(texts, st.none() | st.integers(-9, 9) | texts | st.lists(texts, max_size=2), max_size=2),
    ),
    max_size=6,
    unique_by=lambda cell: cell.id,
)
stream_outputs = st.builds(
    lambda text, count: (({"output_type": "stream", "name": "stdout", "text": text},), count), texts, st.integers(0, 9)
)


@settings(max_examples=200, deadline=None)
@given(
    drawn_cells, drawn_cells, st.dictionaries(st.sampled_from([CellId(n) for n in "abcdef"]), stream_outputs), st.data()
)
def test_any_notebook_becomes_any_other(
    before: list[Cell], after: list[Cell], outputs: dict[CellId, FileOutputs], data: st.DataObject
) -> None:
    style = data.draw(st.sampled_from(DUMPS))
    base = json.dumps(json.loads(write(None, before, {}, {"m": 1})), **style).encode()
    written = write(base, after, outputs, {"m": 2})
    loaded = read(written)
    assert loaded.cells == tuple(after) and loaded.metadata == {"m": 2}
    code = {cell.id for cell in after if cell.type == "code"}
    assert known(loaded) == {
        cell: ([canonical(one) for one in found], count) for cell, (found, count) in outputs.items() if cell in code
    }
    assert write(written, after, outputs, {"m": 2}) == written
    again = read(write(written, before, {}, {"m": 1}))
    assert again.cells == tuple(before)
