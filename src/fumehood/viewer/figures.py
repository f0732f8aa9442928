"""Figures that a page drew: of the person's own making, and those that Python asked for.

What comes is a stranger's bytes: they are weighed, must begin as what they say they are, and are shown nowhere but
where the user puts them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from fumehood.core import limits
from fumehood.core.errors import BadMessage, FileChanged, LimitExceeded
from fumehood.protocol import viewer as wire
from fumehood.store.failures import storage_failed

ContentType = Literal["image/png", "image/svg+xml"]
_BEGINS: Final[dict[str, bytes]] = {"image/png": b"\x89PNG\r\n\x1a\n", "image/svg+xml": b"<?xml "}
_KEPT: Final = 8


@dataclass(frozen=True)
class Figure:
    """`data` is the file's content; a PNG shows itself in a notebook."""

    content_type: ContentType
    data: bytes = field(repr=False)

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Raises `FileChanged` where a file is, unless `overwrite`; `StorageFailed`."""
        target = Path(path).expanduser()
        try:
            with target.open("wb" if overwrite else "xb") as file:
                file.write(self.data)
        except FileExistsError as error:
            raise FileChanged(
                f"{target} is there already.", hint="Save under another name, or say overwrite=True."
            ) from error
        except OSError as error:
            raise storage_failed(f"{target} could not be written", error) from error
        return target

    def _repr_png_(self) -> bytes | None:
        return self.data if self.content_type == "image/png" else None


def checked(event: wire.Figure, buffers: Sequence[bytes | memoryview]) -> Figure:
    """Raises `BadMessage`, `LimitExceeded`."""
    if len(buffers) != 1:
        raise BadMessage("A figure is one buffer.")
    if len(buffers[0]) > limits.VIEWER_FIGURE:
        raise LimitExceeded(f"A figure may have {limits.VIEWER_FIGURE} bytes.")
    data = bytes(buffers[0])
    if not data.startswith(_BEGINS[event.content_type]):
        raise BadMessage("The figure is not what it says it is.")
    return Figure(event.content_type, data)


class Asked:
    """Figures by the command that asked for them, until they are taken; only what was asked for is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[int, Figure | None] = {}

    def expect(self, id: int) -> None:
        with self._lock:
            self._found[id] = None
            while len(self._found) > _KEPT:
                del self._found[next(iter(self._found))]

    def keep(self, id: int, figure: Figure) -> None:
        with self._lock:
            if id in self._found:
                self._found[id] = figure

    def take(self, id: int) -> Figure | None:
        with self._lock:
            return self._found.pop(id, None)
