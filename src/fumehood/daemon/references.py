"""Which blobs an event or a state names, so that the sweep of the blob store leaves them alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from fumehood.core.ids import BlobHash
from fumehood.protocol import events as ev
from fumehood.protocol.outputs import (
    BlobRef,
    Content,
    DisplayOutput,
    ErrorOutput,
    Output,
    RawOutput,
    ResultOutput,
    StreamOutput,
)
from fumehood.protocol.state import RoomState


def _content(content: Content) -> Iterator[BlobHash]:
    if isinstance(content, BlobRef):
        yield BlobHash(content.blob)


def of_output(output: Output) -> Iterator[BlobHash]:
    if isinstance(output, StreamOutput):
        for part in output.parts:
            yield BlobHash(part.blob)
    elif isinstance(output, (DisplayOutput, ResultOutput)):
        for content in output.data.values():
            yield from _content(content)
    elif isinstance(output, ErrorOutput):
        for line in output.traceback:
            yield from _content(line)
    elif isinstance(output, RawOutput):
        yield from _content(output.json)


def of_event(event: ev.Event) -> Iterator[BlobHash]:
    if isinstance(event, (ev.OutputAdded, ev.OutputReplaced)):
        yield from of_output(event.output)
    elif isinstance(event, ev.StreamSealed):
        yield BlobHash(event.part.blob)
    elif isinstance(event, ev.OutputsLoaded):
        for output in event.outputs:
            yield from of_output(output)


def of_state(state: RoomState) -> Iterator[BlobHash]:
    for run in state.cells.values():
        for output in run.outputs:
            yield from of_output(output)
        for output in run.previous:
            yield from of_output(output)
