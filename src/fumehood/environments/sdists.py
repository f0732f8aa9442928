"""What a source distribution says of itself without being run: what it needs, and what it needs to be built.

`PKG-INFO` and `pyproject.toml` are read from the archive as bytes; nothing is unpacked, nothing is executed. What only
a build could say (dynamic metadata, `setup.py`) is not known, and the person is told so.
"""

from __future__ import annotations

import email.parser
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from packaging.requirements import InvalidRequirement, Requirement

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, PlanImpossible
from fumehood.environments.asking import toml_text

_BUILD_DEFAULT: Final = ("setuptools>=40.8.0", "wheel")
"""PEP 518: of a project that names none."""
_FILES: Final = ("PKG-INFO", "pyproject.toml")


class Needs(NamedTuple):
    runs_with: tuple[str, ...]
    built_with: tuple[str, ...]
    complete: bool
    """Whether `runs_with` is all, by the project's own word."""


def read(archive: Path) -> Needs:
    """Raises PlanImpossible, LimitExceeded."""
    try:
        texts = _zip(archive) if archive.name.endswith(".zip") else _tar(archive)
        project = toml_text.read(texts.get("pyproject.toml", ""))
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, ValueError) as error:
        raise PlanImpossible(f"The source distribution {archive.name[:200]} cannot be read.") from error
    metadata = email.parser.HeaderParser().parsestr(texts.get("PKG-INFO", ""))
    needed = metadata.get_all("Requires-Dist") or []
    dynamic = {str(value).lower() for value in metadata.get_all("Dynamic") or []}
    version = tuple(int(part) for part in str(metadata.get("Metadata-Version", "0.0")).split(".") if part.isdecimal())
    return Needs(
        runs_with=_requirements(needed),
        built_with=_requirements(_build_requires(project)),
        complete=version >= (2, 2) and "requires-dist" not in dynamic,
    )


def _build_requires(project: dict[str, Any]) -> Iterable[object]:
    system = project.get("build-system")
    requires = system.get("requires") if isinstance(system, dict) else None
    return requires if isinstance(requires, list) else _BUILD_DEFAULT


def _requirements(texts: Iterable[object]) -> tuple[str, ...]:
    """As requirement lines; one that is an address is refused, for it was never shown."""
    found = []
    for text in texts:
        try:
            parsed = Requirement(str(text))
        except (InvalidRequirement, ValueError, RecursionError) as error:
            raise PlanImpossible(f"A source distribution needs {str(text)[:200]!r}, which cannot be read.") from error
        if parsed.url is not None:
            raise PlanImpossible(f"A source distribution needs {str(text)[:200]!r}; code of addresses is not fetched.")
        if parsed.marker is None or parsed.marker.evaluate({"extra": ""}):
            found.append(str(parsed))
    return tuple(found)


def _wanted(name: str) -> str:
    """Files in the archive's one folder."""
    parts = name.split("/")
    return parts[1] if len(parts) == 2 and parts[1] in _FILES else ""


class _Header(tarfile.TarInfo):
    """What it says of its size, looked at before anything is read: a long name and other facts about a member are read
    whole into memory, and a size below nothing leads back to where the reader was."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        found = super().frombuf(buf, encoding, errors)
        if found.size < 0 or (not found.isfile() and found.size > limits.SDIST_METADATA):
            raise LimitExceeded("A source distribution has a member of no possible size.")
        return found


def _tar(archive: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    total = 0
    with tarfile.open(archive, "r:*", tarinfo=_Header) as tar:
        for number, member in enumerate(tar):
            _bound(number, archive)
            total += member.size
            if total > limits.SDIST_UNPACKED:
                raise LimitExceeded(f"{archive.name[:200]} holds too much.")
            name = _wanted(member.name)
            if name and member.isreg() and (file := tar.extractfile(member)) is not None:
                texts[name] = _text(file.read(limits.SDIST_METADATA + 1), archive)
    return texts


def _zip(archive: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    with zipfile.ZipFile(archive) as pack:
        for number, member in enumerate(pack.infolist()):
            _bound(number, archive)
            if name := _wanted(member.filename):
                with pack.open(member) as file:
                    texts[name] = _text(file.read(limits.SDIST_METADATA + 1), archive)
    return texts


def _bound(number: int, archive: Path) -> None:
    if number > limits.SDIST_MEMBERS:
        raise LimitExceeded(f"{archive.name[:200]} holds too many files.")


def _text(data: bytes, archive: Path) -> str:
    if len(data) > limits.SDIST_METADATA:
        raise LimitExceeded(f"{archive.name[:200]} says too much of itself.")
    return data.decode("utf-8", "replace")
