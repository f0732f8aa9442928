"""Reading updates as pycrdt and yjs write them; what is refused is tested with the gate."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from fumehood.document.notebook import Notebook
from fumehood.document.yupdate import ANY, STRING, TEXT, TYPE, read_state_vector, read_update
from tests.document import yjs


def test_a_cell_is_read_with_all_its_parts() -> None:
    notebook = Notebook()
    cell = notebook.insert(None, "code", "aé😀", {"k": {"a": [1, None, "x", True, 1.5, 2**40, -3]}})
    structs = read_update(notebook.state()).structs[notebook.client()]
    (root,) = [one for one in structs if one.root]
    assert (root.root, root.key, root.kind, root.keyed) == ("cells", cell, TYPE, True)
    (text,) = [one for one in structs if one.kind == STRING]
    assert text.length == 4 and text.halves == (text.clock + 3,)
    assert any(one.kind == TYPE and one.type == TEXT and one.key == "source" for one in structs)
    assert {one.key for one in structs if one.kind == ANY} == {"type", "order", "k"}
    assert [one.clock for one in structs] == [0, *(one.clock + one.length for one in structs[:-1])]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.text(max_size=5)), max_size=20))
def test_the_clocks_are_those_of_the_state_vector(edits: list[tuple[int, int, str]]) -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("cells", type=Text)
    for at, delete, insert in edits:
        old = str(text)
        at = min(at, len(old))
        start = len(old[:at].encode())
        del text[start : start + len(old[at : at + delete].encode())]
        text.insert(start, insert)
    update = read_update(doc.get_update())
    ends = {client: one[-1].clock + one[-1].length for client, one in update.structs.items()}
    assert ends == read_state_vector(doc.get_state())
    for client, start, end in update.deletes:
        assert 0 <= start < end <= ends[client]


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_every_json_value_is_walked_to_its_end(value: object) -> None:
    doc: Doc[Map[object]] = Doc()
    doc.get("metadata", type=Map)["k"] = value
    (structs,) = read_update(doc.get_update()).structs.values()
    assert [one.kind for one in structs] == [ANY]


def test_the_tests_own_encoder_speaks_yjs() -> None:
    doc: Doc[Map[object]] = Doc()
    root = doc.get("metadata", type=Map)
    value = {"a": [1.5, None, True, False, "é"], "b": {}}
    doc.apply_update(yjs.update([(7, 0, [yjs.value(value, parent="metadata", key="k")])]))
    assert root["k"] == value
    cells = doc.get("cells", type=Map)
    items = [
        yjs.map_(parent="cells", key="c"),
        yjs.text_type(parent=(8, 0), key="source"),
        yjs.string("ab", parent=(8, 1)),
        yjs.string("X", left=(8, 2), right=(8, 3)),
    ]
    doc.apply_update(yjs.update([(8, 0, items)], [(8, [(3, 1)])]))
    assert str(cells["c"]["source"]) == "aX"  # type: ignore[index]
