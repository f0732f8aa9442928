"""Blobs that live in memory and go with their kernel: buffers of widgets, a gene's values on their way to a viewer.

Bounded twice: each owner loses its own oldest ones first, so that one kernel's flood cannot push out another's; over
the sum of all, the owner with the most loses its oldest. Every method may be called from any thread.
"""

from __future__ import annotations

import threading

from fumehood.core import limits
from fumehood.core.ids import BlobHash


class EphemeralBlobs:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, dict[BlobHash, bytes]] = {}
        """By owner, oldest first."""
        self._held: dict[str, int] = {}
        """Bytes by owner."""
        self._owners: dict[BlobHash, set[str]] = {}

    def put(self, owner: str, name: BlobHash, data: bytes) -> None:
        """A blob over the owner's bound is not kept at all."""
        with self._lock:
            self._remove(owner, name)
            if len(data) > limits.EPHEMERAL_BLOBS_OF_OWNER:
                return
            self._of.setdefault(owner, {})[name] = data
            self._held[owner] = self._held.get(owner, 0) + len(data)
            self._owners.setdefault(name, set()).add(owner)
            while self._held[owner] > limits.EPHEMERAL_BLOBS_OF_OWNER:
                self._remove(owner, next(iter(self._of[owner])))
            while sum(self._held.values()) > limits.EPHEMERAL_BLOBS:
                largest = max(self._held, key=self._held.__getitem__)
                self._remove(largest, next(iter(self._of[largest])))

    def get(self, name: BlobHash) -> bytes | None:
        with self._lock:
            for owner in self._owners.get(name, ()):
                return self._of[owner][name]
        return None

    def drop(self, owner: str) -> None:
        with self._lock:
            for name in list(self._of.get(owner, ())):
                self._remove(owner, name)

    def held(self) -> int:
        """Bytes of all owners."""
        with self._lock:
            return sum(self._held.values())

    def _remove(self, owner: str, name: BlobHash) -> None:
        data = self._of.get(owner, {}).pop(name, None)
        if data is None:
            return
        self._held[owner] -= len(data)
        if not self._of[owner]:
            del self._of[owner], self._held[owner]
        self._owners[name].discard(owner)
        if not self._owners[name]:
            del self._owners[name]
