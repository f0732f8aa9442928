"""The connection file: where a kernel listens, and the key that signs its messages.

Sockets are `ipc` in the kernel's own 0700 folder, never TCP and never in Jupyter's shared runtime folder, where the
keys of other kernels lie. A Unix socket's path has 107 bytes.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from fumehood.core.errors import KernelStartFailed
from fumehood.kernels.wire import Channel

_PORTS: dict[Channel, int] = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4}
_HEARTBEAT = 5
_SOCKET_PATH_MAX = 107


class Connection(NamedTuple):
    file: Path
    key: bytes
    endpoints: dict[Channel, str]
    sockets: tuple[Path, ...]


def make_connection(folder: Path, kernel_name: str) -> Connection:
    """Writes the file, mode 0600, into `folder`, which must be private and may hold what an earlier kernel left."""
    prefix = folder / "k"
    if len(os.fsencode(f"{prefix}-0")) > _SOCKET_PATH_MAX:
        raise KernelStartFailed(f"The folder {folder} has too long a path for a socket.", hint="Set FUMEHOOD_HOME.")
    key = secrets.token_hex(32)
    info = {
        "transport": "ipc",
        "ip": str(prefix),
        **{f"{channel}_port": port for channel, port in _PORTS.items()},
        "hb_port": _HEARTBEAT,
        "signature_scheme": "hmac-sha256",
        "key": key,
        "kernel_name": kernel_name,
    }
    file = folder / "kernel.json"
    sockets = tuple(Path(f"{prefix}-{port}") for port in (*_PORTS.values(), _HEARTBEAT))
    for stale in (file, *sockets):
        stale.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(info, stream)
    return Connection(
        file=file,
        key=key.encode("ascii"),
        endpoints={channel: f"ipc://{prefix}-{port}" for channel, port in _PORTS.items()},
        sockets=sockets,
    )


def remove_connection(connection: Connection) -> None:
    for path in (connection.file, *connection.sockets):
        path.unlink(missing_ok=True)
