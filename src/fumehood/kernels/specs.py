"""The installed kernelspecs: found where every Jupyter tool finds them, refused where somebody else could write them.

A kernelspec is a command line. So its folder, its `kernel.json` and the program that it names must be this user's or
root's and nobody else's to write, all the way up (`sandbox.ownership`), and nothing in it is taken relative to the
working directory. Unsafe and broken ones are listed with the reason, and never run. jupyter_client itself is not
imported: it costs 0.15 s and brings provisioners, which start processes in ways of their own; a test compares what we
find with what it finds.
"""

from __future__ import annotations

import importlib.util
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any, Literal

import msgspec

from fumehood.core import limits
from fumehood.core.errors import HoodError, KernelSpecMissing, KernelSpecUnsafe
from fumehood.protocol.methods import KernelSpecView
from fumehood.sandbox.ownership import problem_with
from fumehood.sandbox.tools import find_tool

NATIVE = "python3"
_NAME = re.compile(r"[a-z0-9._-]{1,128}\Z")
_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_]+)\}")
_NATIVE_ARGV = (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")


class KernelSpec(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    display_name: str
    language: str
    argv: tuple[str, ...]
    """With an absolute program first, and with `{connection_file}` still in it."""
    env: dict[str, str] = {}
    """Values may hold `${NAME}` of the environment it is started in."""
    interrupt_mode: Literal["signal", "message"] = "signal"
    folder: Path

    def command(self, connection_file: Path) -> list[str]:
        """The argument vector as jupyter_client builds it."""
        values = {"connection_file": str(connection_file), "prefix": sys.prefix, "resource_dir": str(self.folder)}
        filled = (_PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), part) for part in self.argv)
        return [_at_home(part) for part in filled]

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        env = dict(base)
        env.update({key: Template(value).safe_substitute(base) for key, value in self.env.items()})
        for foreign in ("JPY_PARENT_PID", "JPY_INTERRUPT_EVENT", "IPY_INTERRUPT_EVENT"):
            # Of a Jupyter whose terminal we were started from: a kernel would wait for that one's end.
            env.pop(foreign, None)
        if self.language.lower().startswith("python"):
            env.pop("PYTHONEXECUTABLE", None)
        # Every kernel on ipykernel's base class: four lines of debugpy about frozen modules would open each notebook.
        env.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        return env


def _at_home(text: str) -> str:
    return str(Path.home()) + text[1:] if text.startswith("~/") else text


class _File(msgspec.Struct):
    """kernel.json, as far as we read it."""

    argv: list[str]
    display_name: str = ""
    language: str = ""
    env: dict[str, str] = {}
    interrupt_mode: Literal["signal", "message"] = "signal"
    metadata: dict[str, Any] = {}


def kernel_folders() -> list[Path]:
    """Where kernelspecs may lie, the strongest first. Relative entries (of JUPYTER_PATH) are left out."""
    from jupyter_core.paths import jupyter_path

    ipython = Path(os.environ.get("IPYTHONDIR") or Path.home() / ".ipython")
    return [folder for folder in (*map(Path, jupyter_path("kernels")), ipython / "kernels") if folder.is_absolute()]


def _installed() -> Iterator[tuple[str, Path]]:
    """(name, folder) of every spec that wins its name."""
    seen = set()
    for parent in kernel_folders():
        try:
            children = sorted(parent.iterdir())
        except OSError:
            continue
        for folder in children:
            name = folder.name.lower()
            if name not in seen and _NAME.match(name) and (folder / "kernel.json").exists():
                seen.add(name)
                yield name, folder


def find_specs() -> list[KernelSpecView]:
    views = [_view(name, folder) for name, folder in _installed()]
    if all(view.name != NATIVE for view in views) and (native := _native()) is not None:
        views.append(_view_of(native))
    return sorted(views, key=lambda view: view.name)


def get_spec(name: str) -> KernelSpec:
    """Raises `KernelSpecMissing` or `KernelSpecUnsafe`."""
    wanted = name.lower()
    for found, folder in _installed():
        if found == wanted:
            return _load(found, folder)
    if wanted == NATIVE and (native := _native()) is not None:
        return native
    raise KernelSpecMissing(f"There is no kernel named {name!r}.")


def default_spec() -> KernelSpec:
    """python3 of our own interpreter, whatever another folder calls python3."""
    folder = Path(sys.prefix, "share", "jupyter", "kernels", NATIVE)
    if (folder / "kernel.json").exists():
        return _load(NATIVE, folder)
    if (native := _native()) is not None:
        return native
    return get_spec(NATIVE)


def of_environment(python: Path) -> KernelSpec:
    """The kernel of an environment that was built for a notebook: exactly what is in it, and nothing beside.

    `python` is its interpreter. Raises `KernelSpecMissing`, `KernelSpecUnsafe`.
    """
    if not python.is_absolute() or not (folder := python.parent.parent).joinpath("pyvenv.cfg").is_file():
        raise KernelSpecMissing(f"{python} is not the interpreter of an environment.")
    if why := problem_with(python):
        raise KernelSpecUnsafe(f"The environment is not used: {why}.")
    programs = str(python.parent).replace("$", "$$")
    return KernelSpec(
        name=NATIVE,
        display_name="Python 3 (this notebook's environment)",
        language="python",
        argv=(str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"),
        env={
            "VIRTUAL_ENV": str(folder).replace("$", "$$"),
            "PATH": f"{programs}:${{PATH}}",
            # What these add, nobody approved; empty is as good as not set.
            "PYTHONPATH": "",
            "PYTHONHOME": "",
            "PYTHONNOUSERSITE": "1",
        },
        folder=folder,
    )


def _native() -> KernelSpec | None:
    """The kernel of our own interpreter, which needs no installed spec."""
    found = importlib.util.find_spec("ipykernel")
    if found is None or found.origin is None:
        return None
    return KernelSpec(
        name=NATIVE,
        display_name="Python 3 (ipykernel)",
        language="python",
        argv=_NATIVE_ARGV,
        folder=Path(found.origin).parent / "resources",
    )


def _view_of(spec: KernelSpec) -> KernelSpecView:
    return KernelSpecView(
        name=spec.name,
        display_name=spec.display_name,
        language=spec.language,
        argv=spec.argv,
        folder=str(spec.folder),
        usable=True,
    )


def _view(name: str, folder: Path) -> KernelSpecView:
    try:
        return _view_of(_load(name, folder))
    except HoodError as error:
        return KernelSpecView(
            name=name,
            display_name=name,
            language="",
            argv=(),
            folder=str(folder),
            usable=False,
            problem=error.message,
        )


def _load(name: str, folder: Path) -> KernelSpec:
    """Reads `folder`/kernel.json. Raises `KernelSpecUnsafe`."""
    file = folder / "kernel.json"
    if why := problem_with(folder) or problem_with(file):
        raise KernelSpecUnsafe(f"The kernel {name} is not used: {why}.")
    try:
        content = msgspec.json.decode(_read(file), type=_File)
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise KernelSpecUnsafe(f"The kernel {name} is not used: its kernel.json cannot be read: {error}.") from error
    provisioner = content.metadata.get("kernel_provisioner")
    if isinstance(provisioner, dict) and provisioner.get("provisioner_name") not in (None, "local-provisioner"):
        raise KernelSpecUnsafe(
            f"The kernel {name} is not used: it wants to be started by {provisioner.get('provisioner_name')!r}, "
            "a program that starts processes in its own way.",
            hint="Only kernels of this machine are started for now.",
        )
    if not content.argv:
        raise KernelSpecUnsafe(f"The kernel {name} is not used: it names no program.")
    return KernelSpec(
        name=name,
        display_name=content.display_name or name,
        language=content.language,
        argv=(_program(name, content.argv[0]), *content.argv[1:]),
        env=content.env,
        interrupt_mode=content.interrupt_mode,
        folder=folder,
    )


def _program(name: str, program: str) -> str:
    """The absolute path of the program. A Python without a path means our own, as it does in Jupyter."""
    if program in ("python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info[:2])):
        return sys.executable
    try:
        found = find_tool(_at_home(program.replace("{prefix}", sys.prefix)))
    except HoodError as error:
        raise KernelSpecUnsafe(f"The kernel {name} is not used: {error.message}", hint=error.hint) from error
    if why := problem_with(found):
        raise KernelSpecUnsafe(f"The kernel {name} is not used: {why}.")
    return str(found)


def _read(file: Path) -> bytes:
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("it is not a regular file")
        return stream.read(limits.KERNELSPEC_BYTES)
