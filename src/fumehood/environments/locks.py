"""Locks (PEP 751) as `uv` writes them, cut to the one file of each package that this machine would install.

What is read was made from an index's word, so every value is checked: names, versions and hashes have their form, a
file is a wheel or a source distribution, and an address holds no user name and no password.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from packaging.tags import Tag
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, PlanImpossible
from fumehood.environments.egress import place_of
from fumehood.protocol.trust import Package

_TAGS: Final = 1000
_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,198}[a-z0-9])?\Z")


def read(text: str, ranks: Mapping[str, int]) -> list[Package]:
    """The packages of a lock. `ranks`: wheel tags that are taken, 0 the best. Raises PlanImpossible, LimitExceeded."""
    if len(text) > limits.LOCK_BYTES:
        raise LimitExceeded("The lock of this notebook is too large.")
    try:
        entries = tomllib.loads(text).get("packages", [])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PlanImpossible("The lock that uv wrote cannot be read.") from error
    if not isinstance(entries, list) or len(entries) > limits.PLAN_PACKAGES:
        raise LimitExceeded(f"More than {limits.PLAN_PACKAGES} packages would be installed.")
    return [_package(entry, ranks) for entry in entries if isinstance(entry, dict)]


def _package(entry: dict[str, Any], ranks: Mapping[str, int]) -> Package:
    name, version = str(entry.get("name", "")), str(entry.get("version", ""))
    if not _NAME.match(name) or name != canonicalize_name(name):
        raise PlanImpossible(f"A package has the name {name[:80]!r}, which no index can have.")
    if "vcs" in entry or "directory" in entry:
        raise PlanImpossible(f"{name} would come from a repository or a folder; such code is not installed.")
    wheels = entry.get("wheels") or []
    archive = entry.get("archive")
    files = [archive] if isinstance(archive, dict) else wheels if isinstance(wheels, list) else []
    best: tuple[int, tuple[int, str], Mapping[str, Any], str] | None = None
    for file in files:
        if not isinstance(file, dict):
            continue
        url = str(file.get("url", ""))
        try:
            _name, found, build, tags = wheel(file_name(url))
        except (InvalidWheelFilename, InvalidVersion, ValueError):
            continue
        if _name != name or (version and found != Version(version)):
            raise PlanImpossible(f"A file of {name} {version} says that it is {_name} {found}.")
        rank = min((ranks[str(tag)] for tag in tags if str(tag) in ranks), default=None)
        number = (-build[0], build[1]) if build else (0, "")
        if rank is not None and (best is None or (rank, number) < best[:2]):
            best = (rank, number, file, str(found))
    if best is None:
        raise PlanImpossible(f"{name} {version} has no wheel for this machine.")
    return of_file(name, version or best[3], best[2])


def of_file(name: str, version: str, file: Mapping[str, Any], *, build: bool = False) -> Package:
    """Raises PlanImpossible."""
    hashes = file.get("hashes")
    value = str(hashes.get("sha256", "")) if isinstance(hashes, Mapping) else ""
    if not _HASH.match(value):
        raise PlanImpossible(f"The index gives no SHA-256 of {name} {version}.")
    url = bare(str(file.get("url", "")))
    if urlsplit(url).scheme not in ("https", "http", "file"):
        raise PlanImpossible(f"The file of {name} {version} has an address that cannot be fetched.")
    size, uploaded = file.get("size"), file.get("upload-time")
    return Package(
        name=name,
        version=version,
        url=url,
        hash=f"sha256:{value}",
        size=size if isinstance(size, int) and size >= 0 else 0,
        build=build,
        uploaded=_time(uploaded),
    )


def _time(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ""


def bare(url: str) -> str:
    """Without user name, password and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def file_name(url: str) -> str:
    return unquote(urlsplit(url).path).rsplit("/", 1)[-1]


def write(packages: Iterable[Package], python: str, credentials: Mapping[str, str] | None = None) -> str:
    """A lock of exactly these wheels. `credentials`: `user:password` by host, for addresses that ask for one."""
    parts = [f'lock-version = "1.0"\ncreated-by = "fumehood"\nrequires-python = {_text(f"=={python}")}\n']
    for one in packages:
        url = with_credentials(one.url, credentials or {})
        size = f"size = {one.size}, " if one.size else ""
        wheel = f"{{ url = {_text(url)}, {size}hashes = {{ sha256 = {_text(one.hash.removeprefix('sha256:'))} }} }}"
        parts.append(f"[[packages]]\nname = {_text(one.name)}\nversion = {_text(one.version)}\nwheels = [{wheel}]\n")
    return "\n".join(parts)


def with_credentials(url: str, credentials: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    pair = credentials.get(place_of(url))
    return urlunsplit((parts.scheme, f"{pair}@{parts.netloc}", parts.path, parts.query, "")) if pair else url


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def is_wheel(url: str) -> bool:
    return file_name(url).endswith(".whl")


def named_by_wheel(url: str) -> str:
    """The name in a wheel's file name; empty where it is none."""
    try:
        return wheel(file_name(url))[0]
    except (InvalidWheelFilename, InvalidVersion, ValueError):
        return ""


def wheel(name: str) -> tuple[str, Version, tuple[()] | tuple[int, str], frozenset[Tag]]:
    """Name, version, build and tags that a wheel's file name says.

    Raises InvalidWheelFilename, InvalidVersion, ValueError.

    A name of two thousand letters can mean five million tags, which is a minute and gigabytes.
    """
    if math.prod(part.count(".") + 1 for part in name.removesuffix(".whl").split("-")[-3:]) > _TAGS:
        raise InvalidWheelFilename(f"{name[:80]} says that it is for too many systems.")
    return parse_wheel_filename(name)


def sdist_version(url: str, name: str) -> Version | None:
    """The version in a source distribution's file name; None where it is none of `name`."""
    try:
        found, version = parse_sdist_filename(file_name(url))
    except (InvalidSdistFilename, InvalidVersion, ValueError):
        return None
    return version if found == name else None
