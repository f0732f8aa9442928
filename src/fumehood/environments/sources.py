"""From what is asked to what `uv` is told: requirement lines, indexes in their order, and the hosts it may reach.

Decided here, before anything starts: a host whose word is foreign and that nobody accepted is an error; an address of
code (a repository, a folder) and conda's packages are left out and named. Nothing of a text reaches `uv` that was not
parsed and written anew: a line of a requirements file can be an option.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

import msgspec
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508

from fumehood.core.errors import HostNotAccepted, PlanImpossible
from fumehood.environments import locks
from fumehood.environments.egress import place_of
from fumehood.protocol.trust import Asked, Complaint, Index, Requirement

PYPI: Final = "https://pypi.org/simple"
"""The index of whoever has configured none."""
KERNEL: Final = "the kernel"
"""Who needs ipykernel, as a package says it in `needed_by`."""
_FILES: Final = {"pypi.org": "files.pythonhosted.org"}
"""Where an index keeps its files, where that is another host."""
DEFAULT_HOSTS: Final = frozenset((*_FILES, *_FILES.values()))
_KERNEL_LINE: Final = "ipykernel>=6.29"
_CONFIGURED: Final = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_INDEX",
    "UV_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
)


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    lines: tuple[str, ...]
    """Of a requirements file."""
    names: frozenset[str]
    """That are asked for by name."""
    options: tuple[str, ...]
    """Of `uv`: where packages come from."""
    indexes: tuple[str, ...]
    """Their pages, the first first; for what `uv` does not say."""
    hosts: frozenset[str]
    """That may be contacted."""
    asked: frozenset[str]
    """Hosts that are asked whenever this is resolved."""
    local: bool
    """Whether a folder of the user's own is among the indexes: only then may a package be a file of this machine."""
    credentials: dict[str, str]
    """`user:password` by host: of the user's own indexes, from their own variables."""
    left: tuple[Complaint, ...]


def compose(asked: Asked, accepted: Collection[str], environ: Mapping[str, str]) -> Sources:
    """Raises HostNotAccepted, PlanImpossible."""
    own = {one.host for one in asked.indexes if not one.foreign and one.host}
    defaults = [one for one in asked.indexes if one.role == "default"]
    if not defaults:
        own.add(place_of(PYPI))
    own |= {_FILES[host] for host in own if host in _FILES}
    wanted = {one.host for one in asked.indexes if one.foreign and one.host}
    wanted |= {one.host for one in asked.requirements if one.kind == "url" and one.ecosystem == "pypi" and one.host}
    hosts = own | set(accepted)
    hosts |= {_FILES[host] for host in accepted if host in _FILES}
    if missing := sorted(wanted - hosts):
        raise HostNotAccepted(
            f"{', '.join(missing)} would be contacted, on the notebook's word, and nobody has accepted that.",
            hosts=missing,
        )
    left: list[Complaint] = []
    lines = list(_lines(asked.requirements, left))
    names = {one.name for one in asked.requirements if one.ecosystem == "pypi" and one.name}
    if "ipykernel" not in names:
        lines.append(_KERNEL_LINE)
    left += [
        Complaint(asker=one.asker, message=f"{one.url[:200]} is a folder that the notebook names; it is not used.")
        for one in asked.indexes
        if one.foreign and not one.host
    ]
    credentials = credentials_for(own, environ)
    indexes = [one for one in asked.indexes if one.host or not one.foreign]
    return Sources(
        lines=tuple(lines),
        names=frozenset(names),
        options=tuple(_options(indexes, asked.prerelease, credentials)),
        indexes=tuple(_pages(indexes)),
        hosts=frozenset(hosts),
        asked=frozenset(place for page in _pages(indexes) if (place := place_of(page))),
        local=any(not one.host for one in indexes),
        credentials=credentials,
        left=tuple(left),
    )


def _lines(requirements: Collection[Requirement], left: list[Complaint]) -> Iterator[str]:
    for one in requirements:
        if one.ecosystem == "conda":
            left.append(_left(one, f"{one.text[:200]} is a conda package; these are not available here."))
        elif one.kind == "vcs":
            left.append(_left(one, f"{one.text[:200]} is a repository: code is not fetched to look at it."))
        elif one.kind == "path":
            left.append(_left(one, f"{one.text[:200]} is a place on this machine: such code is not installed."))
        elif one.kind == "url":
            yield _address(one)
        else:
            yield _named(one)


def _left(one: Requirement, message: str) -> Complaint:
    return Complaint(
        asker=one.asker, message=message, hint="It would not be installed; name a package of an index instead."
    )


def _named(one: Requirement) -> str:
    try:
        parsed = Pep508(one.text)
    except (InvalidRequirement, ValueError, RecursionError) as error:
        raise PlanImpossible(f"{one.text[:200]!r} cannot be read as a requirement.") from error
    if parsed.url is not None:
        raise PlanImpossible(f"{one.text[:200]!r} is an address, and is said to be none.")
    return str(parsed)


def _address(one: Requirement) -> str:
    """`name @ url`: a wheel. Anything else would have to be built to be understood."""
    try:
        parsed = Pep508(one.text)
        url, marker, extras = parsed.url or "", parsed.marker, parsed.extras
    except (InvalidRequirement, ValueError, RecursionError):
        url, marker, extras = one.text.split(" ", 1)[0].split(";", 1)[0], None, set()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or place_of(url) != one.host or "${" in url:
        raise PlanImpossible(f"{one.text[:200]!r} is an address that cannot be used.")
    name = locks.named_by_wheel(url)
    if not name:
        raise PlanImpossible(
            f"{one.text[:200]!r} is no wheel; what it needs could only be found out by running it.",
            hint="Name a wheel, or a package of an index.",
        )
    extra = f"[{','.join(sorted(extras))}]" if extras else ""
    return f"{name}{extra} @ {url}" + (f" ; {marker}" if marker else "")


def _options(indexes: list[Index], prerelease: str, credentials: Mapping[str, str]) -> Iterator[str]:
    """The first index that has a name gives it, as uv does; never the highest version of all."""
    default = next((one for one in indexes if one.role == "default"), None)
    for one in indexes:
        if one.role == "extra" or (one.role == "default" and one is not default):
            yield from ("--index", locks.with_credentials(one.url, credentials))
        elif one.role == "links":
            yield from ("--find-links", locks.with_credentials(one.url, credentials))
    url = PYPI if default is None else default.url
    yield from ("--default-index", locks.with_credentials(url, credentials))
    if prerelease in ("allow", "disallow", "if-necessary", "explicit", "if-necessary-or-explicit"):
        yield from ("--prerelease", prerelease)


def _pages(indexes: list[Index]) -> Iterator[str]:
    default = next((one for one in indexes if one.role == "default"), None)
    yield from (one.url for one in indexes if one.role == "extra" or (one.role == "default" and one is not default))
    yield PYPI if default is None else default.url


def credentials_for(own: Collection[str], environ: Mapping[str, str]) -> dict[str, str]:
    """`user:password` by host: what an address may not hold, from where the user wrote it, for these hosts only."""
    found: dict[str, str] = {}
    for name in _CONFIGURED:
        for text in environ.get(name, "").split():
            # UV_INDEX may name them: `corp=https://…`.
            url = text.partition("=")[2] if "=" in text.split("://")[0] else text
            pair = urlsplit(url).netloc.rpartition("@")[0]
            if pair and place_of(url) in own:
                found[place_of(url)] = pair
    return found
