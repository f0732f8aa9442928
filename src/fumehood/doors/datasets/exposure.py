"""What must be there before a dataset server listens where other machines reach it, and the way around that: SSH.

Pure but for reading the two files. On 127.0.0.1 nothing is asked. Everywhere else the user needs a certificate, because
a bearer would be read on its way; a token of their own, so that who may read does not hang on a link that was printed;
and to say so at the terminal.
"""

from __future__ import annotations

import ipaddress
import os
import pwd
import re
import socket
import ssl
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from fumehood.core.errors import BadSetting, ExposureRefused

WORDS: Final = "open to the network"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32,200}\Z", re.ASCII)


class Exposure(NamedTuple):
    tls: ssl.SSLContext
    token: str
    names: tuple[str, ...]
    """By which other machines ask for this one."""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def ssh_command(port: int, environ: Mapping[str, str]) -> str:
    """The tunnel that makes this server's own address work on the user's machine: the same port at both ends."""
    connection = environ.get("SSH_CONNECTION", "").split()
    host = connection[2] if len(connection) == 4 else socket.gethostname()
    user = pwd.getpwuid(os.getuid()).pw_name
    return f"ssh -N -L {port}:127.0.0.1:{port} {user}@{host}"


def prepare(
    host: str,
    certificate: Path | None,
    key: Path | None,
    token_file: Path | None,
    confirm: Callable[[], str],
    environ: Mapping[str, str],
) -> Exposure:
    """What to listen with. `confirm` gives what a person at the terminal typed. Raises `ExposureRefused`, `BadSetting`,
    `NotApproved`."""
    missing = [
        name
        for name, given in (("--tls-cert", certificate), ("--tls-key", key), ("--token-file", token_file))
        if given is None
    ]
    way = ssh_command(8765, environ)
    if missing:
        raise ExposureRefused(
            f"--host {host} would show the data to every machine that reaches this one; that needs "
            f"{', '.join(missing)}.",
            hint=f"Without --host: run `hood view … --port 8765` here and `{way}` on your machine.",
        )
    assert certificate is not None
    assert key is not None
    assert token_file is not None
    token = read_token(token_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise BadSetting("The TLS files cannot be used.", hint="PEM files: the chain, and its key.") from error
    if confirm() != WORDS:
        raise ExposureRefused("It was not confirmed.", hint=f"Without --host there is SSH: `{way}`.")
    return Exposure(context, token, _names(host))


def read_token(path: Path) -> str:
    """A token of the user's own. Raises `BadSetting`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            mode = os.fstat(fd)
            if not stat.S_ISREG(mode.st_mode) or mode.st_uid not in (os.getuid(), 0) or mode.st_mode & 0o077:
                raise BadSetting(f"{path} must be a file of yours that nobody else can read (mode 0600).")
            text = file.read(1024).decode("ascii", "replace").strip()
    except OSError as error:
        raise BadSetting(f"{path} cannot be read.") from error
    if not _TOKEN.match(text):
        raise BadSetting(
            f"{path} does not hold a token: 32 or more letters, digits, - and _.",
            hint=f"python3 -c 'import secrets; print(secrets.token_urlsafe(32))' > {path}",
        )
    return text


def _names(host: str) -> tuple[str, ...]:
    """What `Host` may name: the address that was asked for, or all of this machine's."""
    names = dict.fromkeys((socket.gethostname(), socket.getfqdn()))
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        return (host, *names)
    for family, *_, address in socket.getaddrinfo(socket.gethostname(), None, proto=socket.IPPROTO_TCP):
        shown = str(address[0])
        names[f"[{shown}]" if family == socket.AF_INET6 else shown] = None
    return tuple(names)
