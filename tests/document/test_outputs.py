"""Outputs to manifests and back."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import BadMessage
from fumehood.core.ids import blob_hash
from fumehood.document.ipynb import read
from fumehood.document.outputs import canonical, is_binary, is_json, to_bundle, to_manifest, to_nbformat
from fumehood.protocol.base import decode_json, encode_json
from fumehood.protocol.outputs import (
    BlobRef,
    DisplayOutput,
    ErrorOutput,
    Output,
    RawOutput,
    ResultOutput,
    StreamOutput,
)


class Blobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, data: bytes) -> BlobRef:
        digest = blob_hash(data)
        self.kept[digest] = data
        return BlobRef(blob=digest, size=len(data))

    def read(self, ref: BlobRef) -> bytes:
        return self.kept[ref.blob]


def joined(output: dict[str, Any]) -> Any:
    """As nbformat has it in memory, with base64 as one line."""
    result = dict(output)
    if "text" in result and isinstance(result["text"], list):
        result["text"] = "".join(result["text"])
    if "data" in result:
        result["data"] = {
            mime: value if is_json(mime) else "".join("".join(value).split()) if is_binary(mime) else "".join(value)
            for mime, value in result["data"].items()
        }
    return result


def test_every_output_of_the_shared_notebooks_comes_back_as_it_was(notebooks: Path) -> None:
    count = 0
    for path in sorted(notebooks.glob("*.ipynb")):
        for outputs, _ in read(path.read_bytes()).outputs.values():
            for output in outputs:
                blobs = Blobs()
                manifest = to_manifest(output, blobs.put)
                assert decode_json(encode_json(manifest), Output) == manifest  # type: ignore[arg-type]
                back = to_nbformat(manifest, blobs.read)
                if isinstance(manifest, RawOutput):
                    assert back == output
                else:
                    assert back == {key: value for key, value in joined(output).items() if key in back}, path.name
                assert canonical(back) == canonical(output)
                count += 1
    assert count > 300


def test_text_over_the_limit_is_a_blob_and_an_image_always_is() -> None:
    blobs = Blobs()
    long = "x" * (limits.INLINE_TEXT + 1)
    data = {"text/plain": "short", "text/html": long, "image/png": "aGk=", "image/svg+xml": "<svg/>"}
    found = to_manifest({"output_type": "display_data", "data": data, "metadata": {}}, blobs.put)
    assert isinstance(found, DisplayOutput)
    assert found.data["text/plain"] == "short" and found.data["image/svg+xml"] == "<svg/>"
    html, png = found.data["text/html"], found.data["image/png"]
    assert isinstance(html, BlobRef) and blobs.read(html) == long.encode()
    assert isinstance(png, BlobRef) and blobs.read(png) == b"hi"
    exact = "é" * (limits.INLINE_TEXT // 2)
    stream = to_manifest({"output_type": "stream", "name": "stderr", "text": [exact]}, blobs.put)
    assert stream == StreamOutput(name="stderr", text=exact)
    stream = to_manifest({"output_type": "stream", "name": "stdout", "text": [exact, "é"]}, blobs.put)
    assert isinstance(stream, StreamOutput) and stream.text == "" and len(stream.parts) == 1
    assert to_nbformat(stream, blobs.read)["text"] == exact + "é"


def test_json_types_are_json_text() -> None:
    blobs = Blobs()
    value = {"a": [1, 2.0, None], "b": "é"}
    data = {"application/json": value, "application/vnd.x.v1+json": ["a", "b"], "application/json; x": "text"}
    found = to_manifest({"output_type": "execute_result", "data": data, "execution_count": 3}, blobs.put)
    assert isinstance(found, ResultOutput) and found.count == 3
    assert found.data["application/json"] == '{"a":[1,2.0,null],"b":"é"}'
    assert found.data["application/vnd.x.v1+json"] == '["a","b"]'
    assert to_nbformat(found, blobs.read)["data"] == data


def test_values_that_json_lacks_become_values_that_it_has() -> None:
    blobs = Blobs()
    data = {"application/json": {"nan": float("nan"), "big": 10**30, "s": "\ud800"}, "text/plain": "\udc00x"}
    output = {"output_type": "display_data", "data": data, "metadata": {"n": float("inf"), "\ud800": 1.0}}
    found = to_manifest(output, blobs.put)
    assert isinstance(found, DisplayOutput)
    assert msgspec.json.decode(str(found.data["application/json"])) == {"nan": None, "big": 1e30, "s": "\ufffd"}
    assert found.data["text/plain"] == "\ufffdx" and found.metadata == {"n": None, "\ufffd": 1.0}
    assert msgspec.json.encode(found)


def test_errors_keep_their_traceback() -> None:
    blobs = Blobs()
    long = "\x1b[31m" + "x" * limits.INLINE_TEXT
    output = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["line", long]}
    found = to_manifest(output, blobs.put)
    assert isinstance(found, ErrorOutput) and isinstance(found.traceback[1], BlobRef)
    assert to_nbformat(found, blobs.read) == output


@pytest.mark.parametrize(
    "output",
    [
        {},
        {"output_type": "future", "x": [1]},
        {"output_type": "stream", "name": 5, "text": "x"},
        {"output_type": "stream", "name": "stdout", "text": 5},
        {"output_type": "display_data", "data": "x"},
        {"output_type": "display_data", "data": {"text/plain": 5}},
        {"output_type": "display_data", "data": {"text/plain": ["a", 5]}},
        {"output_type": "display_data", "data": {"image/png": "not base64!"}},
        {"output_type": "display_data", "data": {"image/png": "aGk"}},
        {"output_type": "display_data", "data": {}, "metadata": []},
        {"output_type": "error", "ename": None},
        {"output_type": "error", "traceback": "text"},
        {"output_type": "pyout", "big": ["x" * (limits.INLINE_TEXT + 1)]},
        {"output_type": ["list"]},
    ],
)
def test_what_is_no_output_of_nbformat_is_kept_raw(output: dict[str, Any]) -> None:
    blobs = Blobs()
    found = to_manifest(output, blobs.put)
    assert isinstance(found, RawOutput)
    assert to_nbformat(found, blobs.read) == output


def test_missing_parts_are_empty() -> None:
    blobs = Blobs()
    assert to_manifest({"output_type": "stream"}, blobs.put) == StreamOutput(name="stdout")
    assert to_manifest({"output_type": "display_data"}, blobs.put) == DisplayOutput(data={})
    assert to_manifest({"output_type": "error"}, blobs.put) == ErrorOutput(ename="", evalue="")


def test_what_was_dropped_is_said_in_the_file() -> None:
    found = StreamOutput(name="stdout", parts=(Blobs().put(b"x"),), text="tail", dropped=77)
    assert "77 bytes" in to_nbformat(found, lambda ref: b"head ")["text"]


def test_a_bundle_of_a_kernel_that_lies_is_refused() -> None:
    put = Blobs().put
    lies: list[Any] = [None, [], {"image/png": [1]}, {"text/plain": {}}]
    for data in lies:
        with pytest.raises(BadMessage):
            to_bundle(data, put)


def test_which_types_are_binary() -> None:
    for mime in ("image/png", "IMAGE/JPEG", "audio/wav", "application/pdf", "image/png;x=1", "font/woff2"):
        assert is_binary(mime)
    for mime in ("image/svg+xml", "text/plain", "application/javascript", "application/json", "x"):
        assert not is_binary(mime)


def test_base64_is_compared_by_its_bytes() -> None:
    data = bytes(range(200))
    lines = base64.encodebytes(data).decode().splitlines(keepends=True)
    one = {"output_type": "display_data", "data": {"image/png": lines}, "metadata": {}}
    other = {"output_type": "display_data", "data": {"image/png": base64.b64encode(data).decode()}, "metadata": {}}
    assert canonical(one) == canonical(other)
    assert canonical({**other, "metadata": {"a": True}}) != canonical({**other, "metadata": {"a": 1}})


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
bundles = st.fixed_dictionaries(
    {},
    optional={
        "text/plain": st.text(),
        "application/json": json_values,
        "image/png": st.binary().map(lambda data: base64.b64encode(data).decode()),
        "x/unknown": st.text(),
    },
)


@given(bundles, st.dictionaries(st.text(max_size=4), json_values, max_size=2), st.none() | st.integers(0, 99))
def test_the_way_back_is_exact(data: dict[str, Any], metadata: dict[str, Any], count: int | None) -> None:
    blobs = Blobs()
    output = {"output_type": "execute_result", "data": data, "metadata": metadata, "execution_count": count}
    assert to_nbformat(to_manifest(output, blobs.put), blobs.read) == output


@given(st.dictionaries(st.sampled_from(["output_type", "data", "text", "name", "metadata", "traceback"]), json_values))
def test_any_object_becomes_a_manifest(output: dict[str, Any]) -> None:
    blobs = Blobs()
    found = to_manifest(output, blobs.put)
    assert decode_json(encode_json(found), Output) == found  # type: ignore[arg-type]
    to_nbformat(found, blobs.read)


def test_the_runtime_can_use_it_without_the_document() -> None:
    program = "import sys, fumehood.document.outputs; assert not {'pycrdt', 'nbformat', 'anyio'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
