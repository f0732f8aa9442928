"""What a transcript gives out is what was printed: once, whatever is repeated after a new connection."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from fumehood.cli.transcript import Piece, Transcript, describe, of_output
from fumehood.core.ids import blob_hash
from fumehood.protocol import events as ev
from fumehood.protocol.outputs import BlobRef, DisplayOutput, ErrorOutput, RawOutput, StreamOutput
from fumehood.protocol.state import CellRun, RoomState

EXECUTION = "e"


class Story:
    """What a runtime would say of a cell that prints: appends, rewritten last lines, sealed parts."""

    def __init__(self, steps: Sequence[tuple[str, int]]) -> None:
        self.blobs: dict[str, str] = {}
        self.events: list[ev.Event] = [
            ev.Queued(execution=EXECUTION, cell="c", source_hash="", by="", time=1.0),
            ev.Started(execution=EXECUTION, time=2.0),
            ev.OutputAdded(execution=EXECUTION, index=0, output=StreamOutput(name="stdout")),
        ]
        self.sealed = ""
        open_text = ""
        for text, kind in steps:
            if kind == 0:
                self.events.append(ev.StreamPatched(execution=EXECUTION, index=0, at=len(open_text), text=text))
                open_text += text
            elif kind == 1:
                start = open_text.rfind("\n") + 1
                self.events.append(ev.StreamPatched(execution=EXECUTION, index=0, at=start, text=text))
                open_text = open_text[:start] + text
            else:
                chars = open_text.rfind("\n") + 1
                data = open_text[:chars]
                ref = BlobRef(blob=blob_hash(data.encode()), size=len(data.encode()))
                self.blobs[ref.blob] = data
                self.events.append(ev.StreamSealed(execution=EXECUTION, index=0, chars=chars, part=ref))
                self.sealed += data
                open_text = open_text[chars:]
        self.events.append(ev.Finished(execution=EXECUTION, status="ok", time=3.0))
        self.whole = self.sealed + open_text

    async def read(self, ref: BlobRef) -> str:
        return self.blobs[ref.blob]

    def run_after(self, count: int) -> CellRun:
        state = RoomState()
        for event in self.events[:count]:
            state.apply(event)
        return state.cells.get("c", CellRun())


STEPS = st.lists(st.tuples(st.text(alphabet="ab\n€", max_size=6), st.integers(0, 2)), max_size=20)


def text(pieces: Sequence[Piece]) -> str:
    return "".join(piece.content for piece in pieces if isinstance(piece.content, str))


@given(STEPS)
def test_events_give_what_was_printed(steps: list[tuple[str, int]]) -> None:
    story = Story(steps)
    transcript = Transcript()
    assert text([piece for event in story.events for piece in transcript.feed(event)]) == story.whole


@given(STEPS, st.integers(0, 30))
def test_a_snapshot_and_the_events_after_it_give_the_same(steps: list[tuple[str, int]], seen: int) -> None:
    story = Story(steps)

    async def told() -> str:
        transcript = Transcript()
        pieces = [piece async for piece in transcript.begin(story.run_after(seen), story.read)]
        for event in story.events[seen:]:
            pieces += transcript.feed(event)
        return text(pieces + transcript.finish())

    assert asyncio.run(told()) == story.whole


@given(STEPS, st.integers(0, 30), st.integers(0, 30))
def test_nothing_is_told_twice_when_a_new_daemon_begins_with_an_older_state(
    steps: list[tuple[str, int]], seen: int, recovered: int
) -> None:
    """The daemon had forwarded `seen` events and kept `recovered` of them: the runtime says the others again."""
    story = Story(steps)
    seen = max(seen, recovered)

    async def told() -> str:
        transcript = Transcript()
        pieces = [piece for event in story.events[:seen] for piece in transcript.feed(event)]
        pieces += [piece async for piece in transcript.begin(story.run_after(recovered), story.read)]
        for event in story.events[recovered:]:
            pieces += transcript.feed(event)
        return text(pieces + transcript.finish())

    assert asyncio.run(told()) == story.whole


def test_the_unfinished_line_is_the_tail_until_it_is_finished() -> None:
    transcript = Transcript()
    transcript.feed(ev.OutputAdded(execution=EXECUTION, index=0, output=StreamOutput(name="stdout")))
    assert transcript.feed(ev.StreamPatched(execution=EXECUTION, index=0, at=0, text="10 %")) == []
    assert transcript.tail == "10 %"
    assert transcript.feed(ev.StreamPatched(execution=EXECUTION, index=0, at=0, text="20 %")) == []
    assert transcript.tail == "20 %"
    pieces = transcript.feed(
        ev.OutputAdded(execution=EXECUTION, index=1, output=StreamOutput(name="stderr", text="!\n"))
    )
    assert [(one.target, one.content) for one in pieces] == [("stdout", "20 %"), ("stderr", "!\n")]
    assert transcript.tail == ""


def test_cleared_outputs_start_anew() -> None:
    transcript = Transcript()
    transcript.feed(ev.OutputAdded(execution=EXECUTION, index=0, output=StreamOutput(name="stdout", text="a\n")))
    transcript.feed(ev.OutputsCleared(execution=EXECUTION))
    again = transcript.feed(
        ev.OutputAdded(execution=EXECUTION, index=0, output=StreamOutput(name="stdout", text="b\n"))
    )
    assert text(again) == "b\n"


def test_displays_are_text_or_what_they_are() -> None:
    ref = BlobRef(blob="0" * 64, size=34_567)
    assert of_output(DisplayOutput(data={"text/plain": "x", "text/html": "<b>"})) == [Piece("stdout", "x", True)]
    image = of_output(DisplayOutput(data={"image/png": ref, "text/plain": "<Figure>"}))
    assert image == [Piece("stdout", "[image/png 35 kB] <Figure>", True)]
    assert of_output(DisplayOutput(data={})) == [Piece("stdout", "[nothing]", True)]
    assert of_output(DisplayOutput(data={"text/plain": ref})) == [Piece("stdout", ref, True)]
    assert of_output(ErrorOutput(ename="E", evalue="v")) == [Piece("stderr", "E: v\n", True)]
    assert of_output(RawOutput(json="{}")) == [Piece("stdout", "{}", True)]
    assert describe("text/html", "x" * 3_000_000) == "text/html 3 MB"
