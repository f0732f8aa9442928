"""What resolves and installs, as the gate calls it: `uv`, through `environments`."""

from __future__ import annotations

from pathlib import Path

from fumehood.core.paths import Paths
from fumehood.daemon.trusting import Built, Installer, Progress
from fumehood.environments import building, live, resolving, shelf
from fumehood.protocol.trust import Asked, Plan
from fumehood.trust.approvals import Approval


class _Uv:
    async def resolve(self, asked: Asked, accepted: frozenset[str], paths: Paths, progress: Progress) -> Plan:
        return await resolving.resolve(asked, accepted, paths, progress)

    async def build(self, approval: Approval, plan: Plan, paths: Paths, progress: Progress, notebook: Path) -> Built:
        return await building.build(approval, plan, paths, progress, notebook=notebook)

    def has(self, environment: str, paths: Paths, after: Plan) -> live.Has | None:
        return shelf.has(environment, paths, after)


INSTALLER: Installer = _Uv()
