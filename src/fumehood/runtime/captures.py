"""Output widgets: areas that catch what is printed and displayed while they say so.

Pure. While the trait `msg_id` of an `OutputModel` names a request, the outputs of that request belong into its trait
`outputs` and not below the cell; in Jupyter every page does that by itself, here it is done once, before anybody
looks. The latest area that named a request catches, so they nest. An area that is full catches nothing more: the rest
goes below the cell, where it is bounded otherwise, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fumehood.core import limits
from fumehood.runtime import jupyter, outputs
from fumehood.runtime.streams import StreamText

MODEL = "OutputModel"


class Entry:
    """One output in an area: a dictionary of nbformat, or a stream that still grows."""

    __slots__ = ("display_id", "name", "output", "size", "text")

    def __init__(self, output: dict[str, Any], size: int, display_id: str | None = None) -> None:
        self.output = output
        self.size = size
        self.display_id = display_id
        self.name = ""
        self.text: StreamText | None = None

    def nbformat(self) -> dict[str, Any]:
        if self.text is None:
            return self.output
        return {"output_type": "stream", "name": self.name, "text": self.text.text}


class Held:
    """How much all areas hold together."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        self.size = 0


class Capture:
    def __init__(self, comm: str, all: Held) -> None:
        self.comm = comm
        self.request = ""
        self._all = all
        self._entries: list[Entry] = []
        self._size = 0
        self._clear_next = False

    def stream(self, name: str, text: str) -> bool:
        """False: it is full."""
        size = len(text)
        if not self._fits(size):
            return False
        last = self._entries[-1] if self._entries else None
        if last is None or last.text is None or last.name != name:
            last = Entry({}, 0)
            last.name, last.text = name, StreamText()
            self._entries.append(last)
        assert last.text is not None
        last.text.feed(text)
        last.size += size
        self._grow(size)
        return True

    def display(self, content: jupyter.Display, kind: str) -> bool:
        size = outputs.estimate(content)
        if not self._fits(size):
            return False
        output: dict[str, Any] = {
            "output_type": kind,
            "data": content.data,
            "metadata": outputs.metadata(content.metadata),
        }
        if kind == "execute_result":
            output["execution_count"] = content.execution_count
        self._append(Entry(output, size, content.display_id))
        return True

    def error(self, content: jupyter.Error) -> bool:
        size = outputs.estimate(content)
        if not self._fits(size):
            return False
        output = {
            "output_type": "error",
            "ename": content.ename,
            "evalue": content.evalue,
            "traceback": content.traceback,
        }
        self._append(Entry(output, size))
        return True

    def replace(self, display_id: str, content: jupyter.Display) -> bool:
        """`update_display_data`; whether this area shows that id."""
        found = [entry for entry in self._entries if entry.display_id == display_id]
        for entry in found:
            growth = outputs.estimate(content) - entry.size
            if growth > 0 and not self._has_space(growth):
                continue
            metadata = outputs.metadata(content.metadata)
            entry.output = {**entry.output, "data": content.data, "metadata": metadata}
            entry.size += growth
            self._grow(growth)
        return bool(found)

    def clear(self, wait: bool) -> None:
        if wait:
            self._clear_next = True
        else:
            self.empty()

    def outputs(self) -> list[dict[str, Any]]:
        """The trait."""
        return [entry.nbformat() for entry in self._entries]

    def assign(self, found: list[Any]) -> None:
        """The kernel set the trait itself. Of what is over the bounds, nothing is kept here."""
        self.empty()
        for output in found:
            if isinstance(output, dict) and self._fits(size := _size_of(output)):
                self._append(Entry(output, size))

    def _append(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._grow(entry.size)

    def _grow(self, size: int) -> None:
        self._size += size
        self._all.size += size

    def _has_space(self, size: int) -> bool:
        return self._size + size <= limits.CAPTURE_BYTES and self._all.size + size <= limits.CAPTURES_BYTES

    def _fits(self, size: int) -> bool:
        if self._clear_next:
            self.empty()
        return self._has_space(size) and len(self._entries) < limits.OUTPUTS_PER_EXECUTION

    def empty(self) -> None:
        self._clear_next = False
        self._entries = []
        self._grow(-self._size)


def _size_of(output: Mapping[str, Any]) -> int:
    return outputs.estimate(jupyter.Display(data=dict(output)))


class Captures:
    """All areas of a kernel, and which request each catches now."""

    def __init__(self) -> None:
        self._areas: dict[str, Capture] = {}
        self._catching: dict[str, list[Capture]] = {}
        self._held = Held()

    def opened(self, comm: str, state: Any) -> None:
        self.closed(comm)
        if isinstance(state, dict) and state.get("_model_name") == MODEL and len(self._areas) < limits.COMMS:
            self._areas[comm] = Capture(comm, self._held)
            self.updated(comm, state)

    def updated(self, comm: str, state: Any) -> None:
        """The kernel changed traits of a widget."""
        area = self._areas.get(comm)
        if area is None or not isinstance(state, dict):
            return
        if "outputs" in state:
            area.assign(state["outputs"] if isinstance(state["outputs"], list) else [])
        request = state.get("msg_id", area.request)
        if isinstance(request, str) and request != area.request:
            self._release(area)
            area.request = request
            if request:
                self._catching.setdefault(request, []).append(area)

    def closed(self, comm: str) -> None:
        area = self._areas.pop(comm, None)
        if area is not None:
            self._release(area)
            area.empty()

    def clear(self) -> None:
        self._areas.clear()
        self._catching.clear()
        self._held = Held()

    def of(self, request: str) -> Capture | None:
        """The area that catches what this request says."""
        areas = self._catching.get(request)
        return areas[-1] if areas else None

    def showing(self, display_id: str, content: jupyter.Display) -> list[Capture]:
        """The areas in which a display was replaced."""
        return [area for area in self._areas.values() if area.replace(display_id, content)]

    def _release(self, area: Capture) -> None:
        areas = self._catching.get(area.request)
        if areas is not None and area in areas:
            areas.remove(area)
            if not areas:
                del self._catching[area.request]
        area.request = ""
