"""Whether a session lies right on a dataset: by the names of its rows where they are known, else by their number.

The same number of cells says little: rows that were sorted anew have it too, and every label would be on another cell.
So the digest of the names is compared; where the rows have moved, the names that the session brought (or that the user
gives) find them again, and who is missing is told. What could not be checked is said, never passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from fumehood.core.errors import SessionUnreadable
from fumehood.datasets.sessions.manifest import Orders
from fumehood.datasets.sessions.orders import digest_of_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fumehood.datasets.sessions.session import Session

How = Literal["order", "names", "number", "none"]
SHOWN: Final = 20
_WORDS: Final = {"obs": ("cells", "cellCount"), "var": ("genes", "varCount")}


class Subject:
    """What a session is drawn on or applied to."""

    def __init__(self, kind: str, id: str | None, cells: Sequence[str], genes: Sequence[str]) -> None:
        self.kind, self.id = kind, id
        self._cells, self._genes = cells, genes

    @classmethod
    def of(cls, data: Any) -> Subject:
        """Of an AnnData, an opened dataset or another subject."""
        if isinstance(data, Subject):
            return data
        if hasattr(data, "obs_names"):
            return cls("anndata", None, _texts(data.obs_names), _texts(data.var_names))
        return cls(data.kind, data.id, _texts(data.cell_names()), _texts(data.gene_names()))

    def cell_names(self) -> Sequence[str]:
        return self._cells

    def gene_names(self) -> Sequence[str]:
        return self._genes


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """How the rows of a session lie in the data, for one axis."""

    how: How
    problem: str = ""
    """Why nothing of the session can be put on this axis (`how` is "none")."""
    unchecked: str = ""
    take: Any = None
    """For each row of the data its row in the session, -1 where it has none; None where both have one order."""
    length: int = 0
    """Rows of the session."""
    missing: tuple[str, ...] = ()
    """Some of the session's rows that the data does not have."""
    missing_count: int = 0
    new_count: int = 0
    """Rows of the data that the session does not know."""

    def mask(self, indices: NDArray[Any]) -> NDArray[Any]:
        """Which rows of the data these rows of the session are."""
        import numpy as np

        mask = np.zeros(self.length, bool)
        mask[indices] = True
        return mask if self.take is None else np.where(self.take >= 0, mask[self.take], False)

    def codes(self, codes: NDArray[Any], categories: int) -> NDArray[Any]:
        """Codes for the rows of the data; -1 where the session has none or one without a category."""
        import numpy as np

        wide = np.where(codes < (categories or 2**31), codes, 0).astype(np.int32)
        wide[codes >= (categories or 2**31)] = -1
        return wide if self.take is None else np.where(self.take >= 0, wide[self.take], -1).astype(np.int32)


def match(session: Session, axis: Literal["obs", "var"], here: Sequence[str], given: Sequence[str] | None) -> Rows:
    """`given`: the names of the session's rows, from the user; else those that it brought."""
    rows, key = _WORDS[axis]
    count = session.fingerprint.cell_count if axis == "obs" else session.fingerprint.var_count
    own = session.fingerprint.fumehood or Orders()
    said = own.cells if axis == "obs" else own.genes
    if count is None:
        return Rows(how="none", problem=f"the session does not say how many {rows} it was drawn on ({key})")
    if given is not None and len(given) != count:
        return Rows(how="none", problem=f"{len(given)} names were given for the session's {count} {rows}")
    if said is not None:
        if given is not None and digest_of_names(given) != said:
            return Rows(how="none", problem=f"the given names are not those of the session's {rows}")
        if count == len(here) and digest_of_names(here) == said:
            return Rows(how="order", length=count)
    there = given
    if there is None:
        try:
            there = session.names(axis)
        except SessionUnreadable as error:
            return Rows(how="none", problem=error.message)
    if there is not None:
        return _by_name(rows, there, here)
    if count != len(here):
        return Rows(how="none", problem=f"{key} {count} of the session is not the data's {len(here)}")
    if said is not None:
        return Rows(
            how="none",
            problem=f"the data's {rows} are others than the session's, or lie in another order",
        )
    return Rows(
        how="number",
        length=count,
        unchecked=f"whether the {rows} lie in the session's order: it has no digest of their names",
    )


def _by_name(rows: str, there: Sequence[str], here: Sequence[str]) -> Rows:
    import numpy as np

    if len(there) == len(here) and all(one == other for one, other in zip(there, here, strict=True)):
        return Rows(how="order", length=len(there))
    known = {name: place for place, name in enumerate(there)}
    take = np.fromiter((known.get(name, -1) for name in here), np.int64, len(here))
    found = take[take >= 0]
    if not len(found):
        return Rows(how="none", problem=f"none of the session's {rows} is in the data")
    for whose, distinct in (("session's", len(known) == len(there)), ("data's", len(np.unique(found)) == len(found))):
        if not distinct:
            return Rows(how="none", problem=f"the {rows} lie in another order, and the {whose} names are not unique")
    gone = np.ones(len(there), bool)
    gone[found] = False
    places = np.flatnonzero(gone)
    return Rows(
        how="names",
        take=take,
        length=len(there),
        missing=tuple(there[int(at)] for at in places[:SHOWN]),
        missing_count=len(places),
        new_count=int((take < 0).sum()),
    )


def _texts(found: Any) -> list[str]:
    return [str(one) for one in found]
