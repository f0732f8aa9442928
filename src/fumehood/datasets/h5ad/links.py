"""What a name in a group leads to, found without going there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, DatasetReachesOut, LimitExceeded

if TYPE_CHECKING:
    import h5py

HARD, SOFT, EXTERNAL = 0, 1, 64


def kind(group: h5py.h5g.GroupID, name: bytes, place: str) -> int | None:
    """HARD or SOFT; None where there is no such name; a link that leaves the file is refused."""
    if len(name) > limits.DATASET_NAME:
        raise LimitExceeded(f"The name of {place[:80]!r} has {len(name):,} bytes.")
    try:
        if not group.links.exists(name):
            return None
        found = int(group.links.get_info(name).type)
        file = group.links.get_val(name)[0] if found == EXTERNAL else b""
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise DatasetMemberUnreadable(f"{place} cannot be read: it is damaged.", place=place) from error
    if found == EXTERNAL:
        raise DatasetReachesOut(
            f"{place} is a link into another file, {file.decode('utf-8', 'replace')[:200]!r}.",
            place=place,
            kind="external link",
        )
    if found not in (HARD, SOFT):
        raise DatasetReachesOut(f"{place} is a link of a kind that a plugin defines.", place=place, kind="user link")
    return found


def steps(group: h5py.h5g.GroupID, name: bytes, place: str) -> list[bytes]:
    """Where a soft link leads, name by name; an empty one first where it starts at the root."""
    try:
        target = bytes(group.links.get_val(name))
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise DatasetMemberUnreadable(f"{place} cannot be read: it is damaged.", place=place) from error
    found = [step for step in target.split(b"/") if step not in (b"", b".")]
    if len(found) > limits.DATASET_DEPTH:
        raise DatasetMemberUnreadable(f"{place} is a link to a place too deep.", place=place)
    return [b"", *found] if target.startswith(b"/") else found
