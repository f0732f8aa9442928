"""Unix sockets that only their owner can reach, from the moment they exist.

A socket is bound in a fresh folder of mode 0700, given its mode there, and then renamed to its place: nobody can have
connected before, and a stale socket of a killed daemon is replaced in one step. Assumes that the caller holds the lock
that makes it the only daemon.
"""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

from fumehood.core.errors import PlaceUnsafe
from fumehood.core.paths import private_folder

_BACKLOG = 64
_LONGEST = 107
"""Bytes of a Unix socket's path."""


def listen_private(path: Path) -> socket.socket:
    """A listening, non-blocking socket at `path`, mode 0600. Raises PlaceUnsafe, also where the path is too long."""
    private_folder(path.parent)
    if len(os.fsencode(path)) > _LONGEST:
        raise PlaceUnsafe(f"{path} is too long for a Unix socket.", hint="Set FUMEHOOD_HOME to a shorter path.")
    nest = Path(tempfile.mkdtemp(prefix=".", dir=path.parent))
    cradle = nest / "s"
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        sock.setblocking(False)
        sock.bind(os.fspath(cradle))
        cradle.chmod(0o600)
        sock.listen(_BACKLOG)
        cradle.rename(path)
    except OSError as error:
        sock.close()
        cradle.unlink(missing_ok=True)
        raise PlaceUnsafe(f"{path} cannot be made: {error.strerror}.") from error
    finally:
        nest.rmdir()
    return sock
