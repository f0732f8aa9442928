"""What an execution gave, as a value: nbformat-like outputs and the few things that a program asks of them first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fumehood.core.errors import CellFailed, KernelDied, RunCancelled
from fumehood.protocol.outputs import BlobRef, Output, StreamOutput


@dataclass(frozen=True, slots=True)
class CellError:
    """The exception that a cell raised."""

    name: str
    value: str
    traceback: tuple[str, ...]
    """Lines as the kernel formatted them, with ANSI colours."""

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


@dataclass(frozen=True, slots=True)
class Result:
    """One finished execution of one cell."""

    cell: str
    execution: str
    status: str
    """`ok`, `error`, `cancelled` or `lost` (the kernel or the runtime died under it)."""
    count: int | None
    """The number in `In [n]`."""
    started: float | None
    finished: float | None
    """Seconds since the epoch."""
    outputs: list[dict[str, Any]] = field(repr=False)
    """As in an nbformat 4.5 file: images are base64, JSON is parsed, text is one string."""

    @property
    def ok(self) -> bool:
        return self.status == "ok"

    @property
    def duration(self) -> float | None:
        """Seconds in the kernel."""
        if self.started is None or self.finished is None:
            return None
        return self.finished - self.started

    @property
    def stdout(self) -> str:
        return self._stream("stdout")

    @property
    def stderr(self) -> str:
        return self._stream("stderr")

    def _stream(self, name: str) -> str:
        return "".join(text_of(one["text"]) for one in self.outputs if _is_stream(one, name))

    @property
    def data(self) -> dict[str, Any]:
        """MIME type to content of the cell's value (the last `execute_result`); empty if it has none."""
        for one in reversed(self.outputs):
            if one["output_type"] == "execute_result":
                found: dict[str, Any] = one["data"]
                return found
        return {}

    @property
    def value(self) -> str | None:
        """The cell's value as plain text: its `repr` in Python."""
        text = self.data.get("text/plain")
        return None if text is None else text_of(text)

    @property
    def text(self) -> str:
        """Everything that has a text, in order: what was printed, displays and the value as plain text."""
        parts: list[str] = []
        for one in self.outputs:
            if one["output_type"] == "stream":
                parts.append(text_of(one["text"]))
            elif "text/plain" in one.get("data", {}):
                parts.append(text_of(one["data"]["text/plain"]) + "\n")
        return "".join(parts)

    @property
    def error(self) -> CellError | None:
        for one in reversed(self.outputs):
            if one["output_type"] == "error":
                return CellError(one["ename"], one["evalue"], tuple(one["traceback"]))
        return None

    def raise_for_error(self) -> Result:
        """The result itself if it is `ok`. Raises `CellFailed`, `RunCancelled` or `KernelDied`."""
        if self.status == "ok":
            return self
        if self.status == "cancelled":
            raise RunCancelled(f"Cell {self.cell} was cancelled.", cell=self.cell)
        if self.status == "lost":
            raise KernelDied(f"The kernel died while cell {self.cell} ran.", cell=self.cell)
        error = self.error
        said = "an error" if error is None else str(error)
        raise CellFailed(f"Cell {self.cell} raised {said}.", cell=self.cell)


def _is_stream(output: dict[str, Any], name: str) -> bool:
    return bool(output["output_type"] == "stream" and output["name"] == name)


def text_of(value: str | list[str]) -> str:
    """nbformat allows a list of lines wherever it allows a text."""
    return value if isinstance(value, str) else "".join(value)


def blobs_of(output: Output) -> Iterator[BlobRef]:
    """Every blob that the output needs to be whole."""
    if isinstance(output, StreamOutput):
        yield from output.parts
        return
    contents: list[Any] = []
    for name in ("data", "traceback", "json"):
        found = getattr(output, name, None)
        contents += list(found.values()) if isinstance(found, dict) else found if isinstance(found, tuple) else [found]
    yield from (one for one in contents if isinstance(one, BlobRef))
