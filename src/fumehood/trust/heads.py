"""Which record of a notebook is the latest, said once more outside the journal, beside the key.

A journal that is put back whole brings its own heads along, and they are genuine. So the head of each notebook's chain
is also a file of its own in the folder of the master key: a chain that does not reach it is an older one, and nothing
of it counts. Written after the journal: what a crash leaves is a journal that is one record ahead, whose last names the
head as the one before it. Who can write here can read the key as well; nothing is promised against them.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from fumehood.core.errors import HoodError, NotApproved, StorageFailed
from fumehood.core.ids import parse_room_id
from fumehood.core.paths import Paths, private_folder
from fumehood.store.atomic import sync_folder
from fumehood.trust import records
from fumehood.trust.keys import Keys
from fumehood.trust.records import Head, Record, Signed

_MOST: Final = 4096
_HEX: Final = re.compile(rb"[0-9a-f]{64}")
"""One spelling of each signature."""
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def read(paths: Paths, notebook: str, keys: Keys) -> Head | None:
    """The head; None where there is none. Blocks. Raises NotApproved where it cannot be read or was changed."""
    try:
        fd = os.open(_place(paths, notebook), _READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotApproved(f"The head of its approvals cannot be read: {error.strerror}.") from error
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise NotApproved("The head of its approvals is no file.")
        signature, _, data = os.read(fd, _MOST).partition(b"\n")
    except OSError as error:
        raise NotApproved(f"The head of its approvals cannot be read: {error.strerror}.") from error
    finally:
        os.close(fd)
    if not _HEX.fullmatch(signature):
        raise NotApproved("The head of its approvals was changed.")
    found = records.read_head(Signed(data, bytes.fromhex(signature.decode("ascii"))), keys)
    if found.notebook != notebook:
        raise NotApproved("The head of its approvals is another notebook's.")
    return found


def write(paths: Paths, notebook: str, head: Signed) -> None:
    """Blocks. Raises StorageFailed, PlaceUnsafe."""
    place = _place(paths, notebook)
    fresh = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        private_folder(place.parent)
        fd = os.open(fresh, _MAKE, 0o600)
        try:
            try:
                os.write(fd, head.signature.hex().encode() + b"\n" + head.data)
                os.fsync(fd)
            finally:
                os.close(fd)
            fresh.rename(place)
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise
        sync_folder(place.parent)
    except OSError as error:
        raise StorageFailed(f"{place} could not be written: {error.strerror}.") from error


def check(head: Head | None, record: Record, digest: str) -> bool:
    """Whether the chain that ends with `record` is one ahead. Raises NotApproved where it does not reach `head`."""
    number, last = (0, "") if head is None else (head.number, head.digest)
    if (record.number, digest) == (number, last):
        return False
    if record.number == number + 1 and record.before == last:
        return True
    raise NotApproved("The journal is an older one than this notebook's approvals: it was put back from a copy.")


def number(paths: Paths, notebook: str, keys: Keys) -> tuple[int, str]:
    """The last number and digest that are known here; none of a head that is not to be believed."""
    try:
        found = read(paths, notebook, keys)
    except HoodError:
        return 0, ""
    return (0, "") if found is None else (found.number, found.digest)


def _place(paths: Paths, notebook: str) -> Path:
    return paths.trust_key.parent / "heads" / parse_room_id(notebook)
