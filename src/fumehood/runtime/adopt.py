"""A warm kernel becomes a room's: its folder and environment are set, as if it had been started there.

Only a Python kernel can be told so, and only where nothing changes that it already read at its start; `fits` decides,
and the caller starts a fresh kernel otherwise. The code runs silently: no history, no counter, no name left behind.
A fresh Python kernel gets it too, because it was started elsewhere and IPython noted that place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

_READ_AT_START = (
    "PATH",
    "HOME",
    "LANG",
    "LANGUAGE",
    "VIRTUAL_ENV",
    "TMPDIR",
    "GLIBC_TUNABLES",
    "MALLOC_ARENA_MAX",
)
_READ_AT_START_PREFIXES = ("PYTHON", "LD_", "CONDA", "IPYTHON", "JUPYTER", "LC_", "MALLOC_", "XDG_")

_CODE = """\
def adopt(cwd, env):
    import os, sys, time
    os.environ.update(env)
    if hasattr(time, "tzset"):
        time.tzset()
    os.chdir(cwd)
    from IPython import get_ipython
    shell = get_ipython()
    if shell is not None:
        shell.starting_dir = os.getcwd()
        history = shell.user_ns.get("_dh")
        if history:
            history[:] = [os.getcwd()]
adopt(cwd, env)
"""


def fits(language: str, env: Mapping[str, str], current: Mapping[str, str]) -> bool:
    """Whether a kernel of this language, started with the environment `current`, can be given `env` on top."""
    if language != "python":
        return False
    return not any(_read_at_start(name) and current.get(name) != value for name, value in env.items())


def _read_at_start(name: str) -> bool:
    return name in _READ_AT_START or name.startswith(_READ_AT_START_PREFIXES)


def code(cwd: str, env: Mapping[str, str]) -> str:
    """To be run silently. What is read at the start `fits`, and stays as the kernel has it: its `PATH` has guards."""
    values = json.dumps({"cwd": cwd, "env": {k: v for k, v in env.items() if not _read_at_start(k)}})
    return f"exec({_CODE!r}, __import__('json').loads({values!r}))"
