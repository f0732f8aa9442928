"""What an execution printed so far, as pieces to write: each byte once, whatever the events repeat.

Pure: events or a snapshot go in, pieces come out, and bytes that lie in the blob store are named, not fetched. Only
finished lines are given out, because a carriage return may still rewrite the last one; that is the `tail`. After a
connection was made anew, the snapshot may be older than what was written already and its events come again: what is
counted here as written is never given out twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

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
from fumehood.protocol.state import CellRun

Target = Literal["stdout", "stderr"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Text to write there, or the blob that holds it."""

    target: Target
    content: Content
    block: bool = False
    """Not part of a stream: stands on lines of its own."""


@dataclass(slots=True)
class _Stream:
    """Positions count the characters of the whole stream, sealed parts and open text."""

    target: Target
    parts: int = 0
    """Sealed parts that were dealt with."""
    base: int = 0
    """Where the open text begins."""
    text: str = ""
    """The open text."""
    written: int = 0
    """What was given out ends here; after a new connection that may be beyond what is there."""

    def lines(self) -> list[Piece]:
        return self.until(self.text.rfind("\n") + 1)

    def until(self, end: int) -> list[Piece]:
        """Up to `end` of the open text."""
        start = max(0, self.written - self.base)
        if end <= start:
            return []
        self.written = self.base + end
        return [Piece(self.target, self.text[start:end])]

    def again(self) -> None:
        """The stream is told from its beginning once more."""
        self.parts, self.base = 0, 0

    def seal(self, chars: int) -> list[Piece]:
        pieces = self.until(chars)
        self.parts += 1
        self.base += chars
        self.text = self.text[chars:]
        return pieces

    @property
    def tail(self) -> str:
        return self.text[max(0, self.written - self.base) :]


Read = Callable[[BlobRef], Awaitable[str]]


@dataclass(slots=True)
class Transcript:
    """Of one execution."""

    _shown: list[_Stream | None] = field(default_factory=list)
    """One for each output; `None` for one that is no stream."""

    async def begin(self, run: CellRun, read: Read) -> AsyncIterator[Piece]:
        """All that a snapshot has and was not written yet; sealed parts are read one after the other."""
        for index, output in enumerate(run.outputs):
            known = index < len(self._shown)
            if not isinstance(output, StreamOutput):
                for piece in [] if known else self._add(output):
                    yield piece
                continue
            if not known:
                for piece in self._add(StreamOutput(name=output.name)):
                    yield piece
            stream = self._shown[index]
            if stream is None:
                continue
            if len(output.parts) < stream.parts:
                stream.again()
            for part in output.parts[stream.parts :]:
                stream.text = await read(part)
                for piece in stream.seal(len(stream.text)):
                    yield piece
            stream.text = output.text
            for piece in stream.lines():
                yield piece

    def feed(self, event: ev.AnyEvent) -> list[Piece]:
        if isinstance(event, ev.OutputAdded):
            if event.index == len(self._shown):
                return self._add(event.output)
            stream = self._stream(event.index)
            if stream is None or not isinstance(event.output, StreamOutput):
                return []
            stream.again()
            stream.text = event.output.text
            return stream.lines()
        if isinstance(event, ev.OutputReplaced):
            return of_output(event.output) if event.index < len(self._shown) else []
        if isinstance(event, ev.StreamPatched):
            stream = self._stream(event.index)
            if stream is None:
                return []
            stream.text = stream.text[: event.at] + event.text
            return stream.lines()
        if isinstance(event, ev.StreamSealed):
            stream = self._stream(event.index)
            return [] if stream is None else stream.seal(event.chars)
        if isinstance(event, ev.OutputDropped):
            return [Piece("stderr", f"[output over the limit: {event.dropped} bytes are not kept]\n", block=True)]
        if isinstance(event, ev.OutputsCleared):
            pieces = self.finish()
            self._shown = []
            return pieces
        if isinstance(event, ev.Finished):
            return self.finish()
        return []

    def finish(self) -> list[Piece]:
        """Also the lines that have no end."""
        return [piece for stream in self._shown if stream is not None for piece in stream.until(len(stream.text))]

    @property
    def tail(self) -> str:
        """The unfinished line of the stream that spoke last."""
        for stream in reversed(self._shown):
            if stream is not None:
                return stream.tail
        return ""

    def _stream(self, index: int) -> _Stream | None:
        return self._shown[index] if index < len(self._shown) else None

    def _add(self, output: Output) -> list[Piece]:
        pieces = self.finish()
        if not isinstance(output, StreamOutput):
            self._shown.append(None)
            return pieces + of_output(output)
        stream = _Stream("stderr" if output.name == "stderr" else "stdout", text=output.text)
        self._shown.append(stream)
        return pieces + stream.lines()


def of_output(output: Output) -> list[Piece]:
    """A whole output that is no stream, as text."""
    if isinstance(output, ErrorOutput):
        if not output.traceback:
            return [Piece("stderr", f"{output.ename}: {output.evalue}\n", block=True)]
        return [Piece("stderr", line, block=True) for line in output.traceback]
    if isinstance(output, (DisplayOutput, ResultOutput)):
        return [Piece("stdout", _plain(output.data), block=True)]
    if isinstance(output, RawOutput):
        return [Piece("stdout", output.json, block=True)]
    return []


def _plain(data: dict[str, Content]) -> Content:
    """The text of a display; where it has none, or is better seen than read, what it is."""
    if "text/plain" in data and not any(kind.startswith("image/") for kind in data):
        return data["text/plain"]
    text = data.get("text/plain")
    kinds = [describe(kind, content) for kind, content in data.items() if kind != "text/plain"]
    words = f"[{', '.join(kinds)}]" if kinds else "[nothing]"
    return f"{words} {text}" if isinstance(text, str) else words


def describe(kind: str, content: Any) -> str:
    """`image/png, 34 kB`"""
    size = float(content.size if isinstance(content, BlobRef) else len(str(content)))
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{kind} {size:.0f} {unit}"
        size /= 1000
    return f"{kind} {size:.1f} GB"
