"""Whether this program runs inside a kernel: there it may not control fumehood, and never starts a daemon.

Three signs, each enough: the variable that every kernel has, in us or in an ancestor; an ancestor that is a runtime;
the mark that kernels carry and cannot shed. This is what an honest client asks of itself, so that it fails with a
reason; the daemon decides for itself whom it lets in (`daemon.placing`).
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import msgspec

from fumehood.core import identity
from fumehood.core.errors import PeerRefused
from fumehood.core.paths import Paths
from fumehood.sandbox.mark import WATERMARK, read_mark

VARIABLE = "FUMEHOOD_RUNTIME"


def refuse_inside_runtime(paths: Paths) -> None:
    """Raises `PeerRefused` inside a kernel."""
    if inside_runtime(paths):
        raise PeerRefused("This program runs inside a notebook's kernel.")


def inside_runtime(paths: Paths) -> bool:
    if os.environ.get(VARIABLE) or _marked(paths.lock):
        return True
    chain = identity.ancestors(os.getpid())
    return chain is None or any(_is_runtime_or_kernel(one.pid) for one in chain)


def _marked(lock: Path) -> bool:
    mark = read_mark(os.getpid())
    if mark is None or mark.ceiling == WATERMARK:
        return True
    try:
        holder = msgspec.json.decode(lock.read_bytes(), type=identity.Holder)
    except (OSError, msgspec.MsgspecError):
        return False
    return mark.filters > holder.filters


def _is_runtime_or_kernel(pid: int) -> bool:
    """As far as it can be read: the ancestors of a terminal belong to root, and those are neither."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    if any(one.startswith(VARIABLE.encode() + b"=") and len(one) > len(VARIABLE) + 1 for one in variables):
        return True
    return any(pair == (b"-m", b"fumehood.runtime") for pair in pairwise(words))
