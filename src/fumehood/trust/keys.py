"""The key that approvals are signed with: 32 random bytes that only this user's files hold.

Read anew each time, with its owner and mode looked at on the open file: one that somebody else could have read signs
nothing and verifies nothing, and the error names the line that mends it. A key for each purpose is derived by HKDF
(RFC 5869, SHA-256), so that no signature of one kind can pass for one of another. An unsandboxed kernel of the same
user can read the file; docs/threat-model.md says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from fumehood.core.errors import PlaceUnsafe, TrustKeyUnusable
from fumehood.core.paths import Paths, private_folder
from fumehood.store.atomic import sync_folder

_BYTES: Final = 32
_SALT: Final = b"fumehood trust"
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Keys:
    """What signs and verifies. `id` names the master without telling it."""

    __slots__ = ("_master", "id")

    def __init__(self, master: bytes) -> None:
        self._master = master
        self.id = self._derived("id")[:8].hex()

    def _derived(self, purpose: str) -> bytes:
        return hkdf(self._master, _SALT, purpose.encode("ascii"), 32)

    def sign(self, purpose: str, data: bytes) -> bytes:
        return hmac.new(self._derived(purpose), data, hashlib.sha256).digest()

    def verify(self, purpose: str, data: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(self.sign(purpose, data), signature)


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 with SHA-256."""
    key = hmac.new(salt or bytes(32), secret, hashlib.sha256).digest()
    out = block = b""
    count = 1
    while len(out) < length:
        block = hmac.new(key, block + info + bytes((count,)), hashlib.sha256).digest()
        out += block
        count += 1
    return out[:length]


def load(paths: Paths) -> Keys | None:
    """The user's keys; None where none were made. Blocks. Raises TrustKeyUnusable."""
    place = paths.trust_key
    try:
        folder = place.parent.lstat()
        fd = os.open(place, _READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(place, f"cannot be read: {error.strerror}") from error
    try:
        found = os.fstat(fd)
        if not stat.S_ISDIR(folder.st_mode) or folder.st_uid != os.getuid() or folder.st_mode & 0o077:
            hint = f"chmod 700 {place.parent}"
            raise TrustKeyUnusable(f"{place.parent} is open to other users; nothing is approved.", hint=hint)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
            raise _unusable(place, "is not this user's own file")
        if found.st_mode & 0o077:
            hint = f"rm {place}   (others may have read it: approve anew; chmod 600 keeps it if nobody did)"
            raise TrustKeyUnusable(f"{place} is open to other users; nothing is approved.", hint=hint)
        master = os.read(fd, _BYTES + 1)
    except OSError as error:
        raise _unusable(place, f"cannot be read: {error.strerror}") from error
    finally:
        os.close(fd)
    if len(master) != _BYTES:
        raise _unusable(place, f"has not {_BYTES} bytes")
    return Keys(master)


def load_or_make(paths: Paths) -> Keys:
    """Blocks. Raises TrustKeyUnusable."""
    place = paths.trust_key
    try:
        private_folder(paths.config)
        private_folder(place.parent)
        if not os.path.lexists(place):
            _make(place)
    except PlaceUnsafe as error:
        raise TrustKeyUnusable(error.message, hint=error.hint) from error
    except OSError as error:
        raise _unusable(place, f"cannot be made: {error.strerror}") from error
    keys = load(paths)
    if keys is None:
        raise _unusable(place, "is gone")
    return keys


def _make(place: Path) -> None:
    """With its mode from the first moment, and under its name only when it is whole."""
    fresh = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    fd = os.open(fresh, _MAKE, 0o600)
    try:
        try:
            os.write(fd, secrets.token_bytes(_BYTES))
            os.fsync(fd)
        finally:
            os.close(fd)
        with contextlib.suppress(FileExistsError):  # somebody else was faster, and theirs is as good
            os.link(fresh, place)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(place.parent)


def _unusable(place: Path, why: str) -> TrustKeyUnusable:
    return TrustKeyUnusable(f"{place} {why}; nothing is approved.", hint=f"rm {place}   (then approve anew)")
