"""What an index says of the packages that are asked for by name, beyond their files: whether the project is archived or
in quarantine (PEP 792), how old it is, and who attests to have published the file (PEP 740), now and the time before.

A hint and no gate: an index need not say any of it, and what it does not say is not known, never good. A page that
cannot be fetched or read costs the facts and not the plan. Only where a person wrote the name: a page has megabytes.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urljoin

import msgspec
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename
from packaging.version import InvalidVersion, Version

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.environments import fetching, locks
from fumehood.environments.fetching import File, Way
from fumehood.protocol.trust import Package

_STATES: Final = frozenset(("active", "archived", "quarantined", "deprecated"))
_PUBLISHER: Final = 200
_AT_ONCE: Final = 8


class _Publisher(msgspec.Struct, frozen=True):
    """As the index's form for each kind has it: whose repository, or whose account."""

    kind: str = ""
    repository: str = ""
    email: str = ""
    organization: str = ""

    @property
    def said(self) -> str:
        return f"{self.kind} {self.repository or self.email or self.organization}".strip()[:_PUBLISHER]


class _Bundle(msgspec.Struct):
    publisher: _Publisher = _Publisher()


class _Provenance(msgspec.Struct):
    attestation_bundles: list[_Bundle] = []


async def add(packages: Sequence[Package], indexes: tuple[str, ...], way: Way) -> list[Package]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(package: Package) -> Package:
        if not package.direct or package.url.startswith("file:"):
            return package
        async with turns:
            return await asyncio.to_thread(_known, package, indexes, way)

    return list(await asyncio.gather(*(one(package) for package in packages)))


async def quarantined(names: Iterable[str], indexes: tuple[str, ...], way: Way) -> list[str]:
    """Those of the names of which the index gives out nothing, because it holds them in quarantine."""

    def held(name: str) -> bool:
        try:
            there = fetching.page_of(name, indexes, way)
        except HoodError:
            return False
        return there is not None and there[1].project_status.get("status") == "quarantined"

    return [name for name in names if await asyncio.to_thread(held, name)]


def _known(package: Package, indexes: tuple[str, ...], way: Way) -> Package:
    try:
        there = fetching.page_of(package.name, indexes, way)
    except HoodError:
        return package
    if there is None:
        return package
    address, page = there
    status = page.project_status.get("status") or ""
    name = locks.file_name(package.url)
    this = next((file for file in page.files if locks.file_name(file.url) == name), None)
    publisher = _publisher([this] if this is not None else [], address, way)
    before = _publisher(_release_before(page.files, package.version), address, way)
    return msgspec.structs.replace(
        package,
        yanked=package.yanked or (this is not None and bool(this.yanked)),
        status=status if status in _STATES else "",
        born=min((file.upload_time for file in page.files if file.upload_time), default="")[:40],
        publisher=publisher,
        publisher_before=before if before != publisher else "",
    )


def _release_before(files: Iterable[File], version: str) -> list[File]:
    """The files of the newest release that is older."""
    dated = [(found, file) for file in files if (found := _version(file.url)) is not None and found < Version(version)]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    for _found, group in itertools.groupby(dated, key=lambda pair: pair[0]):
        return [file for _, file in group]
    return []


def _version(url: str) -> Version | None:
    name = locks.file_name(url)
    try:
        return locks.wheel(name)[1] if name.endswith(".whl") else parse_sdist_filename(name)[1]
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion, ValueError):
        return None


def _publisher(files: Iterable[File], address: str, way: Way) -> str:
    where = next((file.provenance for file in files if file.provenance), None)
    if where is None:
        return ""
    try:
        body, _kind = way.read(urljoin(address, where), limits.SDIST_METADATA)
        bundles = msgspec.json.decode(body, type=_Provenance).attestation_bundles
    except (HoodError, msgspec.MsgspecError):
        return ""
    return bundles[0].publisher.said if bundles else ""
