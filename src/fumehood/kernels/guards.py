"""The `pip`, `uv` and `conda` that a kernel's own commands find: they look, and send who would install to the
notebook's dependencies.

`!pip install x`, `%%bash` cells and `subprocess.run([sys.executable, "-m", "pip", …])` are processes of the kernel, and
nothing but a sandbox stops a process for certain. What stops an accident: pip runs itself through the interpreter that
`PIP_PYTHON` names (its own `--python`, since 22.3), whichever way it was started; uv asks the interpreter that
`UV_PYTHON` names what it is, and hears this instead; the other tools, and uv for a kinder word, are found on `PATH`. A
command that says `--python`, clears the variables, gives another tool's absolute path or does without these tools
passes; the threat model says so. Written into the kernel's private folder, so that it goes with it.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from fumehood.core import limits
from fumehood.core.errors import HoodError, KernelStartFailed
from fumehood.kernels.installs import LOOKING
from fumehood.store.atomic import read_regular

_NAMES: Final = ("uv", "uvx", "conda", "mamba", "micromamba", "pixi")
_SCRIPT: Final = "installs.py"
_REFUSED: Final = "refused"
_READ: Final = "refused.read"

_PIP: Final = """#!/bin/sh
# pip runs itself through this: $1 is pip, then its words. Its own interpreter is the one that called.
verb= ; for word in "$@"; do case "$word" in "$1" | -[!Vh-]* | --[!vh]*) ;; *) verb=$word; break ;; esac; done
python=$(tr '\\0' '\\n' < "/proc/$PPID/cmdline" | head -n 1)
case "$python" in */*) ;; *) python=$(command -v "$python") ;; esac
case "$verb" in
  {looking} | "" | uninstall | cache | config | index) exec "$python" "$@" ;;
esac
shift
exec "$python" {script} pip "$@"
"""

_UV: Final = """#!/bin/sh
# uv, by whatever path it was started, asks this what it is: it is nothing to install into.
python=$(command -v python3 || command -v python)
[ -n "$python" ] && exec "$python" {script} uv-python
echo "Nothing was installed: packages are added through the notebook's dependencies." >&2
exit 1
"""

_OTHER: Final = """#!/bin/sh
here={here}
tool=${{0##*/}}
rest=:$PATH: ; PATH=
while [ -n "${{rest#:}}" ]; do
  rest=${{rest#:}} ; one=${{rest%%:*}} ; rest=${{rest#"$one"}}
  [ -z "$one" ] || [ "$one" = "$here" ] || PATH=$PATH${{PATH:+:}}$one
done
export PATH
unset UV_PYTHON
verb=$1 ; [ "$tool $1" = "uv pip" ] && verb=$2
case "$tool $verb" in
  uvx\\ *) ;;
  *\\ ) exec "$tool" "$@" ;;
  {looking}) exec "$tool" "$@" ;;
esac
python=$(command -v python3 || command -v python)
[ -n "$python" ] && exec "$python" {script} "$tool" "$@"
echo "Nothing was installed: packages are added through the notebook's dependencies." >&2
exit 1
"""


def around(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment of a kernel whose private folder this is. Raises `KernelStartFailed`."""
    place = folder / "guard"
    try:
        _fill(place)
    except OSError as error:
        raise KernelStartFailed(f"{place} cannot be written: {error.strerror}.") from error
    return {
        **environ,
        "PATH": f"{place}:{environ.get('PATH') or os.defpath}",
        "PIP_PYTHON": str(place / "pip-python"),
        # An older pip that ran within the kernel does not ask again; nothing that it is given has a hash.
        "PIP_REQUIRE_HASHES": "1",
        "UV_PYTHON": str(place / "uv-python"),
    }


def remove(folder: Path) -> None:
    shutil.rmtree(folder / "guard", ignore_errors=True)


def refused(folder: Path) -> list[list[str]]:
    """The commands that were refused since this was asked last, as words. Anything may stand there: the kernel's
    processes write it."""
    place = folder / "guard"
    if not os.path.lexists(place / _REFUSED):
        return []
    try:
        (place / _REFUSED).rename(place / _READ)
        lines = read_regular(place / _READ, limits.REFUSED_BYTES).decode("utf-8", "replace").splitlines()
        (place / _READ).unlink()
    except (OSError, HoodError):
        return []
    found = []
    for line in lines[: limits.REFUSED_COMMANDS]:
        with contextlib.suppress(msgspec.MsgspecError):
            found.append(msgspec.json.decode(line, type=list[str]))
    return found


def _fill(place: Path) -> None:
    place.mkdir(mode=0o700, exist_ok=True)
    script = shlex.quote(str(place / _SCRIPT))
    _write(place / _SCRIPT, _text() + "\n\nsys.exit(main(sys.argv[1:]))\n")
    _write(place / "pip-python", _PIP.format(looking=" | ".join(LOOKING["pip"]), script=script))
    _write(place / "uv-python", _UV.format(script=script))
    looking = dict.fromkeys((*LOOKING["uv"], *LOOKING["conda"], *LOOKING["pip"]))
    other = _OTHER.format(
        here=shlex.quote(str(place)), looking=" | ".join(f"*\\ {word}" for word in looking), script=script
    )
    for name in _NAMES:
        _write(place / name, other)


def _write(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o700)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)


@cache
def _text() -> str:
    return files("fumehood.kernels").joinpath(_SCRIPT).read_text()
