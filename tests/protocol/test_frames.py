from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded
from fumehood.core.ids import RoomId
from fumehood.protocol.frames import HEAD, Document, Frame, Kind, decode_frame, encode_frame

frames = st.builds(
    Frame,
    room=st.binary(min_size=16, max_size=16).map(lambda raw: RoomId(raw.hex())),
    document=st.sampled_from(Document),
    kind=st.sampled_from(Kind),
    payload=st.binary(max_size=200),
)


@given(frames)
def test_a_frame_is_the_same_on_the_other_side(frame: Frame) -> None:
    data = encode_frame(frame)
    assert len(data) == HEAD + len(frame.payload)
    assert decode_frame(data) == frame


@given(st.binary(max_size=64))
def test_any_bytes_are_a_frame_or_a_bad_message(data: bytes) -> None:
    try:
        frame = decode_frame(data)
    except BadMessage:
        assert len(data) < HEAD or data[16] > 1 or data[17] > 3
    else:
        assert encode_frame(frame) == data


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_its_cap(kind: Kind) -> None:
    cap = limits.AWARENESS_MESSAGE if kind is Kind.AWARENESS else limits.SYNC_MESSAGE
    head = bytes(16) + bytes((0, kind))
    assert len(decode_frame(head + bytes(cap)).payload) == cap
    with pytest.raises(LimitExceeded):
        decode_frame(head + bytes(cap + 1))
