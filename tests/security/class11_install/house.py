"""A house with the real resolver and installer, whose user's own index is the test's.

Undefended, its gate does what the systems did whose holes are tried here: whatever a notebook or its folder asks for
is resolved, every build is allowed, and it is installed on the way to a kernel. So each attack is seen to work.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from fumehood.core.errors import HoodError
from fumehood.core.paths import Paths
from fumehood.daemon.operations import DaemonOperations
from fumehood.daemon.room import Room
from fumehood.daemon.rooms import Rooms
from fumehood.daemon.services import Services
from fumehood.daemon.trusting import Built, Clearance, Progress, Trusting
from fumehood.environments import asking, building, live, resolving, shelf
from fumehood.protocol.trust import Asked, Judgement, Plan
from fumehood.store.blobs import BlobStore
from fumehood.store.journal import Journal
from fumehood.testing.approvals import approved
from fumehood.testing.indexes import Index
from fumehood.trust import sheets
from fumehood.trust.approvals import Approval
from fumehood.trust.canonical import plan_digest
from tests.daemon.house import QUIET, House
from tests.environments.asked import PLAIN


class Uv:
    """Implements `trusting.Installer`, with nothing of this machine's configuration."""

    async def resolve(self, asked: Asked, accepted: frozenset[str], paths: Paths, progress: Progress) -> Plan:
        return await resolving.resolve(asked, accepted, paths, progress, environ=PLAIN)

    async def build(self, approval: Approval, plan: Plan, paths: Paths, progress: Progress, notebook: Path) -> Built:
        return await building.build(approval, plan, paths, progress, environ=PLAIN)

    def has(self, environment: str, paths: Paths, after: Plan) -> live.Has | None:
        return shelf.has(environment, paths, after)


class Undefended(Trusting):
    def at_once(self, room: Room, without: bool) -> Clearance | None:
        return None

    async def clear(self, room: Room, without: bool = False, granted: Callable[[], None] = lambda: None) -> Clearance:
        asked = (await self.of(room).look()).asked
        asked = sheets.with_offers(asked, {one.asker.name for one in asked.offered})
        hosts = frozenset(one.host for one in asked.indexes) | frozenset(one.host for one in asked.requirements)
        plan = await self._installer.resolve(asked, hosts, self._paths, lambda *_: None)
        builds = {one.name for one in plan.packages if one.build}
        try:
            built = await self._installer.build(
                approved(plan, builds), plan, self._paths, lambda *_: None, room.file.path
            )
        except HoodError:
            return Clearance()  # its code ran all the same
        return Clearance(str(built.python), built.name) if asking.asks(asked) else Clearance()


class AttackedHouse(House):
    def __init__(self, home: Path, shop: Index, defended: bool = True) -> None:
        self.shop = shop
        self.defended = defended
        super().__init__(home, QUIET)

    def _begin(self) -> None:
        self.blobs = BlobStore(self.paths.blobs)
        self.journal = Journal.open(self.paths.journal, self.blobs.sync)
        kind = Trusting if self.defended else Undefended
        environ = {"UV_DEFAULT_INDEX": self.shop.url}
        trusting = kind(self.journal, self.paths, Uv(), judged, environ, self.home / "nobody")
        services = Services(self.journal, self.blobs, self.paths, self.settings)
        self.rooms = Rooms(services, trusting=trusting)
        self.operations = DaemonOperations(self.rooms)


def judged(name: str) -> Judgement:
    return Judgement(name, "ok")


def forged(plan: Plan, **changes: object) -> Plan:
    """Another plan under its own right digest."""
    made = msgspec.structs.replace(plan, **changes)
    return msgspec.structs.replace(made, digest=plan_digest(made))
