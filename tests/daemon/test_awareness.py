"""Cursors are stamped with the connection they came over, and nobody speaks for another."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core.errors import BadMessage, HoodError, LimitExceeded, UpdateRefused
from fumehood.daemon import awareness
from fumehood.daemon.awareness import Awareness
from fumehood.protocol.frames import Kind
from fumehood.protocol.methods import RoomParams
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House

entries = st.dictionaries(
    st.integers(0, 2**53),
    st.tuples(st.integers(0, 2**32), st.dictionaries(st.text(max_size=5), st.integers()).map(msgspec.json.encode)),
    max_size=4,
)


@given(entries)
def test_encoding_is_undone_by_decoding(known: Awareness) -> None:
    assert {client: (clock, state) for client, clock, state in awareness.decode(awareness.encode(known))} == known


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(data: bytes) -> None:
    known: Awareness = {}
    try:
        awareness.admit(known, set(), data, "me")
    except HoodError:
        assert known == {}


def test_the_stamp_is_the_connection_whatever_the_message_claims() -> None:
    known: Awareness = {}
    told = awareness.admit(known, set(), awareness.encode({7: (1, b'{"peer":"somebody else","x":1}')}), "me #1")
    assert told is not None
    ((_, _, state),) = awareness.decode(told)
    assert msgspec.json.decode(state) == {"peer": "me #1", "x": 1}


def test_nobody_speaks_for_another() -> None:
    known: Awareness = {}
    mine: set[int] = set()
    awareness.admit(known, mine, awareness.encode({7: (1, b"{}")}), "me")
    with pytest.raises(UpdateRefused):
        awareness.admit(known, set(), awareness.encode({7: (2, b"null")}), "other")
    assert 7 in known


def test_a_connection_has_few_ids() -> None:
    many = awareness.encode(dict.fromkeys(range(awareness.IDS_PER_PEER + 1), (1, b"{}")))
    with pytest.raises(LimitExceeded):
        awareness.admit({}, set(), many, "me")


def test_older_news_is_ignored() -> None:
    known: Awareness = {}
    mine: set[int] = set()
    awareness.admit(known, mine, awareness.encode({7: (5, b'{"x":5}')}), "me")
    assert awareness.admit(known, mine, awareness.encode({7: (4, b'{"x":4}')}), "me") is None


@pytest.mark.parametrize("state", [b"[]", b"7", b"{", b'"text"'])
def test_a_state_is_an_object_or_null(state: bytes) -> None:
    with pytest.raises(BadMessage):
        awareness.admit({}, set(), awareness.encode({7: (1, state)}), "me")


async def test_cursors_reach_the_others_and_go_with_their_connection(house: House) -> None:
    one, other = RecordingPeer(), RecordingPeer()
    opened = await house.open(one, house.home / "a.ipynb", create=True)
    await house.open(other, house.home / "a.ipynb")
    for peer in (one, other):
        await house.frame(peer, opened.room, Kind.STEP1, b"\x00")
    await house.frame(one, opened.room, Kind.AWARENESS, awareness.encode({7: (1, b'{"cursor":3}')}))
    ((_, _, state),) = awareness.decode(other.payloads(Kind.AWARENESS)[-1])
    assert msgspec.json.decode(state) == {"cursor": 3, "peer": one.who}
    assert one.payloads(Kind.AWARENESS) == []
    late = RecordingPeer()
    await house.call(late, "room.attach", RoomParams(room=opened.room))
    await house.frame(late, opened.room, Kind.STEP1, b"\x00")
    assert awareness.decode(late.payloads(Kind.AWARENESS)[-1])[0][0] == 7
    await house.operations.gone(one)
    assert awareness.decode(other.payloads(Kind.AWARENESS)[-1]) == [(7, 2, b"null")]
