"""The hosts that a person let outputs of one notebook reach, kept in this user's own store and nowhere else.

Bound to the notebook's room and to its canonical path: a copy, a moved file and a room that was forgotten begin with
none. What they are worth is decided by `policy.merging`, under the machine's cap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from fumehood.core import limits
from fumehood.core.errors import HoodError, LimitExceeded
from fumehood.protocol.base import Message, decode_json, encode_json
from fumehood.protocol.policy import AllowedHost
from fumehood.store.journal import Journal
from fumehood.store.operations import PutValue

_KEY: Final = "policy.allowed"


class OfNotebook(Message, frozen=True):
    room: str
    path: str
    hosts: tuple[AllowedHost, ...]


class Allowances:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: tuple[OfNotebook, ...] | None = None
        self._changing = asyncio.Lock()

    async def of(self, room: str, path: str) -> tuple[AllowedHost, ...]:
        """Raises StorageFailed."""
        for one in await self._all():
            if (one.room, one.path) == (room, path):
                return one.hosts
        return ()

    async def allow(self, room: str, path: str, host: AllowedHost) -> None:
        """Raises LimitExceeded, StorageFailed."""
        async with self._changing:
            hosts = await self.of(room, path)
            if host in hosts:
                return
            if len(hosts) >= limits.POLICY_ALLOWED:
                raise LimitExceeded(f"A notebook may be allowed {limits.POLICY_ALLOWED} hosts.", hint="Take some back.")
            await self._put(OfNotebook(room, path, (*hosts, host)))

    async def revoke(self, room: str, path: str, host: AllowedHost) -> None:
        """Raises StorageFailed."""
        async with self._changing:
            hosts = await self.of(room, path)
            await self._put(OfNotebook(room, path, tuple(one for one in hosts if one != host)))

    async def _put(self, changed: OfNotebook) -> None:
        """Also in the place of what another room had at that path, or the room at another path."""
        others = [one for one in await self._all() if one.room != changed.room and one.path != changed.path]
        await self._keep([changed, *others] if changed.hosts else others)

    async def _keep(self, notebooks: Sequence[OfNotebook]) -> None:
        kept = tuple(notebooks[: limits.POLICY_NOTEBOOKS])
        await self._journal.write(PutValue(key=_KEY, value=encode_json(kept)))
        self._known = kept

    async def _all(self) -> tuple[OfNotebook, ...]:
        """The one that was changed last comes first."""
        if self._known is None:
            kept = await asyncio.to_thread(self._journal.value, _KEY)
            if self._known is None:
                self._known = _read(kept)
        return self._known


def _read(kept: bytes | None) -> tuple[OfNotebook, ...]:
    try:
        return () if kept is None else tuple(decode_json(kept, list[OfNotebook]))
    except HoodError:  # a newer version's; nothing is allowed then
        return ()
