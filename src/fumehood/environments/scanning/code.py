"""What a code cell would do, as far as its text shows it. Nothing is run or evaluated; a cell that wants to hide from
this can, and one that hides by decoding its code is found for that."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from fumehood.environments.asking import calls, commands
from fumehood.environments.asking.cells import Said, looked_through

_URL: Final = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_INDEX: Final = re.compile(
    r"(?:PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|PIP_TRUSTED_HOST|PIP_CONFIG_FILE|UV_(?:DEFAULT_)?INDEX(?:_URL)?|"
    r"UV_EXTRA_INDEX_URL|UV_CONFIG_FILE)\b|pip config set\b"
)
_QUICK: Final = re.compile(
    r"[!%]|system|popen|Popen|run|call|check_|output|magic|exec|spawn|sx|eval|pickle|load|pip|uv|conda|mamba|pixi|PIP_|UV_"
)
"""Without any of these words, nothing below finds anything."""
_RUNS: Final = re.compile(r"exec|eval|run_c|runcode|runsource|\.ex\b|pickle|load")
_FETCHERS: Final = frozenset(("curl", "wget", "fetch", "aria2c"))
_RUNNERS: Final = re.compile(r"(?:ba|z|da|k|fi)?sh|python[\d.]*|perl|ruby|node|Rscript|source|\.|eval")
_FETCH: Final = frozenset(
    """requests.get requests.post httpx.get httpx.post urllib.request.urlopen request.urlopen urlopen urlretrieve
    urllib.request.urlretrieve request.urlretrieve wget.download urllib2.urlopen requests.request http.get
    session.get""".split()  # noqa: SIM905
)
_DECODE: Final = frozenset(
    """b64decode b32decode b16decode b85decode a85decode decompress fromhex unhexlify decodebytes
    decodestring""".split()  # noqa: SIM905
)
_RUN: Final = frozenset(("run_cell", "run_code", "runcode", "runsource", "ex"))
"""Methods; `df.eval` and `model.eval` are something else."""
_UNPACK: Final = frozenset(
    ("pickle.loads", "pickle.load", "cPickle.loads", "dill.loads", "dill.load", "marshal.loads", "cloudpickle.loads")
)
_UNPACK_FROM: Final = frozenset(("read_pickle", "joblib.load"))


class Seen(NamedTuple):
    rule: str
    line: int
    """In the cell, from 1."""
    text: str


def look(source: str) -> Iterator[Seen]:
    """Never fails."""
    if _QUICK.search(source) is None:
        return
    cell = looked_through(source)
    for said in cell.said:
        yield from _command(said)
    yield from _fetched_then_run(cell.said)
    if _INDEX.search(source):
        for number, line in enumerate(source.split("\n"), 1):
            if _INDEX.search(line) and not line.lstrip().startswith("#"):
                yield Seen("cell-changes-index", number, line)
    for number, line in enumerate(source.split("\n"), 1):
        if line.lstrip().startswith(("%run ", "%load ")) and _URL.search(line):
            yield Seen("cell-downloads-and-runs", number, line)
    if cell.tree is not None and _RUNS.search(source):
        yield from _Flow(cell.tree).look()


def _command(said: Said) -> Iterator[Seen]:
    if isinstance(said.command, str):
        installs = any(True for _ in commands.of_shell(said.command))
        fetches = _piped(said.command)
    else:
        installs = any(True for _ in commands.of_words(said.command))
        fetches = False
    if fetches:
        yield Seen("cell-downloads-and-runs", said.line, said.text)
    if installs:
        yield Seen("cell-installs", said.line, said.text)
    elif said.how != "magic" and said.command and not fetches:
        yield Seen("cell-shells-out", said.line, said.text)


def _piped(text: str) -> bool:
    """`curl … | sh`, `sh -c "$(curl …)"`, `source <(curl …)`."""
    parts = text.split("|")
    for one, two in pairwise(parts):
        if _FETCHERS & set(_words(one)) and (then := _bare(two)) and _RUNNERS.fullmatch(then[0]):
            return True
    words = _words(text)
    at = next((number for number, word in enumerate(words) if word in _FETCHERS), -1)
    return at > 0 and ("$(" in text or "<(" in text or "`" in text) and any(_RUNNERS.fullmatch(w) for w in words[:at])


def _words(text: str) -> list[str]:
    return [word.rsplit("/", 1)[-1] for word in re.split(r"[\s\"'`$()<>;&]+", text) if word]


def _bare(text: str) -> list[str]:
    words = _words(text)
    while words and (words[0] in ("sudo", "env", "exec", "command") or "=" in words[0] or words[0].startswith("-")):
        words = words[1:]
    return words


def _fetched_then_run(said: tuple[Said, ...]) -> Iterator[Seen]:
    """A file that one command of the cell fetches and a later one runs."""
    fetched: set[str] = set()
    for one in said:
        text = one.command if isinstance(one.command, str) else " ".join(one.command)
        for part in re.split(r"[;&|\n]+", text):
            words = _words(part)
            if not words:
                continue
            if _FETCHERS & set(words):
                fetched |= {word.split("?")[0] for word in words[1:] if not word.startswith("-") and len(word) > 2}
            elif fetched and ((_RUNNERS.fullmatch(words[0]) and fetched & set(words[1:])) or words[0] in fetched):
                yield Seen("cell-downloads-and-runs", one.line, one.text)
                return


class _Flow:
    """Which names hold something fetched or decoded, roughly: in the order of the lines, without branches."""

    def __init__(self, tree: ast.Module) -> None:
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.Call | ast.withitem)]
        self._nodes = sorted(nodes, key=_line)
        self._fetched: set[str] = set()
        self._decoded: set[str] = set()

    def look(self) -> Iterator[Seen]:
        for node in self._nodes:
            if isinstance(node, ast.Call):
                yield from self._call(node)
                continue
            value = node.value if isinstance(node, ast.Assign) else node.context_expr
            targets = node.targets if isinstance(node, ast.Assign) else [node.optional_vars]
            fetched, decoded = self._of(value)
            for target in targets:
                if isinstance(target, ast.Name):
                    (self._fetched.add if fetched else self._fetched.discard)(target.id)
                    (self._decoded.add if decoded else self._decoded.discard)(target.id)

    def _of(self, value: ast.expr) -> tuple[bool, bool]:
        fetched = decoded = False
        for node in ast.walk(value):
            if isinstance(node, ast.Call):
                name = calls.dotted(node.func)
                fetched = fetched or name in _FETCH
                decoded = decoded or name.rsplit(".", 1)[-1] in _DECODE
            elif isinstance(node, ast.Name):
                fetched = fetched or node.id in self._fetched
                decoded = decoded or node.id in self._decoded
        return fetched, decoded

    def _call(self, node: ast.Call) -> Iterator[Seen]:
        name = calls.dotted(node.func)
        last = name.rsplit(".", 1)[-1]
        runs = name in ("exec", "eval", "builtins.exec", "builtins.eval") or (last in _RUN and "." in name)
        unpacks = name in _UNPACK
        if not runs and not unpacks and name not in _UNPACK_FROM and last != "read_pickle":
            return
        fetched = decoded = False
        for argument in node.args[:2]:
            one, two = self._of(argument)
            fetched, decoded = fetched or one, decoded or two
        first = node.args[0] if node.args else None
        if not runs and not unpacks and isinstance(first, ast.Constant) and isinstance(first.value, str):
            fetched = fetched or bool(_URL.match(first.value))
        if fetched:
            yield Seen("cell-downloads-and-runs", node.lineno, f"{name}(…)")
        elif decoded and (runs or unpacks):
            yield Seen("cell-hides-code", node.lineno, f"{name}(…)")


def _line(node: ast.Assign | ast.Call | ast.withitem) -> tuple[int, bool]:
    """What is assigned counts from the next call on."""
    if isinstance(node, ast.withitem):
        return node.context_expr.lineno, False
    return node.lineno, isinstance(node, ast.Assign)
