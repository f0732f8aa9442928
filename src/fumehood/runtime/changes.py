"""What the traits of widgets have become since the room was told last: of each trait the latest value, and no other.

Pure; `widgets` says when the room is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fumehood.runtime.comms import Path, by_path


class Trait:
    __slots__ = ("buffers", "has_value", "value")

    def __init__(self) -> None:
        self.has_value = False
        """A trait that is a buffer as a whole has none."""
        self.value: Any = None
        self.buffers: dict[Path, bytes] = {}


class Changes:
    def __init__(self) -> None:
        self._of: dict[str, dict[str, Trait]] = {}
        """By comm and trait, in the order of their first change."""
        self.bytes = 0
        """Of binary values."""

    def __len__(self) -> int:
        return len(self._of)

    def add(self, comm: str, state: dict[str, Any], paths: Any, buffers: Sequence[bytes]) -> None:
        traits = self._of.setdefault(comm, {})
        changed = {name: Trait() for name in state}
        for name, value in state.items():
            changed[name].has_value, changed[name].value = True, value
        for path, buffer in by_path(paths, buffers).items():
            changed.setdefault(str(path[0]), Trait()).buffers[path] = buffer
        for name, trait in changed.items():
            if (old := traits.get(name)) is not None:
                self.bytes -= sum(map(len, old.buffers.values()))
            self.bytes += sum(map(len, trait.buffers.values()))
            traits[name] = trait

    def take(self) -> dict[str, dict[str, Trait]]:
        taken, self._of, self.bytes = self._of, {}, 0
        return taken
