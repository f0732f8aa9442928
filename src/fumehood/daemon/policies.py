"""What the outputs of a room may reach: everything that was said about it, put together, and a person's changes to it.

The files are read at each question, so that what their keepers write counts at once. Only the person's socket carries
these methods; what they can open is capped here, whatever a page asks for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fumehood.core.errors import PolicyForbids
from fumehood.core.paths import Paths
from fumehood.daemon.allowances import Allowances
from fumehood.daemon.room import Room
from fumehood.document.cells import Changed
from fumehood.policy.file import Trouble
from fumehood.policy.levers import Levers
from fumehood.policy.merging import Said, effective, narrowing
from fumehood.policy.places import Hosts
from fumehood.policy.reading import Both, read_both
from fumehood.policy.viewing import viewed
from fumehood.protocol import policy as wire
from fumehood.protocol.events import PolicyChanged
from fumehood.store.journal import Journal


class Policies:
    def __init__(self, journal: Journal, paths: Paths, guest: Callable[[Levers], str]) -> None:
        """`guest`: registers the sealed page under these levers with the blob server, and gives its address."""
        self._paths = paths
        self._guest = guest
        self._allowed = Allowances(journal)

    async def show(self, room: Room) -> wire.PolicyView:
        """Raises StorageFailed."""
        files = await asyncio.to_thread(read_both, self._paths)
        said, troubles = await self._said(room, files)
        return viewed(said, files, str(room.file.path), troubles)

    async def allow(self, room: Room, asked: wire.AllowParams) -> wire.PolicyView:
        """Raises BadSetting, PolicyForbids, LimitExceeded, StorageFailed."""
        host = wire.AllowedHost(asked.kind, Hosts.checked(asked.host))
        said, _ = await self._said(room, await asyncio.to_thread(read_both, self._paths))
        cap: Hosts = getattr(effective(said, "own").cap, asked.kind)
        if not cap.lets(host.host):
            raise PolicyForbids(f"No output of this notebook may reach {host.host} for {host.kind}.")
        await self._allowed.allow(room.id, str(room.file.path), host)
        return await self._changed(room)

    async def revoke(self, room: Room, asked: wire.AllowParams) -> wire.PolicyView:
        """Raises StorageFailed."""
        await self._allowed.revoke(room.id, str(room.file.path), wire.AllowedHost(asked.kind, asked.host))
        return await self._changed(room)

    async def guest(self, asked: wire.GuestParams) -> wire.GuestPage:
        """Raises BadSetting, LimitExceeded, PolicyForbids."""
        levers = Levers.of_wire(asked.policy)
        files = await asyncio.to_thread(read_both, self._paths)
        said = Said(files.machine.policy, files.user.policy, broken=files.broken)
        if not levers.within(effective(said, "own").cap):
            raise PolicyForbids("This machine's policy does not let any output reach that much.")
        return wire.GuestPage(url=self._guest(levers))

    async def _changed(self, room: Room) -> wire.PolicyView:
        room.log.passing(PolicyChanged())
        return await self.show(room)

    async def _said(self, room: Room, files: Both) -> tuple[Said, tuple[Trouble, ...]]:
        notebook, troubles = narrowing(room.notebook.metadata())
        allowed = await self._allowed.of(room.id, str(room.file.path))
        return Said(files.machine.policy, files.user.policy, notebook, allowed, files.broken), troubles


class Narrowing:
    """Tells a room's listeners when the notebook's own keys changed. A part of the room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._last, _ = narrowing(room.notebook.metadata())
        self.close = room.notebook.on_change(self._edited)

    def _edited(self, changed: Changed) -> None:
        if not changed.metadata:
            return
        now, _ = narrowing(self._room.notebook.metadata())
        if now != self._last:
            self._last = now
            self._room.log.passing(PolicyChanged())
