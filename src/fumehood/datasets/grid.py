"""Which chunks a part of an array lies in. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded

Parts = tuple[slice, ...]


def bounds(shape: tuple[int, ...], ranges: tuple[slice, ...], place: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Start and count on each axis; a range that lies outside is a defect of the caller or of the file."""
    if len(ranges) != len(shape):
        raise DatasetMemberUnreadable(f"{place} has {len(shape)} axes, not {len(ranges)}.", place=place)
    for one, length in zip(ranges, shape, strict=True):
        if not 0 <= one.start <= one.stop <= length:
            raise DatasetMemberUnreadable(f"{place} has no values {one.start} to {one.stop}.", place=place)
    return tuple(one.start for one in ranges), tuple(one.stop - one.start for one in ranges)


def cover(
    start: tuple[int, ...], count: tuple[int, ...], chunks: tuple[int, ...], place: str
) -> Iterator[tuple[tuple[int, ...], Parts, Parts]]:
    """The number of each chunk on every axis, the part inside of it, and where that goes in the result."""
    axes = [
        range(first // length, (first + many - 1) // length + 1) if many else range(0)
        for first, many, length in zip(start, count, chunks, strict=True)
    ]
    if math.prod(map(len, axes)) > limits.DATASET_CHUNKS:
        raise LimitExceeded(f"{place} is cut into too many chunks to be read at once.", place=place)
    for index in itertools.product(*axes):
        inside, into = [], []
        for number, first, many, length in zip(index, start, count, chunks, strict=True):
            low = number * length
            begin, end = max(first, low), min(first + many, low + length)
            inside.append(slice(begin - low, end - low))
            into.append(slice(begin - first, end - first))
        yield index, tuple(inside), tuple(into)
