"""Has the messages of a comm come in a thread of their own, beside whatever cell runs.

A kernel's comm messages come in its main thread, one after the other with the cells: a cell that waits for a selection
would wait for ever, and a page would get no data while a cell computes. ipykernel 7 has subshells, threads that take
messages by themselves, and asks each comm where what comes for it belongs. Ours says: to the one subshell that all
viewers of this kernel share. Where a kernel cannot do that, all comes as ever and `hear_beside` says so.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import Future
from typing import Any

_lock = threading.Lock()
_subshell: str | None = None
_SECONDS = 5.0


def hear_beside(comm: Any) -> bool:
    """Whether messages of this comm come beside the cells from now on."""
    kernel = _kernel()
    # The question that ipykernel asks a comm; its name is all that we know of older and other kernels.
    if kernel is None or not callable(getattr(comm, "_reply_subshell_for", None)):
        return False
    subshell = _shared(kernel)
    if subshell is None:
        return False
    comm._reply_subshell_for = lambda _data, _default: subshell
    return True


def _kernel() -> Any:
    found = sys.modules.get("ipykernel.kernelbase")
    if found is None or not found.Kernel.initialized():
        return None
    return found.Kernel.instance()


def _shared(kernel: Any) -> str | None:
    global _subshell
    with _lock:
        if _subshell is None:
            thread = getattr(kernel, "shell_channel_thread", None)
            if thread is None:
                return None
            made: Future[str] = Future()

            def make() -> None:
                try:
                    made.set_result(thread.manager._create_subshell())
                except (AttributeError, AssertionError, TypeError, RuntimeError, OSError) as error:
                    made.set_exception(error)

            try:
                thread.io_loop.add_callback(make)
                _subshell = made.result(_SECONDS)
            except (AttributeError, AssertionError, TypeError, RuntimeError, OSError):
                return None
        return _subshell
