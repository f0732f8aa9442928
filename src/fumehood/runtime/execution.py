"""The outputs of one execution: a fold of what the kernel said, told to the room as differences.

Pure: no clock, no I/O. Each method takes one thing that the kernel said and answers how urgent it is to tell it;
`tell` then gives the events (and the bytes of blobs before the events that name them) which bring the room from what
it was told last to what is true now. So a flood, an animation or a progress bar costs what is seen of it, and a
picture that was replaced before anybody could see it is never encoded at all. It mirrors `protocol.state.RoomState`:
an output's index is its place since the last clear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, Literal

from fumehood.core import ids, limits
from fumehood.protocol import events as ev
from fumehood.protocol.outputs import BlobRef, DisplayOutput, Output, ResultOutput, StreamOutput
from fumehood.protocol.stream import BlobChunk, Execute
from fumehood.runtime import jupyter, outputs
from fumehood.runtime.streams import Patch, Seal, StreamText

Body = ev.Event | BlobChunk


class Urgency(IntEnum):
    NOTHING = 0
    LATER = 1
    """When `limits.FLUSH_INTERVAL` has passed from now."""
    SOON = 2
    """At once, or when `limits.FLUSH_INTERVAL` has passed since the last time."""
    NOW = 3


class Slot:
    """One output. `content` is what the room was not told yet."""

    __slots__ = ("content", "count", "display_id", "index", "kind", "size", "stream", "text")

    def __init__(self, index: int, kind: Literal["stream", "display", "result", "error"]) -> None:
        self.index = index
        """-1 once it was cleared."""
        self.kind = kind
        self.content: jupyter.Display | jupyter.Error | None = None
        self.display_id: str | None = None
        self.count: int | None = None
        self.size = 0
        """Bytes, as far as the room was told or will be."""
        self.stream = ""
        self.text: StreamText | None = None


class Blobs:
    """Collects the pieces of blobs, which must travel before the event that names them."""

    def __init__(self) -> None:
        self._pieces: list[Body] = []
        self.size = 0

    def put(self, data: bytes) -> BlobRef:
        name = ids.blob_hash(data)
        size = len(data)
        for offset in range(0, max(1, size), limits.BLOB_CHUNK):
            piece = data if size <= limits.BLOB_CHUNK else data[offset : offset + limits.BLOB_CHUNK]
            self._pieces.append(BlobChunk(hash=name, size=size, offset=offset, data=piece))
        self.size += size
        return BlobRef(blob=name, size=size)

    def before(self, event: ev.Event) -> Iterator[Body]:
        """The pieces, then the event."""
        pieces, self._pieces = self._pieces, []
        yield from pieces
        yield event


class Execution:
    def __init__(self, request: Execute) -> None:
        self.execution = request.execution
        self.cell = request.cell
        self.stop_on_error = request.stop_on_error
        self.finished = False
        self.failed = False
        """An error was shown."""
        self.count: int | None = None
        self.told_at = -1e9
        """By the teller's clock."""
        self.bytes = 0
        """Shown now."""
        self.total = 0
        """With all that was cleared and replaced."""
        self.dropped = 0
        self._dropped_told = 0
        self._count_told: int | None = None
        self._slots: list[Slot] = []
        self._told = 0
        self._changed: set[int] = set()
        self._latest: dict[str, Slot] = {}
        self._takes_turns = 0
        self._clear_next = False
        self._clear_untold = False

    # -- what the kernel says

    def counted(self, count: int | None) -> Urgency:
        self.count = count
        return Urgency.LATER

    def stream(self, name: str, text: str, *, full: bool) -> Urgency:
        if not text:
            return Urgency.NOTHING
        size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        self._clear_if_due()
        space = 0 if full else self._space()
        if size > space:
            kept = text.encode("utf-8", "replace")[: max(0, space)].decode("utf-8", "ignore")
            urgency = self._drop(size - len(kept.encode()))
            if not kept:
                return urgency
            text, size = kept, len(kept.encode())
        slot = self._stream_slot("stderr" if name == "stderr" else "stdout")
        assert slot.text is not None
        self._grow(slot, size)
        slot.text.feed(text)
        self._touch(slot)
        return Urgency.NOW if slot.text.untold > limits.FLUSH_CHARS else Urgency.SOON

    def add(
        self, kind: Literal["display", "result", "error"], content: jupyter.Display | jupyter.Error, *, full: bool
    ) -> tuple[Urgency, Slot | None]:
        """The slot is for later `replace`s; `None`: dropped."""
        if kind == "error":
            self.failed = True
        self._clear_if_due()
        if full or self._space() <= 0 or len(self._slots) >= limits.OUTPUTS_PER_EXECUTION:
            return self._drop(outputs.estimate(content)), None
        slot = Slot(len(self._slots), kind)
        slot.content = content
        if isinstance(content, jupyter.Display):
            slot.display_id = content.display_id
            slot.count = content.execution_count
        self._slots.append(slot)
        return (Urgency.SOON if self._clear_untold else Urgency.NOW), slot

    def replace(self, slot: Slot, content: jupyter.Display, *, full: bool) -> Urgency:
        """`update_display_data` for a slot of this execution."""
        if slot.index < 0:
            return Urgency.NOTHING
        if full or self._space() <= 0:
            return self._drop(outputs.estimate(content))
        slot.content = content
        self._touch(slot)
        return Urgency.SOON

    def clear(self, wait: bool) -> Urgency:
        if wait:
            self._clear_next = True
            return Urgency.NOTHING
        self._clear()
        return Urgency.SOON if self._clear_untold else Urgency.NOTHING

    # -- what the room is told

    def tell(self, *, last: bool = False) -> Iterator[Body]:
        """Piece by piece, so that much text is not in memory twice; to be read to its end at once.

        `last`: nothing may be kept back for later.
        """
        name = self.execution
        blobs = Blobs()
        if self._clear_untold:
            self._clear_untold = False
            yield ev.OutputsCleared(execution=name)
        if self.count is not None and self.count != self._count_told:
            self._count_told = self.count
            yield ev.Counted(execution=name, count=self.count)
        changed, self._changed = sorted(self._changed), set()
        for index in changed:
            slot = self._slots[index]
            if slot.text is not None:
                yield from self._tell_changes(slot, slot.text.changes(), blobs)
            elif slot.content is not None:
                output = self._output(slot, blobs)
                yield from blobs.before(ev.OutputReplaced(execution=name, index=index, output=output))
        for slot in self._slots[self._told :]:
            self._told += 1
            if slot.text is not None:
                yield from self._tell_new_stream(slot, slot.text, blobs)
            else:
                output = self._output(slot, blobs)
                yield from blobs.before(ev.OutputAdded(execution=name, index=slot.index, output=output))
        if self.dropped > self._dropped_told * (1 if last else 2):
            yield from self._tell_dropped()

    def forget_streams(self) -> None:
        """Text that comes later starts a new output. For executions that finished long ago."""
        self._latest.clear()
        for slot in self._slots:
            slot.text = None

    # -- inside

    def _touch(self, slot: Slot) -> None:
        if slot.index < self._told:
            self._changed.add(slot.index)

    def _space(self) -> int:
        return min(limits.EXECUTION_OUTPUT_BYTES - self.bytes, limits.EXECUTION_TOTAL_BYTES - self.total)

    def _grow(self, slot: Slot, size: int) -> None:
        slot.size += size
        self.bytes += size
        self.total += max(0, size)

    def _stream_slot(self, name: str) -> Slot:
        if self._slots and self._slots[-1].stream == name and self._slots[-1].text is not None:
            return self._slots[-1]
        known = self._latest.get(name)
        crowded = self._takes_turns >= limits.STREAM_OUTPUTS or len(self._slots) >= limits.OUTPUTS_PER_EXECUTION
        if known is not None and crowded:
            return known
        return self._new_stream_slot(name)

    def _new_stream_slot(self, name: str) -> Slot:
        slot = Slot(len(self._slots), "stream")
        slot.stream = name
        slot.text = StreamText()
        self._slots.append(slot)
        self._latest[name] = slot
        self._takes_turns += 1
        return slot

    def _clear_if_due(self) -> None:
        if self._clear_next:
            self._clear_next = False
            self._clear()

    def _clear(self) -> None:
        self._clear_untold = self._clear_untold or self._told > 0
        for slot in self._slots:
            slot.index = -1
        self._slots = []
        self.bytes = 0
        self._told = 0
        self._changed.clear()
        self._latest.clear()
        self._takes_turns = 0

    def _drop(self, size: int) -> Urgency:
        self.dropped += max(1, size)
        return Urgency.SOON if self.dropped > 2 * self._dropped_told else Urgency.NOTHING

    def _tell_dropped(self) -> Iterator[Body]:
        # The room books the number on the last stream output and would make one where there is none.
        if not any(slot.kind == "stream" for slot in self._slots):
            slot = self._new_stream_slot("stderr")
            self._told = len(self._slots)
            yield ev.OutputAdded(execution=self.execution, index=slot.index, output=StreamOutput(name="stderr"))
        self._dropped_told = self.dropped
        yield ev.OutputDropped(execution=self.execution, dropped=self.dropped)

    def _tell_new_stream(self, slot: Slot, text: StreamText, blobs: Blobs) -> Iterator[Body]:
        changes = text.changes()
        first = next(changes, None)
        # The first change of a text that nobody knows is a patch of nothing, unless there is no text at all.
        shown = first.text if isinstance(first, Patch) else ""
        output = StreamOutput(name=slot.stream, text=shown)
        yield ev.OutputAdded(execution=self.execution, index=slot.index, output=output)
        yield from self._tell_changes(slot, changes, blobs)

    def _tell_changes(self, slot: Slot, changes: Iterable[Patch | Seal], blobs: Blobs) -> Iterator[Body]:
        for change in changes:
            if isinstance(change, Patch):
                yield ev.StreamPatched(execution=self.execution, index=slot.index, at=change.at, text=change.text)
            else:
                part = blobs.put(change.data)
                event = ev.StreamSealed(execution=self.execution, index=slot.index, chars=change.chars, part=part)
                yield from blobs.before(event)

    def _output(self, slot: Slot, blobs: Blobs) -> Output:
        content, slot.content = slot.content, None
        self.bytes -= slot.size
        slot.size = 0
        if isinstance(content, jupyter.Error):
            self._grow(slot, outputs.estimate(content))
            return outputs.error(content, blobs.put)
        assert content is not None
        before = blobs.size
        data = outputs.bundle(content.data, blobs.put)
        inline = sum(len(value) for value in data.values() if isinstance(value, str))
        self._grow(slot, blobs.size - before + inline)
        metadata: dict[str, Any] = outputs.metadata(content.metadata)
        if slot.kind == "result":
            return ResultOutput(data=data, metadata=metadata, count=slot.count, display_id=slot.display_id)
        return DisplayOutput(data=data, metadata=metadata, display_id=slot.display_id)
