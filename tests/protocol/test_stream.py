from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.testing.framing import read_frame


def reader(data: bytes) -> asyncio.StreamReader:
    found = asyncio.StreamReader()
    found.feed_data(data)
    found.feed_eof()
    return found


COMMANDS: list[stream.Command] = [
    stream.Hello(version=1, acked=0),
    stream.Adopt(room="00", spec="", cwd="/", env={"A": "b"}),
    stream.Execute(execution="00", cell="c", source="1+1", source_hash="", by="x"),
    stream.Cancel(),
    stream.Interrupt(),
    stream.Restart(),
    stream.Extend(id=1, python="/e/bin/python"),
    stream.Shutdown(force=True),
    stream.Answer(request="r", value="größe"),
    stream.Ask(id=1, what="complete", content={"code": "a."}),
    stream.CommSend(kind="comm_msg", comm="c", data={}, buffers=(b"\xff\x00",)),
    stream.Ack(seq=3),
]
REPORTS: list[stream.Report] = [
    stream.Welcome(version=1, runtime="a", pid=1, kernel_pid=None),
    stream.Ready(kernel_pid=2),
    stream.Numbered(seq=1, body=ev.Started(execution="e", time=0.5)),
    stream.Numbered(seq=2, body=stream.BlobChunk(hash="ab", size=3, offset=0, data=b"\x00\x01\x02")),
    stream.CommReport(event=ev.CommClosed(comm="c")),
    stream.EphemeralBlob(chunk=stream.BlobChunk(hash="ab", size=0, offset=0, data=b"", ephemeral=True)),
    stream.Reply(id=1, error="timeout", message="x"),
    stream.Refusal(command="execute", code="limit.busy", message="x"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: type(c).__name__)
async def test_a_command_arrives_as_it_was_sent(command: stream.Command) -> None:
    body = await read_frame(reader(stream.frame(command)))
    assert body is not None
    assert stream.parse_command(body) == command


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: type(r).__name__)
async def test_a_report_arrives_as_it_was_sent(report: stream.Report) -> None:
    body = await read_frame(reader(stream.frame(report)))
    assert body is not None
    assert stream.parse_report(body) == report


def test_every_command_and_report_is_tried_here() -> None:
    assert {type(c) for c in COMMANDS} == set(stream.Command.__args__)
    assert {type(r) for r in REPORTS} == set(stream.Report.__args__)


async def test_frames_follow_each_other_until_the_end() -> None:
    source = reader(b"".join(stream.frame(command) for command in COMMANDS))
    seen = []
    while (body := await read_frame(source)) is not None:
        seen.append(stream.parse_command(body))
    assert seen == COMMANDS


@given(st.binary(max_size=60))
def test_any_bytes_are_frames_an_end_or_an_error(data: bytes) -> None:
    async def read_all() -> None:
        source = reader(data)
        try:
            while (body := await read_frame(source)) is not None:
                stream.parse_report(body)
        except (BadMessage, LimitExceeded):
            pass

    asyncio.run(read_all())


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_bad_message(data: bytes) -> None:
    for parse in (stream.parse_command, stream.parse_report):
        try:
            parse(data)
        except (BadMessage, LimitExceeded):
            continue


@pytest.mark.parametrize("cut", [1, 3, 4, 5, 10])
async def test_a_cut_frame_is_an_error(cut: int) -> None:
    data = stream.frame(stream.Adopt(room="00", spec="", cwd="/"))
    with pytest.raises(BadMessage):
        await read_frame(reader(data[:cut]))


async def test_a_frame_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(LimitExceeded):
        await read_frame(reader((limits.STREAM_FRAME + 1).to_bytes(4, "big")))
    with pytest.raises(LimitExceeded):
        stream.frame(stream.Answer(request="r", value="x" * limits.STREAM_FRAME))


def test_the_largest_chunk_of_a_blob_fits_into_a_frame() -> None:
    chunk = stream.BlobChunk(hash="f" * 64, size=2**53, offset=2**53, data=bytes(limits.BLOB_CHUNK))
    assert stream.frame(stream.Numbered(seq=2**53, body=chunk))


def test_the_largest_cell_can_be_sent_to_run() -> None:
    source = "x" * (limits.CELL_SOURCE_BYTES - 1024)
    assert stream.frame(stream.Execute(execution="0" * 32, cell="c", source=source, source_hash="f" * 64, by="x"))
