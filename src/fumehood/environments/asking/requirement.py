"""One line that asks for a package, whoever wrote it: PEP 508 with what pip and uv take besides, and conda's match
specifications. What is neither is a complaint, never passed on: an installer must not see what nobody could read."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from fumehood.core import limits
from fumehood.environments.asking import addresses
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.protocol.trust import Asker, Requirement, RequirementKind

_EGG: Final = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_WHEEL: Final = re.compile(r"([A-Za-z0-9._]+)-[^/]+\.whl$")
_SDIST: Final = re.compile(r"([A-Za-z0-9._-]+?)-\d[^/]*\.(?:tar\.(?:gz|bz2|xz)|tgz|zip|conda)$")
_MATCH: Final = re.compile(
    r"^(?:(?P<channel>[^\s:\[\]]+(?:://[^\s\[\]]+?)?)::)?(?P<name>\*|[A-Za-z0-9_][A-Za-z0-9_.-]*)"
    r"(?P<rest>\s*(?:[\[=<>!~,|\s].*)?)$"
)

_PLATFORM: Final = re.compile(r"/(?:noarch|(?:linux|osx|win|emscripten|wasi)-\w+)$")


def pypi(text: object, asker: Asker, gathered: Gathered) -> None:
    """Takes `text` as a requirement, or complains."""
    line = _line(text, asker, gathered)
    if line is None:
        return
    if addresses.is_address(line):
        _take_address(line, line, "", asker, gathered)
        return
    try:
        parsed = Pep508(line)
    except (InvalidRequirement, ValueError, RecursionError) as error:
        gathered.complain(asker, f"{plain(line, 200)!r} cannot be read as a requirement.", _why(line, str(error)))
        return
    name = canonicalize_name(parsed.name)
    if parsed.url is not None:
        _take_address(line, parsed.url, name, asker, gathered)
        return
    gathered.require(Requirement(text=line, ecosystem="pypi", kind="index", name=name, asker=asker))


def conda(text: object, asker: Asker, gathered: Gathered) -> None:
    """Takes `text` as a match specification (`conda-forge::numpy>=1.26`), or complains."""
    line = _line(text, asker, gathered)
    if line is None:
        return
    if "::" not in line and addresses.is_address(line.split("[")[0].strip()):
        _take_address(line, line.split("#")[0].strip(), "", asker, gathered, conda=True)
        return
    found = _MATCH.match(line)
    if found is None:
        gathered.complain(asker, f"{plain(line, 200)!r} cannot be read as a conda package.")
        return
    name = found["name"].lower()
    if found["channel"]:
        gathered.channel(_PLATFORM.sub("", found["channel"]), asker)
    gathered.require(Requirement(text=line, ecosystem="conda", kind="index", name=name, asker=asker))


def _line(text: object, asker: Asker, gathered: Gathered) -> str | None:
    if not isinstance(text, str):
        gathered.complain(asker, f"A requirement must be a text, not {type(text).__name__}.")
        return None
    if len(text) > limits.ASKED_TEXT:
        gathered.complain(asker, f"A requirement has {len(text)} characters; {limits.ASKED_TEXT} are allowed.")
        return None
    line = unicodedata.normalize("NFC", text).strip()
    if not line:
        return None
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter != "\t" for letter in line):
        gathered.complain(asker, f"{plain(line, 200)!r} holds characters that nobody sees.")
        return None
    if line.startswith("-"):
        gathered.complain(asker, f"{plain(line, 200)!r} is an option, no requirement.")
        return None
    return line


def _take_address(line: str, url: str, name: str, asker: Asker, gathered: Gathered, *, conda: bool = False) -> None:
    bare = url.split(" ", 1)[0].split(";", 1)[0] if not name else url
    address = addresses.read(bare)
    if address is None:
        gathered.complain(asker, f"{plain(line, 200)!r} is no address of a package.")
        return
    gathered.say_stripped(address, asker)
    kind: RequirementKind = "vcs" if address.kind == "vcs" else "path" if address.kind == "path" else "url"
    gathered.require(
        Requirement(
            text=line.replace(bare, address.url) if address.stripped else line,
            ecosystem="conda" if conda else "pypi",
            kind=kind,
            name=name or _named(bare),
            asker=asker,
            host=address.host,
        )
    )


def _named(url: str) -> str:
    """The name that an address tells of itself; empty where it tells none."""
    path = url.split("#")[0].split("?")[0]
    found = _EGG.search(url) or _WHEEL.search(path.rsplit("/", 1)[-1]) or _SDIST.search(path.rsplit("/", 1)[-1])
    return canonicalize_name(found[1]) if found else ""


def _why(line: str, error: str) -> str:
    if not line.isascii():
        odd = next(letter for letter in line if not letter.isascii())
        return f"It holds {odd!r} ({unicodedata.name(odd, 'unnamed')}), which no package's name has."
    return error.split("\n", 1)[0]


def sourced(name: str, source: object, asker: Asker, gathered: Gathered) -> str | None:
    """A requirement whose source `[tool.uv.sources]` or pixi names, as the PEP 508 text that it comes to.

    None: it comes from an index after all, or cannot be read, which is complained of.
    """
    options = source if isinstance(source, list) else [source]
    for option in options:
        if not isinstance(option, dict):
            continue
        for key, form in (("git", "git+{}"), ("url", "{}"), ("path", "{}")):
            value = option.get(key)
            if isinstance(value, str):
                ref = next((option[k] for k in ("rev", "tag", "branch") if isinstance(option.get(k), str)), "")
                sub = option.get("subdirectory")
                address = form.format(value) if not value.startswith("git+") else value
                address += f"@{ref}" if key == "git" and ref else ""
                address += f"#subdirectory={sub}" if isinstance(sub, str) else ""
                if key == "path" and not value.startswith(("/", ".", "~")):
                    address = f"./{address}"
                return f"{name} @ {address}"
        if option.get("workspace") is True:
            gathered.complain(asker, f"{plain(name, 100)} is a part of the folder's workspace, which is not read.")
            return f"{name} @ ."
    return None
