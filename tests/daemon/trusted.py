"""A house whose packages come from nowhere: what is resolved and built is written down, and nothing is fetched."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from fumehood.core.paths import Paths
from fumehood.daemon.operations import DaemonOperations
from fumehood.daemon.rooms import Rooms
from fumehood.daemon.services import Services
from fumehood.daemon.trusting import Progress, Trusting
from fumehood.environments import live
from fumehood.protocol.trust import Asked, Judgement, Package, Plan
from fumehood.store.blobs import BlobStore
from fumehood.store.journal import Journal
from fumehood.trust.approvals import Approval
from fumehood.trust.canonical import plan_digest
from tests.daemon.house import House


class Environment(NamedTuple):
    python: Path
    name: str


class Shelf:
    """Implements `trusting.Installer`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.resolved: list[Asked] = []
        self.built: list[str] = []
        """Locks."""
        self.there: dict[str, live.Has] = {}
        self.versions: dict[str, str] = {}
        self.during: Callable[[], None] = lambda: None
        """Called while something is resolved."""

    async def resolve(self, asked: Asked, accepted: frozenset[str], paths: Paths, progress: Progress) -> Plan:
        from fumehood.environments import asking

        self.resolved.append(asked)
        progress("resolving", 0, 0)
        self.during()
        packages = tuple(self._package(name) for name in sorted({one.name for one in asked.requirements}))
        plan = Plan("", asking.digest(asked), "3.11.0", "here", packages, tuple(sorted(accepted)))
        return msgspec.structs.replace(plan, digest=plan_digest(plan))

    def _package(self, name: str) -> Package:
        version = self.versions.get(name, "1.0")
        digest = "sha256:" + (name + version).encode().hex().ljust(64, "0")[:64]
        return Package(
            name, version, f"https://index.test/{name}-{version}.whl", digest, 1, name.startswith("built"), True
        )

    async def build(
        self, approval: Approval, plan: Plan, paths: Paths, progress: Progress, notebook: Path
    ) -> Environment:
        assert approval.lock == plan.digest
        self.built.append(plan.digest)
        self.there[plan.digest[:16]] = live.has(plan)
        progress("installing", 1, 1)
        return Environment(environment(self.folder / plan.digest[:16]), plan.digest[:16])

    def has(self, environment: str, paths: Paths, after: Plan) -> live.Has | None:
        return self.there.get(environment)


def environment(folder: Path) -> Path:
    """The interpreter of an environment that has what this one has; made without a process."""
    python = folder / "bin" / "python"
    if not python.exists():
        site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        site.mkdir(parents=True)
        python.parent.mkdir()
        python.symlink_to(sys.executable)
        (folder / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\n")
        (site / "others.pth").write_text("".join(f"{one}\n" for one in sys.path if one.endswith(("-packages", "src"))))
    return python


class TrustedHouse(House):
    shelf: Shelf

    def _begin(self) -> None:
        self.shelf = getattr(self, "shelf", None) or Shelf(self.home / "environments")
        self.blobs = BlobStore(self.paths.blobs)
        self.journal = Journal.open(self.paths.journal, self.blobs.sync)
        trusting = Trusting(self.journal, self.paths, self.shelf, judged, {}, self.home / "nobody")
        services = Services(self.journal, self.blobs, self.paths, self.settings)
        self.rooms = Rooms(services, trusting=trusting)
        self.operations = DaemonOperations(self.rooms)


def judged(name: str) -> Judgement:
    return Judgement(name, "stop", 0.97, "requests") if name == "reqeusts" else Judgement(name, "ok")


def notebook(path: Path, *requirements: str, cells: tuple[str, ...] = (), **metadata: Any) -> Path:
    """A notebook that asks for these, as nteract writes it."""
    asked = {"runt": {"uv": {"dependencies": list(requirements)}}} if requirements else {}
    value = {
        "cells": [
            {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
            for n, text in enumerate(cells)
        ],
        "metadata": {**asked, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(value))
    return path
