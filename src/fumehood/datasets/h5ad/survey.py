"""A look over a whole file before any of it is interpreted: an honest dataset has no way out, and one is enough.

Links are listed, never followed; every object is visited once by its address, so that groups which contain themselves
end the walk like any other. Arrays are asked how they are stored, not for their values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded
from fumehood.datasets.h5ad import checks, links

if TYPE_CHECKING:
    import h5py


def survey(root: h5py.h5g.GroupID) -> None:
    import h5py

    waiting: list[tuple[h5py.h5g.GroupID, str, int]] = [(root, "", 0)]
    seen = {h5py.h5o.get_info(root).addr}
    while waiting:
        group, place, depth = waiting.pop()
        for name in names(group, place):
            inside = f"{place}/{name.decode('utf-8', 'replace')}" if place else name.decode("utf-8", "replace")
            if links.kind(group, name, inside) != links.HARD:
                continue
            try:
                found = h5py.h5o.open(group, name)
                address = h5py.h5o.get_info(found).addr
            except (OSError, RuntimeError, ValueError, KeyError) as error:
                raise DatasetMemberUnreadable(f"{inside} cannot be read: it is damaged.", place=inside) from error
            if address in seen:
                continue
            seen.add(address)
            if len(seen) > limits.DATASET_OBJECTS:
                raise LimitExceeded(f"The file has more than {limits.DATASET_OBJECTS:,} groups and arrays.")
            if isinstance(found, h5py.h5d.DatasetID):
                checks.outside(found, inside)
            elif isinstance(found, h5py.h5g.GroupID):
                if depth == limits.DATASET_DEPTH:
                    raise LimitExceeded(f"{inside} lies in {depth:,} groups.", place=inside)
                waiting.append((found, inside, depth + 1))


def names(group: h5py.h5g.GroupID, place: str) -> list[bytes]:
    """Of the members, as they are stored, not one of them followed."""
    try:
        count = group.get_num_objs()
        if count > limits.DATASET_MEMBERS:
            raise LimitExceeded(f"{place or '/'} has {count:,} members; {limits.DATASET_MEMBERS:,} are looked at.")
        found: list[bytes] = []
        group.links.iterate(lambda name, *_: found.append(bytes(name)))
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise DatasetMemberUnreadable(f"{place or '/'} cannot be read: it is damaged.", place=place) from error
    return found
