"""Processes are started in `sandbox.spawn` and nowhere else (design, section 11). Lint says so by name; this reads the
sources for every other way as well, the roundabout ones included.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fumehood

SOURCES = Path(fumehood.__file__).parent

MODULES = {
    "subprocess", "_posixsubprocess", "multiprocessing", "_multiprocessing", "pty", "popen2", "commands",
    "webbrowser", "pexpect", "ptyprocess", "sh", "plumbum", "invoke", "jupyter_client", "distutils", "antigravity",
    "concurrent.futures.process", "asyncio.subprocess", "asyncio.unix_events", "asyncio.base_subprocess",
    "ctypes", "cffi", "_ctypes",
}  # fmt: skip
"""Modules that start processes, or that call into C, by which everything can be done."""
NAMES = {
    "fork", "vfork", "forkpty", "syscall", "posix_spawn", "posix_spawnp", "popen", "startfile", "fork_exec",
    "execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe",
    "spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe",
    "create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell",
    "ProcessPoolExecutor", "Popen", "getstatusoutput", "getoutput", "check_output", "check_call",
}  # fmt: skip
"""Functions, under whatever module or alias they are reached."""
OF_OS = {"system"}
"""Names that mean this on `os`, and something harmless elsewhere (`platform.system`)."""
BUILTINS = {"exec", "eval", "__import__", "compile"}
LOOKUPS = {"getattr", "import_module", "attrgetter", "methodcaller", "find_spec", "run_module", "run_path"}

ALLOWED = {
    ("sandbox/spawn.py", "subprocess"), ("sandbox/spawn.py", "Popen"),
    ("sandbox/launch.py", "execve"), ("sandbox/launch.py", "fork"), ("sandbox/launch.py", "ctypes"),
    ("sandbox/mark.py", "ctypes"), ("sandbox/mark.py", "syscall"),
    # Each calls one function of libc that Python lacks: mallopt and malloc_trim, renameat2.
    ("core/heap.py", "ctypes"), ("store/atomic.py", "ctypes"), ("datasets/export/places.py", "ctypes"),
}  # fmt: skip


def ways(source: str) -> Iterator[str]:
    """The name of everything in `source` that could start a process."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _module(alias.name)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from _module(module)
            for alias in node.names:
                yield from _module(f"{module}.{alias.name}")
                if alias.name in NAMES or (module in ("os", "posix") and alias.name in OF_OS | {"*"}):
                    yield alias.name
        elif isinstance(node, ast.Attribute):
            if node.attr in NAMES or (node.attr in OF_OS and not _is(node.value, "platform")):
                yield node.attr
        elif isinstance(node, ast.Name):
            if node.id in NAMES or node.id in BUILTINS:
                yield node.id
        elif isinstance(node, ast.Call):
            yield from _lookup(node)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            # vars(os)["fork"], sys.modules["subprocess"]
            yield from _text(node.slice.value)


def _module(name: str) -> Iterator[str]:
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        if ".".join(parts[:end]) in MODULES:
            yield ".".join(parts[:end])


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _lookup(node: ast.Call) -> Iterator[str]:
    function = node.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name not in LOOKUPS and not (name == "get" and isinstance(function, ast.Attribute)):
        return
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    for argument in given:
        if isinstance(argument, ast.Constant):
            yield from _text(argument.value)
    if name == "getattr" and len(given) > 1 and _is(given[0], "os") and not isinstance(given[1], ast.Constant):
        yield "getattr(os, …)"
    if name == "import_module" and given and not _is_fixed(given[0]):
        yield "import_module(…)"


def _is_fixed(name: ast.expr) -> bool:
    """A constant, or a module of our own."""
    if isinstance(name, ast.JoinedStr):
        name = name.values[0]
        return isinstance(name, ast.Constant) and str(name.value).startswith("fumehood.")
    return isinstance(name, ast.Constant)


def _text(value: object) -> Iterator[str]:
    if isinstance(value, str) and (value in NAMES | OF_OS or any(True for _ in _module(value))):
        yield value


def files() -> list[Path]:
    return sorted(SOURCES.rglob("*.py"))


def test_the_sources_start_processes_in_one_place_only() -> None:
    found = {(str(path.relative_to(SOURCES)), way) for path in files() for way in ways(path.read_text("utf-8"))}
    assert found - ALLOWED == set()
    assert ALLOWED - found == set(), "an exception that nobody uses is a hole"


def test_every_source_is_looked_at() -> None:
    assert {"sandbox", "kernels", "runtime", "daemon", "doors", "client", "cli"} <= {
        path.relative_to(SOURCES).parts[0] for path in files()
    }


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess",
        "import subprocess as quiet",
        "from subprocess import run",
        "import asyncio.subprocess",
        "from asyncio import subprocess",
        "import os; os.fork()",
        "import os as o; o.execvp('x', [])",
        "from os import posix_spawn as p",
        "from os import *",
        "from os import system",
        "import posix; posix.system('x')",
        "f = os.popen",
        "getattr(os, 'system')('x')",
        "getattr(os, 'for' + 'k')()",
        "getattr(anything, 'posix_spawn')",
        "import importlib; importlib.import_module('subprocess')",
        "importlib.import_module(name)",
        "importlib.import_module(name='pty')",
        "__import__('pty')",
        "exec('import subprocess')",
        "eval(text)",
        "sys.modules['subprocess']",
        "sys.modules.get('subprocess')",
        "vars(os)['fork']()",
        "os.__dict__['system']",
        "operator.attrgetter('fork')(os)",
        "operator.methodcaller('system', 'x')(os)",
        "asyncio.create_subprocess_exec('x')",
        "loop.subprocess_shell(p, 'x')",
        "from concurrent.futures import ProcessPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor()",
        "import multiprocessing.pool",
        "import pty",
        "import webbrowser",
        "import ctypes",
        "libc.vfork()",
        "libc.system(b'x')",
        "importlib.import_module(f'{name}')",
        "from jupyter_client.manager import KernelManager",
        "psutil.Popen(['x'])",
        "def late():\n    import subprocess\n",
        "if TYPE_CHECKING:\n    import pexpect\n",
    ],
)
def test_another_way_would_be_found(source: str) -> None:
    assert list(ways(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "from fumehood.sandbox.spawn import spawn; spawn(policy, argv, cwd=c, env=e)",
        "import platform; platform.system()",
        "import os; os.kill(1, 2); os.open('x', 0)",
        "getattr(thing, 'name')",
        "importlib.import_module(f'fumehood.cli.{name}')",
        "settings.get('system_font')",
        "import re; re.match('x', 'y')",
        "self.system_prompt",
        "'subprocess'",
    ],
)
def test_what_starts_nothing_is_left_alone(source: str) -> None:
    assert list(ways(source)) == []
