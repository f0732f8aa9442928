"""What is told to many is encoded once; what is said to be kept is an unbroken run from the first on."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from fumehood.core.ids import new_room_id
from fumehood.daemon.subscribers import Subscribers
from fumehood.protocol import events as ev
from fumehood.protocol.frames import Document, Kind
from fumehood.testing.peers import RecordingPeer

ROOM = new_room_id()


class Soon:
    """The event loop's next turn, by hand."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, call: Callable[[], None]) -> None:
        self.waiting.append(call)

    def turn(self) -> None:
        calls, self.waiting = self.waiting, []
        for call in calls:
            call()


@given(st.permutations(list(range(1, 9))), st.sets(st.integers(1, 8)))
def test_acknowledged_is_an_unbroken_run_whatever_the_order(order: list[int], refused: set[int]) -> None:
    soon = Soon()
    subscribers = Subscribers(ROOM, soon)
    peer = RecordingPeer()
    mine = subscribers.join(peer)
    for _ in order:
        mine.next_update()
    done: set[int] = set()
    for number in order:
        if number in refused:
            mine.refused(number, "code", "message")
        else:
            mine.kept(number)
        done.add(number)
        soon.turn()
        assert peer.acknowledged() <= next(n for n in range(1, 10) if n not in done) - 1
    if order[-1] not in refused:
        assert peer.acknowledged() == 8
    assert {one.update for one in peer.notifications("document.refused")} == refused


def test_frames_go_to_those_who_follow_but_their_origin() -> None:
    subscribers = Subscribers(ROOM, Soon())
    peers = [RecordingPeer() for _ in range(3)]
    joined = [subscribers.join(peer) for peer in peers]
    for one in joined[:2]:
        one.follows.add(Document.NOTEBOOK)
    subscribers.frame(Document.NOTEBOOK, Kind.UPDATE, b"update", but=joined[0])
    assert [len(peer.frames) for peer in peers] == [0, 1, 0]


def test_joining_twice_is_joining_once_and_leaving_is_leaving() -> None:
    subscribers = Subscribers(ROOM, Soon())
    peer = RecordingPeer()
    assert subscribers.join(peer) is subscribers.join(peer)
    subscribers.events(1, (ev.DirtyChanged(dirty=True),))
    assert len(peer.texts) == 1
    subscribers.leave(peer)
    subscribers.events(2, (ev.DirtyChanged(dirty=False),))
    assert (len(peer.texts), len(subscribers)) == (1, 0)
