"""A package was added to a running notebook: the kernel gets it without a restart, where that changes nothing else.

An environment is shared by all notebooks with its lock, so nothing is ever installed into it. The new lock has its own
environment, and the kernel gets that one's folder at the *end* of its path: everything that it had is found where it
was, only what it had not is found there. That the new one holds all of the old one, file by file, was decided by
whoever asks (`environments.live`). At the next restart the kernel runs in the new one alone.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Final

from fumehood.core.errors import Busy, HoodError, KernelMisspoke
from fumehood.kernels.specs import of_environment
from fumehood.protocol.stream import Reply
from fumehood.runtime.desk import Desk
from fumehood.runtime.life import is_python

_CODE: Final = """\
def extend(prefix):
    import importlib, os, sys, sysconfig
    scheme = "venv" if "venv" in sysconfig.get_scheme_names() else "posix_prefix"
    places = sysconfig.get_paths(scheme, vars={"base": prefix, "platbase": prefix})
    for place in dict.fromkeys((places["purelib"], places["platlib"])):
        if not os.path.isdir(place):
            raise OSError(place)
        if place not in sys.path:
            sys.path.append(place)
    importlib.invalidate_caches()
    os.environ["PATH"] = os.pathsep.join([places["scripts"], os.environ.get("PATH", os.defpath)])
extend(prefix)
"""


def code(environment: Path) -> str:
    values = json.dumps({"prefix": str(environment)})
    return f"exec({_CODE!r}, __import__('json').loads({values!r}))"


async def extend(desk: Desk, asked: int, python: str) -> None:
    from fumehood.environments import shelf  # only who is extended needs it

    try:
        spec = await asyncio.to_thread(of_environment, Path(python))
        if desk.running is not None or desk.busy or not desk.life.takes_work or desk.life.kernel is None:
            raise Busy("The kernel is at work.", hint="Wait for it, or restart it in the new environment.")
        if not desk.python or not is_python(desk.life.kernel.spec):
            raise Busy("This kernel runs in no environment of ours.", hint="Restart it in the new environment.")
        if not await desk.life.say_quietly(code(spec.folder)):
            raise KernelMisspoke("The kernel did not take the new packages.", hint="Restart it.")
        await asyncio.to_thread(shelf.hold, spec.folder, desk.life.kernel.pid)
    except HoodError as error:
        desk.say(Reply(id=asked, error=error.code, message=error.message))
        return
    desk.python = python
    desk.say(Reply(id=asked))
