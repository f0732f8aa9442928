"""Command lines that install packages: pip, uv, conda and its kin, pixi, and who calls them (`python -m pip`, `sudo`,
`bash -c`). A reader, not a shell: it sees what is written there, and nothing that a variable would put in.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final, NamedTuple

_PUNCTUATION: Final = ";&|()<>\n"
_PYTHON: Final = re.compile(r"(?:python|pypy)[\d.]*\Z")
_PIP: Final = re.compile(r"pip[\d.]*\Z")
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*=")
_BEFORE: Final = frozenset(
    (
        "sudo",
        "doas",
        "env",
        "exec",
        "time",
        "nohup",
        "command",
        "nice",
        "xargs",
        "then",
        "{",
        "do",
        "else",
        "if",
        "!",
        "builtin",
    )
)
_SHELLS: Final = frozenset(("sh", "bash", "zsh", "dash", "ksh", "fish"))
_NESTED: Final = 3
_WORDS: Final = 2_000

_PIP_VERBS: Final = frozenset(("install", "download", "wheel"))
_CONDA_VERBS: Final = frozenset(("install", "create", "update", "upgrade"))
_VALUED: Final = frozenset((
    "-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "-i", "--index-url",
    "--extra-index-url", "-f", "--find-links", "-t", "--target", "--prefix", "--root", "--python", "-p",
    "--platform", "--python-version", "--implementation", "--abi", "--progress-bar", "--no-binary", "--only-binary",
    "--src", "--cache-dir", "--log", "--proxy", "--retries", "--timeout", "-e", "--editable", "--exists-action",
    "--trusted-host", "--cert", "--client-cert", "--config-settings", "-C", "--global-option", "--build-option",
    "--report", "--root-user-action", "--upgrade-strategy", "--use-feature", "--use-deprecated", "--default-index",
    "--index", "--override", "--overrides", "--build-constraint", "--group", "--optional", "--extra", "--package",
    "--script", "--branch", "--tag", "--rev", "--with-requirements", "--from", "--channel", "-n", "--name",
    "--file", "--feature", "--environment", "--solver", "--index-strategy", "--keyring-provider", "--resolution",
    "--prerelease", "--exclude-newer", "--link-mode", "--config-file", "--project", "--directory", "--marker",
    "--bounds", "--index-server", "--spec", "--pip-args",
))  # fmt: skip
_OF_INDEX: Final = {
    "-i": "default", "--index-url": "default", "--default-index": "default", "--extra-index-url": "extra",
    "--index": "extra", "-f": "links", "--find-links": "links",
}  # fmt: skip
_FILES: Final = frozenset(("-r", "--requirement", "--requirements", "--with-requirements", "--file"))


class Command(NamedTuple):
    """One installation that a command line would do."""

    tool: str
    wanted: tuple[tuple[str, str], ...]
    """Ecosystem and text."""
    indexes: tuple[tuple[str, str], ...] = ()
    """Role and address."""
    files: tuple[str, ...] = ()
    """That name more."""


def of_shell(text: str, depth: int = 0) -> Iterator[Command]:
    """The installations in a piece of shell."""
    for _, line in joined(text.split("\n")):
        for words in simple(line):
            yield from of_words(words, depth)


def joined(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Where a backslash says so; with the number of each one's first line, from 1."""
    held: list[str] = []
    first = 1
    for number, line in enumerate(lines, 1):
        first = first if held else number
        if line.endswith("\\"):
            held.append(line[:-1])
            continue
        yield first, " ".join((*held, line))
        held = []
    if held:
        yield first, " ".join(held)


def simple(line: str) -> Iterator[list[str]]:
    """A line's commands, as words."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=_PUNCTUATION)
    lexer.whitespace_split = True
    words: list[str] = []
    try:
        for word in lexer:
            if word and all(letter in _PUNCTUATION for letter in word):
                if words:
                    yield words
                words = []
            elif len(words) < _WORDS:
                words.append(word)
    except ValueError:  # a quote without its end
        yield line.split()[:_WORDS]
        return
    if words:
        yield words


def of_words(words: list[str], depth: int = 0) -> Iterator[Command]:
    """The installations of one command."""
    while words and (_VARIABLE.match(words[0]) or words[0] in _BEFORE or words[0].startswith("-")):
        words = words[1:]
    if not words or depth > _NESTED:
        return
    tool = words[0].rsplit("/", 1)[-1]
    rest = words[1:]
    if tool in _SHELLS:
        for at, word in enumerate(rest[:-1]):
            if re.fullmatch(r"-[a-z]*c", word):
                yield from of_shell(rest[at + 1], depth + 1)
                return
    elif _PYTHON.match(tool) or tool in ("{sys.executable}", "$sys.executable", "{executable}"):
        while rest and rest[0].startswith("-") and rest[0] != "-m":
            rest = rest[1:]
        if len(rest) > 1 and rest[0] == "-m":
            yield from of_words(rest[1:], depth + 1)
    else:
        reader = _READERS.get("pip" if _PIP.match(tool) else tool)
        if reader is not None:
            found = reader(tool, rest)
            if found is not None:
                yield found


def _pip(tool: str, words: list[str]) -> Command | None:
    verb, rest = _verb(words)
    return _parsed(tool, rest, "pypi") if verb in _PIP_VERBS else None


def _uv(tool: str, words: list[str]) -> Command | None:
    verb, rest = _verb(words)
    if verb == "pip":
        verb, rest = _verb(rest)
        if verb == "sync":
            return Command(tool, (), files=tuple(word for word in rest if not word.startswith("-")))
        return _parsed(tool, rest, "pypi") if verb == "install" else None
    if verb == "add":
        return _parsed(tool, rest, "pypi")
    if verb == "sync":
        return Command(tool, ())
    if verb in ("run", "tool", "x"):
        wanted = tuple(("pypi", one) for name, value in _options(rest) if name == "--with" for one in value.split(","))
        if verb == "tool":
            verb, rest = _verb(rest)
            if verb in ("install", "run") and rest:
                wanted = (*wanted, ("pypi", next((one for one in rest if not one.startswith("-")), "")))
        return Command(tool, tuple(one for one in wanted if one[1])) if wanted else None
    return None


def _uvx(tool: str, words: list[str]) -> Command | None:
    name = next((word for word in words if not word.startswith("-")), "")
    return Command(tool, (("pypi", name),)) if name else None


def _conda(tool: str, words: list[str]) -> Command | None:
    verb, rest = _verb(words)
    if verb == "env":
        verb, rest = _verb(rest)
    return _parsed(tool, rest, "conda") if verb in _CONDA_VERBS else None


def _pixi(tool: str, words: list[str]) -> Command | None:
    verb, rest = _verb(words)
    if verb in ("add", "a"):
        return _parsed(tool, [word for word in rest if word != "--pypi"], "pypi" if "--pypi" in rest else "conda")
    return Command(tool, ()) if verb in ("install", "i", "update", "global", "exec", "x") else None


def _adding(tool: str, words: list[str]) -> Command | None:
    """poetry, pdm, pipx, rye, hatch: the verb, and names behind it."""
    verb, rest = _verb(words)
    return _parsed(tool, rest, "pypi") if verb in ("add", "install", "sync", "update", "run", "inject") else None


def _easy(tool: str, words: list[str]) -> Command | None:
    return _parsed(tool, words, "pypi")


_READERS: Final = {
    "pip": _pip, "uv": _uv, "uvx": _uvx, "conda": _conda, "mamba": _conda, "micromamba": _conda, "pixi": _pixi,
    "poetry": _adding, "pdm": _adding, "pipx": _adding, "rye": _adding, "easy_install": _easy,
}  # fmt: skip
TOOLS: Final = frozenset(_READERS)


def _verb(words: list[str]) -> tuple[str, list[str]]:
    """The first word that is no option, and what follows it."""
    skip = False
    for at, word in enumerate(words):
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _VALUED
        else:
            return word, words[at + 1 :]
    return "", []


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each word as option and value; a plain word has no option."""
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.startswith("-"):
            yield "", word
            continue
        name, equals, value = word.partition("=")
        if not equals and (name in _VALUED or name == "--with") and at < len(words):
            value = words[at]
            at += 1
        yield name, value


def _parsed(tool: str, words: list[str], ecosystem: str) -> Command:
    wanted: list[tuple[str, str]] = []
    indexes: list[tuple[str, str]] = []
    files: list[str] = []
    for name, value in _options(words):
        if not name or name in ("-e", "--editable", "--with"):
            wanted.append((ecosystem, value))
        elif name in _FILES or (ecosystem == "conda" and name == "-f"):
            files.append(value)
        elif name in _OF_INDEX and ecosystem == "pypi":
            indexes.append((_OF_INDEX[name], value))
    return Command(tool, tuple(one for one in wanted if one[1]), tuple(indexes), tuple(files))
