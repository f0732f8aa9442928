from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import ids
from fumehood.core.errors import BadMessage

PARSERS: list[Callable[[str], str]] = [
    ids.parse_room_id,
    ids.parse_execution_id,
    ids.parse_cell_id,
    ids.parse_blob_hash,
]


def test_every_new_id_passes_its_own_door() -> None:
    assert ids.parse_room_id(ids.new_room_id())
    assert ids.parse_execution_id(ids.new_execution_id())
    assert ids.parse_cell_id(ids.new_cell_id())
    assert ids.parse_blob_hash(ids.blob_hash(b"x"))


def test_ids_do_not_repeat() -> None:
    assert len({ids.new_execution_id() for _ in range(1000)}) == 1000


def test_a_runtime_id_is_short_enough_for_a_socket_path() -> None:
    assert len(ids.new_runtime_id()) == 8


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    "text", ["", "..", "a/b", "a\n", "0" * 32 + "\n", "0" * 64 + "\n", "é", "%2e", "a b", "\0", "\uff10" * 32, "0" * 65]
)
def test_what_could_not_stand_in_a_path_or_url_is_refused(parse: Callable[[str], str], text: str) -> None:
    with pytest.raises(BadMessage):
        parse(text)


@given(st.text())
def test_what_passes_holds_only_letters_digits_dash_and_underscore(text: str) -> None:
    for parse in PARSERS:
        try:
            parsed = parse(text)
        except BadMessage:
            continue
        assert parsed == text
        assert text.isascii()
        assert text.replace("-", "a").replace("_", "a").isalnum()


def test_upper_case_digits_would_be_a_second_name_and_are_refused() -> None:
    with pytest.raises(BadMessage):
        ids.parse_blob_hash("A" * 64)
    with pytest.raises(BadMessage):
        ids.parse_room_id("A" * 32)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_the_source_hash_does_not_depend_on_line_ends(text: str) -> None:
    lf = text.replace("\r\n", "\n").replace("\r", "\n")
    assert ids.source_hash(text) == ids.source_hash(lf) == ids.source_hash(lf.replace("\n", "\r\n"))


def test_the_source_hash_is_sha256_of_the_utf8_text() -> None:
    assert ids.source_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert ids.source_hash("größe") == ids.blob_hash("größe".encode())


def test_a_lone_surrogate_has_a_source_hash_too() -> None:
    assert ids.source_hash("\ud800") != ids.source_hash("\ud801")
