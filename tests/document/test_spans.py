"""Finding and replacing values in JSON bytes."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fumehood.document.spans import (
    NBFORMAT,
    Json,
    Span,
    Style,
    dump,
    edit_array,
    edit_object,
    style_of,
)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.sampled_from('a"\\[]{},: \né😀')),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)
spellings = st.sampled_from([{}, {"indent": 1}, {"indent": "\t"}, {"separators": (",", ":")}, {"ensure_ascii": False}])


@given(values, spellings, st.sampled_from(["", " ", "\n\t "]), st.sampled_from(["", " ", ",", "]"]))
def test_a_value_ends_where_a_parser_says(value: Any, spelling: dict[str, Any], before: str, after: str) -> None:
    text = json.dumps(value, **spelling)
    data = (before + text + after).encode()
    found = Json(data)
    assert found.start == len(before)
    assert found[Span(found.start, found.end(found.start))] == text.encode()


@given(st.dictionaries(st.text(max_size=4), values, max_size=5), spellings)
def test_members_are_found_with_their_bytes(value: dict[str, Any], spelling: dict[str, Any]) -> None:
    data = json.dumps(value, **spelling).encode()
    found = Json(data).members(0)
    assert [(one.key, json.loads(data[slice(*one.value)])) for one in found] == list(value.items())


@given(st.lists(values, max_size=5), spellings)
def test_elements_are_found_with_their_bytes(value: list[Any], spelling: dict[str, Any]) -> None:
    data = json.dumps(value, **spelling).encode()
    assert [json.loads(data[slice(*one)]) for one in Json(data).elements(0)] == value


def test_numbers_that_are_no_json_have_an_end_too() -> None:
    data = b"[NaN , -Infinity, 1E400]"
    assert [data[slice(*one)] for one in Json(data).elements(0)] == [b"NaN", b"-Infinity", b"1E400"]


@given(
    st.dictionaries(st.sampled_from("abcdef"), values, max_size=5),
    st.dictionaries(st.sampled_from("abcdef"), st.none() | values.map(lambda value: [value]), max_size=4),
    spellings,
)
def test_an_edited_object_has_the_edits_and_the_rest(
    value: dict[str, Any], edits: dict[str, Any], spelling: dict[str, Any]
) -> None:
    data = json.dumps(value, **spelling).encode()
    written = {key: None if new is None else json.dumps(new).encode() for key, new in edits.items()}
    result = json.loads(edit_object(Json(data), 0, written, style_of(Json(data)), 1))
    expected = {**value, **{key: new for key, new in edits.items() if new is not None}}
    assert result == {key: new for key, new in expected.items() if edits.get(key, 0) is not None}


@given(st.lists(values, max_size=5), st.data(), spellings)
def test_an_edited_array_has_the_elements_asked_for(
    value: list[Any], data: st.DataObject, spelling: dict[str, Any]
) -> None:
    text = json.dumps(value, **spelling).encode()
    spans = Json(text).elements(0)
    chosen = data.draw(st.lists(st.sampled_from([*range(len(value)), -1]), max_size=6))
    items: list[Span | bytes] = [b'"new"' if place < 0 else spans[place] for place in chosen]
    style = Style(b" ", b"\n", b",", b": ", False)
    assert json.loads(edit_array(Json(text), 0, items, style, 1)) == [
        "new" if place < 0 else value[place] for place in chosen
    ]
    assert edit_array(Json(text), 0, list(spans), style, 1) == (text if value else b"[]")


@given(values, spellings)
def test_what_is_written_in_a_style_reads_back(value: Any, spelling: dict[str, Any]) -> None:
    style = style_of(Json(json.dumps({"a": value, "b": 1}, **spelling).encode()))
    assert json.loads(dump(value, style, 2)) == value
    assert dump(value, NBFORMAT, 0) == dump(value, NBFORMAT._replace(colon=b": "), 0)


def test_lone_surrogates_are_written_as_escapes() -> None:
    assert json.loads(dump("\ud800", NBFORMAT, 0)) == "\ud800"


def test_styles_are_recognised() -> None:
    top = {"cells": ["é"], "b": {}}
    assert style_of(Json(json.dumps(top, indent=1, ensure_ascii=False).encode())) == NBFORMAT
    assert style_of(Json(json.dumps(top).encode())) == Style(None, b"", b", ", b": ", True)
    assert style_of(Json(json.dumps(top, indent="\t").replace("\n", "\r\n").encode())) == Style(
        b"\t", b"\r\n", b",", b": ", True
    )
    assert style_of(Json(b"{}")) == NBFORMAT
    assert not style_of(Json(b'{"a": "plain \\u001b and \\u0041", "b": 1}')).escaped
