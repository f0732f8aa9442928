from __future__ import annotations

import hmac
import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_client.session import Session

from fumehood.kernels.wire import Codec, Fault, KernelMessage

KEY = b"k" * 64
SESSION = "5" * 32

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    # What a kernel of whatever language may call text.
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc\u00e9", max_size=4), inner, max_size=4),
    max_leaves=12,
)
OBJECT = st.dictionaries(st.text("xyz", max_size=3), JSON, max_size=4)


def codec() -> Codec:
    made = Codec(KEY, SESSION)
    made.encode("kernel_info_request", {})
    return made


def signed(content: bytes, header: bytes | None = None, parent: bytes = b"{}", meta: bytes = b"{}") -> list[bytes]:
    head = b'{"msg_id":"1","msg_type":"stream","session":"k"}' if header is None else header
    parts = [head, parent, meta, content]
    return [b"<IDS|MSG>", hmac.digest(KEY, b"".join(parts), "sha256").hex().encode(), *parts]


@given(content=OBJECT, metadata=OBJECT, buffers=st.lists(st.binary(max_size=20), max_size=3))
def test_what_is_encoded_is_what_is_decoded(
    content: dict[str, Any], metadata: dict[str, Any], buffers: list[bytes]
) -> None:
    ours = codec()
    msg_id, frames = ours.encode("comm_msg", content, metadata=metadata, buffers=buffers)
    found = ours.decode("shell", [b"identity", *frames])
    assert (found.msg_id, found.msg_type, found.session, found.parent_id) == (msg_id, "comm_msg", SESSION, "")
    assert (found.content, found.metadata, found.buffers) == (content, metadata, tuple(buffers))


@given(content=OBJECT)
def test_jupyter_client_reads_what_we_write_and_we_read_what_it_writes(content: dict[str, Any]) -> None:
    theirs = Session(key=KEY, session="kernel")
    ours = codec()
    msg_id, frames = ours.encode("execute_request", content)
    heard = theirs.deserialize(frames[1:])
    assert heard["content"] == content
    assert heard["header"]["msg_id"] == msg_id
    answer = theirs.serialize(theirs.msg("execute_reply", content, parent=heard["header"]))
    found = ours.decode("shell", answer)
    assert (found.content, found.parent_id, found.parent_type) == (content, msg_id, "execute_request")


@given(st.lists(st.binary(max_size=40), max_size=12))
def test_bytes_that_nobody_signed_are_a_fault_and_nothing_else(frames: list[bytes]) -> None:
    with pytest.raises(Fault):
        codec().decode("iopub", frames)


@given(st.binary(max_size=60), st.sampled_from(["content", "header", "parent", "meta"]))
def test_signed_garbage_is_a_message_or_a_fault_and_nothing_else(data: bytes, place: str) -> None:
    frames = signed(**({"content": b"{}"} | {place: data}))
    try:
        found = codec().decode("iopub", frames)
    except Fault as fault:
        assert fault.kind in ("header", "json", "deep", "foreign", "parent")
    else:
        msgspec.json.encode(found)


def to_json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.floats() | st.text() | st.lists(st.floats() | st.text(), max_size=3),
        max_size=4,
    )
)
def test_whatever_python_calls_json_comes_out_as_json(content: dict[str, Any]) -> None:
    found = codec().decode("iopub", signed(to_json(content))).content
    assert msgspec.json.decode(msgspec.json.encode(found)) == found
    flat = [x for v in found.values() for x in (v if isinstance(v, list) else [v])]
    assert all(math.isfinite(x) for x in flat if isinstance(x, float))


def test_infinity_and_nan_become_null() -> None:
    content = b'{"a": NaN, "b": [Infinity, -Infinity], "c": {"d": 1e400}, "e": 1.5}'
    found = codec().decode("iopub", signed(content)).content
    assert found == {"a": None, "b": [None, None], "c": {"d": None}, "e": 1.5}


def test_depth_is_bounded_for_both_parsers() -> None:
    def nested(depth: int, inside: bytes) -> bytes:
        return b'{"a":' * (depth - 1) + inside + b"}" * (depth - 1)

    for inside in (b"[1]", b"[NaN]"):
        codec().decode("iopub", signed(nested(200, inside)))
        with pytest.raises(Fault, match="deep"):
            codec().decode("iopub", signed(nested(201, inside)))


def test_wide_messages_are_not_deep() -> None:
    content = {"rows": [[number] for number in range(1000)]}
    assert codec().decode("iopub", signed(to_json(content))).content == content


@pytest.mark.parametrize(
    ("parent", "kind"),
    [
        ({"msg_id": f"{SESSION}_1", "session": SESSION}, None),
        ({}, None),
        ({"msg_id": "", "session": ""}, None),
        ({"msg_id": f"{SESSION}_2", "session": SESSION}, "parent"),
        ({"msg_id": f"{SESSION}_0", "session": SESSION}, "parent"),
        ({"msg_id": f"{SESSION}_-1", "session": SESSION}, "parent"),
        ({"msg_id": f"{SESSION}_" + "9" * 10000, "session": SESSION}, "parent"),
        ({"msg_id": f"{SESSION}_\u0661", "session": SESSION}, "parent"),
        ({"msg_id": "", "session": SESSION}, "parent"),
        ({"msg_id": f"{SESSION}_1", "session": ""}, "foreign"),
        ({"msg_id": f"{SESSION}_1", "session": "other"}, "foreign"),
        ({"msg_id": 5, "session": SESSION}, "header"),
    ],
)
def test_a_parent_is_a_request_of_ours_or_nothing(parent: dict[str, Any], kind: str | None) -> None:
    try:
        found: KernelMessage | None = codec().decode("iopub", signed(b"{}", parent=to_json(parent)))
    except Fault as fault:
        assert fault.kind == kind
    else:
        assert kind is None
        assert found is not None
        assert found.parent_id == parent.get("msg_id", "")


def test_a_reply_on_stdin_names_the_request_that_it_answers() -> None:
    ours = codec()
    request = ours.decode("stdin", signed(b'{"prompt": "?"}', header=b'{"msg_id":"r","msg_type":"input_request"}'))
    _, frames = ours.encode("input_reply", {"value": "x"}, parent=request)
    assert json.loads(frames[3])["msg_id"] == "r"


def test_a_large_message_is_verified_as_a_small_one_is() -> None:
    big = to_json({"x": "y" * 200_000})
    assert len(codec().decode("iopub", signed(big)).content["x"]) == 200_000
    frames = signed(big)
    frames[-1] = frames[-1].replace(b"y}", b"z}").replace(b'y"}', b'z"}')
    with pytest.raises(Fault, match="signature"):
        codec().decode("iopub", frames)
