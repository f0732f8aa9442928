"""What a page said, as hooks and waiting code get it. The cells of a selection are unpacked, and their names read from
the dataset, when somebody looks at them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from fumehood.protocol.viewer import Cells
from fumehood.viewer import cells as sets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.viewer.names import Names

Kind = Literal["ready", "selection", "hover", "click", "state", "group", "message", "trouble", "left"]
KINDS: tuple[Kind, ...] = ("ready", "selection", "hover", "click", "state", "group", "message", "trouble", "left")
REPLACED: Final[frozenset[str]] = frozenset({"hover", "state"})
"""Of these only the last that was not looked at yet counts."""


@dataclass(frozen=True)
class Event:
    page: str
    """Which display said it."""


@dataclass(frozen=True)
class Ready(Event):
    n_cells: int
    dimensions: int
    embedding: str


@dataclass(frozen=True, eq=False)
class CellSet(Event):
    """Some of the dataset's cells."""

    packed: Cells = field(repr=False)
    data: bytes = field(repr=False)
    n_cells: int = field(repr=False)
    named: Names = field(repr=False)

    @property
    def count(self) -> int:
        return self.packed.count

    def __len__(self) -> int:
        return self.packed.count

    @cached_property
    def cells(self) -> NDArray[np.uint32]:
        """Their places in the dataset, ascending."""
        return sets.unpack(self.packed, self.data, self.n_cells)

    @cached_property
    def obs_names(self) -> list[str]:
        return self.named.of(self.cells)

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """A boolean for each cell of the dataset: `adata[selection.mask]`."""
        import numpy as np

        found = np.zeros(self.n_cells, dtype=np.bool_)
        found[self.cells] = True
        return found


@dataclass(frozen=True, eq=False)
class Selection(CellSet):
    source: str
    """`rectangle`, `lasso`, …; `clear` where the person took the selection back."""

    def __repr__(self) -> str:
        return f"Selection({self.count:,} of {self.n_cells:,} cells, by {self.source or 'the page'})"


@dataclass(frozen=True, eq=False)
class Group(CellSet):
    """Cells that the person keeps under a name."""

    id: str
    name: str
    color: str
    how: dict[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        return f"Group({self.name!r}, {self.count:,} of {self.n_cells:,} cells)"


@dataclass(frozen=True)
class GroupGone(Event):
    id: str


@dataclass(frozen=True)
class Hover(Event):
    cell: int | None
    position: tuple[float, float, float] | None
    named: Names = field(repr=False, compare=False)

    @property
    def obs_name(self) -> str | None:
        return None if self.cell is None else _name(self.named, self.cell)


@dataclass(frozen=True)
class Click(Event):
    cell: int | None
    button: int
    shift: bool
    ctrl: bool
    alt: bool
    named: Names = field(repr=False, compare=False)

    @property
    def obs_name(self) -> str | None:
        return None if self.cell is None else _name(self.named, self.cell)


@dataclass(frozen=True)
class State(Event):
    state: dict[str, Any]


@dataclass(frozen=True)
class Message(Event):
    """What no other event is."""

    name: str
    data: Any


@dataclass(frozen=True)
class Trouble(Event):
    text: str
    level: str


@dataclass(frozen=True)
class Left(Event):
    pass


def _name(names: Names, cell: int) -> str:
    import numpy as np

    return names.of(np.array([cell], np.uint32))[0]
