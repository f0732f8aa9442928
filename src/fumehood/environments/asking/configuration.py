"""What changes where packages come from without asking for one: `uv.toml`, `[tool.uv]`, `pip.conf`, `.python-version`
and the variables of uv and pip.

Beside the notebook it is the word of a stranger, `foreign`: each host of it is accepted by name before it is contacted.
In the user's home, on the machine and in the environment of the daemon it is the user's own; of those one default
index counts, in uv's order and then pip's, since no tool would use two.
"""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fumehood.environments.asking import pythons
from fumehood.environments.asking.folders import Files, existing
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.environments.asking.projects import table, toml
from fumehood.environments.asking.uv_options import UvOptions
from fumehood.protocol.trust import Asker, IndexRole

_VARIABLES: Final[tuple[tuple[str, IndexRole], ...]] = (
    ("UV_DEFAULT_INDEX", "default"),
    ("UV_INDEX_URL", "default"),
    ("UV_INDEX", "extra"),
    ("UV_EXTRA_INDEX_URL", "extra"),
    ("UV_FIND_LINKS", "links"),
    ("PIP_INDEX_URL", "default"),
    ("PIP_EXTRA_INDEX_URL", "extra"),
    ("PIP_FIND_LINKS", "links"),
)
_PIP_KEYS: Final[dict[str, IndexRole]] = {
    "index-url": "default",
    "extra-index-url": "extra",
    "find-links": "links",
}
_PIP_SECTIONS: Final = ("global", "install", "download")
_MACHINE: Final = Path("/etc")


def beside(folders: list[Path], files: Files, gathered: Gathered) -> None:
    """Of the notebook's folders, nearest first."""
    gathered.foreign = True
    for folder in folders:
        for file in existing(folder, ("uv.toml", "pip.conf", ".python-version")):
            if file.name == "uv.toml":
                _uv(file, files, gathered)
            elif file.name == "pip.conf":
                _pip(file, files, gathered)
            else:
                _python_version(file, files, gathered)


def own(environ: Mapping[str, str], user_home: Path, files: Files, gathered: Gathered) -> None:
    """Of this user and machine."""
    gathered.foreign = False
    config = Path(environ.get("XDG_CONFIG_HOME") or user_home / ".config")
    uv = [config / "uv" / "uv.toml", _MACHINE / "uv" / "uv.toml"]
    if named := environ.get("UV_CONFIG_FILE"):
        uv = [Path(named)]
    pip = [config / "pip" / "pip.conf", user_home / ".pip" / "pip.conf", _MACHINE / "pip.conf"]
    if named := environ.get("PIP_CONFIG_FILE"):
        pip.insert(0, Path(named))
    _variables(environ, "UV_", gathered)
    for file in uv:
        _uv(_real(file), files, gathered)
    _variables(environ, "PIP_", gathered)
    for file in pip:
        if str(file) != "/dev/null":
            _pip(_real(file), files, gathered)
    for name in ("UV_PYTHON", "UV_PRERELEASE", "UV_INDEX_STRATEGY"):
        if environ.get(name):
            gathered.complain(_variable(name), "It is not applied here.", "What a notebook says of itself counts.")
    gathered.foreign = True


def _real(file: Path) -> Path:
    """People keep their own configuration behind links."""
    try:
        return file.resolve()
    except (OSError, RuntimeError, ValueError):
        return file


def _variables(environ: Mapping[str, str], prefix: str, gathered: Gathered) -> None:
    for name, role in _VARIABLES:
        if name.startswith(prefix):
            for url in environ.get(name, "").split():
                # UV_INDEX and UV_DEFAULT_INDEX: `name=https://…`
                gathered.index(url.partition("=")[2] if "=" in url.split(":", 1)[0] else url, role, _variable(name))


def _variable(name: str) -> Asker:
    return Asker(kind="variable", name=name)


def _uv(file: Path, files: Files, gathered: Gathered) -> None:
    found = toml(file, files, gathered)
    if found is not None:
        UvOptions(table(found[0]), files.asker(file), gathered).take(options=gathered.foreign)


def _pip(file: Path, files: Files, gathered: Gathered) -> None:
    text = files.text(file)
    if text is None:
        return
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError) as error:
        gathered.complain(files.asker(file), "It is no configuration of pip.", plain(str(error).split("\n")[0]))
        return
    for section in _PIP_SECTIONS:
        if not parser.has_section(section):
            continue
        for key, role in _PIP_KEYS.items():
            value = parser.get(section, key, fallback="") or ""
            for url in value.split():
                gathered.index(url, role, files.asker(file))
        if (parser.get(section, "no-index", fallback="") or "").lower() in ("1", "true", "yes", "on"):
            gathered.complain(files.asker(file), "pip's `no-index` is not applied here.")


def _python_version(file: Path, files: Files, gathered: Gathered) -> None:
    text = files.text(file)
    for number, line in enumerate((text or "").splitlines(), 1):
        wanted = line.split("#")[0].strip()
        if wanted:
            asker = files.asker(file, number)
            if pythons.constraint(wanted, asker, gathered):
                gathered.complain(
                    asker,
                    f"It asks for Python {plain(wanted, 40)}, which is not applied.",
                    "Give the notebook itself a Python constraint, if it needs one.",
                )
            return
