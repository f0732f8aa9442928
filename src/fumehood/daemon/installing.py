"""What resolves and installs, as the gate calls it."""

from __future__ import annotations

from fumehood.core.errors import NoKernel
from fumehood.core.paths import Paths
from fumehood.daemon.trusting import Built, Installer, Progress
from fumehood.protocol.trust import Asked, Plan
from fumehood.trust.approvals import Approval


class _Uv:
    async def resolve(self, asked: Asked, accepted: frozenset[str], paths: Paths, progress: Progress) -> Plan:
        raise NoKernel("Packages cannot be resolved yet.")

    async def build(self, approval: Approval, plan: Plan, paths: Paths, progress: Progress) -> Built:
        raise NoKernel("Environments cannot be built yet.")


INSTALLER: Installer = _Uv()
