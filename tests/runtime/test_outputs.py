from __future__ import annotations

import base64
import hashlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import BadMessage
from fumehood.document.outputs import to_nbformat
from fumehood.protocol.outputs import BlobRef, DisplayOutput
from fumehood.runtime import jupyter, outputs


class Store:
    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> BlobRef:
        name = hashlib.sha256(data).hexdigest()
        self.blobs[name] = data
        return BlobRef(blob=name, size=len(data))


def one(mime: str, value: Any) -> tuple[str | bytes, Store]:
    store = Store()
    content = outputs.mime_content(mime, value, store.put)
    return (content if isinstance(content, str) else store.blobs[content.blob]), store


def test_pictures_become_their_bytes() -> None:
    png = bytes(range(256)) * 10
    found, _ = one("image/png", base64.encodebytes(png).decode())
    assert found == png


def test_text_that_only_claims_to_be_a_picture_stays_text() -> None:
    assert one("image/png", "<not base64>")[0] == "<not base64>"
    assert one("application/x-thing", "abcd")[0] == "abcd"


def test_svg_is_text_and_json_is_its_text() -> None:
    assert one("image/svg+xml", "<svg/>")[0] == "<svg/>"
    assert one("application/json", {"b": 1, "a": [1, None]})[0] == '{"b":1,"a":[1,null]}'
    assert one("application/vnd.vegalite.v5+json", "text")[0] == '"text"'


@pytest.mark.parametrize(
    "data",
    [
        {"text/plain": "x" * 20_000, "image/png": base64.b64encode(bytes(3000)).decode(), "image/svg+xml": "<svg/>"},
        {"application/json": {"a": [1, "é"]}, "application/x-thing": "abcd", "application/pdf": "JVBERg=="},
        {"application/javascript": "alert(1)" * 2000, "text/html": "<b>" * 9000, "image/gif": "no base64!"},
    ],
)
def test_what_a_kernel_displays_is_saved_as_it_said_it(data: dict[str, Any]) -> None:
    store = Store()
    output = DisplayOutput(data=outputs.bundle(data, store.put))
    assert to_nbformat(output, lambda ref: store.blobs[ref.blob])["data"] == data


def test_lines_of_text_are_joined() -> None:
    assert one("text/html", ["<b>\n", "</b>"])[0] == "<b>\n</b>"


@given(st.text(max_size=20_000).filter(lambda text: text.isprintable()))
def test_text_is_whole_inline_or_as_a_blob(text: str) -> None:
    found, store = one("text/plain", text)
    if store.blobs:
        assert isinstance(found, bytes) and found.decode() == text and len(found) > limits.INLINE_TEXT
    else:
        assert found == text and len(text.encode()) <= limits.INLINE_TEXT


def test_long_text_goes_to_the_blob_store() -> None:
    found, store = one("text/plain", "é" * limits.INLINE_TEXT)
    assert found == ("é" * limits.INLINE_TEXT).encode() and len(store.blobs) == 1


def test_a_bundle_is_bounded() -> None:
    store = Store()
    data = {f"text/x-{number}": "x" for number in range(10_000)}
    assert len(outputs.bundle(data, store.put)) == limits.MIME_TYPES


def test_metadata_out_of_all_proportion_is_left_out() -> None:
    assert outputs.metadata({"a": "x" * (2 << 20)}) == {}
    assert outputs.metadata({"a": 1}) == {"a": 1}
    assert outputs.metadata(None) == {}


def test_an_error_fits_into_a_frame_and_keeps_its_traceback() -> None:
    store = Store()
    lines = [f"line {number} " + "x" * 1000 for number in range(5000)]
    found = outputs.error(jupyter.Error(ename="E" * 10**6, evalue="v" * 10**7, traceback=lines), store.put)
    assert len(msgspec.msgpack.encode(found)) < limits.STREAM_FRAME
    (whole,) = found.traceback
    assert isinstance(whole, BlobRef) and store.blobs[whole.blob].decode() == "\n".join(lines)


@pytest.mark.parametrize(
    "content",
    [{}, {"name": "stdout"}, {"name": 1, "text": "x"}, {"name": "stdout", "text": ["x"]}, {"text": None, "name": "x"}],
)
def test_nonsense_is_refused_at_the_door(content: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        jupyter.parse(content, jupyter.Stream)


def test_a_display_id_of_another_type_is_none() -> None:
    found = jupyter.parse({"data": {}, "transient": {"display_id": 7}}, jupyter.Display)
    assert found.display_id is None
    assert jupyter.parse({"data": {}, "metadata": None, "transient": None}, jupyter.Display).display_id is None
