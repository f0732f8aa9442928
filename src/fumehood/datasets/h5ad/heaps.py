"""The heaps in which texts of any length lie, looked over before HDF5 reads one.

HDF5 walks a heap from object to object by the sizes in it. An object that comes to no size at all keeps it there for
ever, with the lock of the interpreter. So each heap is walked here first, many at once, and only once.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable

if TYPE_CHECKING:
    from typing import Any

    import h5py
    import numpy as np
    from numpy.typing import NDArray

_HEAD, _OBJECT = 16, 16
_LARGEST = 16 * limits.MIB
_TOGETHER = 1_024


class Heaps:
    """Of one file. Addresses are those in the file's own words, without what lies before its beginning."""

    def __init__(self, file: h5py.h5f.FileID) -> None:
        self._file, self._base = file, int(file.get_create_plist().get_userblock())
        self._lock = threading.Lock()
        self._known: set[int] = set()

    def look(self, addresses: NDArray[np.uint64], place: str) -> None:
        """Refuses what HDF5 would not come back from. 0 is the address of no text at all."""
        import numpy as np

        wanted = {int(address) for address in np.unique(addresses)} - {0}
        with self._lock:
            new = sorted(wanted - self._known)
        for start in range(0, len(new), _TOGETHER):
            part = new[start : start + _TOGETHER]
            if not self._sound(part):
                raise DatasetMemberUnreadable(f"The texts of {place} are damaged.", place=place)
            with self._lock:
                self._known.update(part)

    def _sound(self, addresses: list[int]) -> bool:
        import numpy as np

        descriptor = self._file.get_vfd_handle()
        pieces, begins, ends, at = [], [], [], 0
        for address in addresses:
            if address >= 2**62:
                return False
            head = os.pread(descriptor, _HEAD, self._base + address)
            size = int.from_bytes(head[8:16], "little")
            if head[:5] != b"GCOL\1" or not _HEAD + _OBJECT <= size <= _LARGEST:
                return False
            raw = os.pread(descriptor, size, self._base + address)
            if len(raw) != size:
                return False
            size -= size % 8
            pieces.append(raw[:size])
            begins.append(at + _HEAD)
            at += size
            ends.append(at)
        words = np.frombuffer(b"".join(pieces), "<u8")
        return _walked(words, np.array(begins, np.int64), np.array(ends, np.int64))


def _walked(words: NDArray[Any], here: NDArray[np.int64], ends: NDArray[np.int64]) -> bool:
    """All heaps at once, one object each at a time; each step goes on by at least one object."""
    import numpy as np

    while True:
        left = here + _OBJECT <= ends
        here, ends = here[left], ends[left]
        if not here.size:
            return True
        number = words[here // 8] & np.uint64(0xFFFF)
        size = words[here // 8 + 1]
        if (size > np.uint64(_LARGEST)).any():
            return False
        length = size.astype(np.int64)
        need = np.where(number > 0, _OBJECT + (length + 7) // 8 * 8, length)
        if (need < _OBJECT).any() or (need % 8 != 0).any() or (here + need > ends).any():
            return False
        here = here + need
