"""Python's own ways to a command line, as far as a syntax tree shows them: calls by name, whose arguments are written
out. Nothing is evaluated."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import Final

_CALLS: Final = frozenset((
    "system", "popen", "run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput",
    "run_line_magic", "run_cell_magic", "magic", "create_subprocess_exec", "create_subprocess_shell",
    "system_piped", "system_raw", "execv", "execve", "execvp", "execvpe", "execl", "execlp", "spawnv", "spawnvp",
    "spawnl", "spawnlp", "posix_spawn", "sx",
))  # fmt: skip
_WORDS: Final = frozenset(("create_subprocess_exec", "execl", "execlp", "spawnl", "spawnlp"))
"""Each argument is a word."""
_SECOND: Final = frozenset(("execv", "execve", "execvp", "execvpe", "spawnv", "spawnvp", "posix_spawn"))
_MAGICS: Final = frozenset(("run_line_magic", "run_cell_magic"))
_PIP_MAIN: Final = frozenset(("pip.main", "pip._internal.main", "pip._internal.cli.main.main", "pipmain"))
_BROWSER: Final = frozenset(("micropip.install", "piplite.install"))


def parsed(source: str) -> ast.Module | None:
    """None: no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
        return None


def commands(tree: ast.Module) -> Iterator[tuple[int, str | list[str], str]]:
    """Line, command (as one text for a shell, or as words) and how the call is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            command = _command(name, node)
            if command:
                yield node.lineno, command, _written(name, command)


def dotted(node: ast.expr) -> str:
    """`subprocess.run`; the last names of what is no plain name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 8:
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    elif isinstance(node, ast.Call):
        parts.append("()")
    return ".".join(reversed(parts))


def _command(name: str, node: ast.Call) -> str | list[str] | None:
    last = name.rsplit(".", 1)[-1]
    arguments = [text(one) for one in node.args]
    if name in _PIP_MAIN:
        words = arguments[0] if arguments else None
        return ["pip", *words] if isinstance(words, list) else None
    if name in _BROWSER:
        wanted = arguments[0] if arguments else None
        return ["pip", "install", *([wanted] if isinstance(wanted, str) else wanted or [])]
    if last not in _CALLS or not arguments:
        return None
    if last in _MAGICS:
        parts = [one for one in arguments if isinstance(one, str)]
        if last == "run_line_magic":
            return " ".join(parts)
        return parts[-1] if parts and parts[0] in ("bash", "sh", "script") else None
    if last in _WORDS:
        return [one for one in arguments if isinstance(one, str)]
    wanted = arguments[1] if last in _SECOND and len(arguments) > 1 else arguments[0]
    if isinstance(wanted, str) and last == "magic":
        return wanted.lstrip("%")
    return wanted


def text(node: ast.expr) -> str | list[str] | None:
    """A constant text or list of texts; what is not constant in it becomes `{}`."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(one) for one in node.values)
    if isinstance(node, ast.List | ast.Tuple):
        return [_word(one) for one in node.elts]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _sum(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        whole = node.func.value if not node.args or dotted(node.func) != "shlex.split" else node.args[0]
        return whole.value.split() if isinstance(whole, ast.Constant) and isinstance(whole.value, str) else None
    return None


def _sum(node: ast.expr) -> str | list[str] | None:
    """By a loop: a sum of ten thousand texts is nested as deep."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    parts.append(node)
    values = [text(one) if not isinstance(one, ast.BinOp) else None for one in reversed(parts)]
    if isinstance(values[0], list):
        return [word for value in values for word in (value if isinstance(value, list) else ["{}"])]
    return "".join(value if isinstance(value, str) else "{}" for value in values)


def _word(node: ast.expr) -> str:
    if dotted(node) == "sys.executable":
        return "{sys.executable}"
    value = text(node) if not isinstance(node, ast.List | ast.Tuple | ast.BinOp) else None
    return value if isinstance(value, str) else "{}"


def _piece(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return (
        "{sys.executable}" if isinstance(node, ast.FormattedValue) and dotted(node.value) == "sys.executable" else "{}"
    )


def _written(name: str, command: str | list[str]) -> str:
    return f"{name}({command if isinstance(command, str) else ' '.join(command)})"
