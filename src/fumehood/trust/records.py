"""What a person said to what a notebook asks for, as bytes that nobody else can make.

A record is canonical JSON under HMAC-SHA256; algorithm, version and key id are inside the signed bytes, so that no
other reading of them verifies. The records of a notebook are a chain: each holds its number and the digest of the one
before it. The head, signed on its own, says which is the latest: an older record, genuine as it is, is not taken.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeVar

import msgspec

from fumehood.core.errors import HoodError, NotApproved
from fumehood.protocol.base import Message, decode_json
from fumehood.trust.canonical import canonical
from fumehood.trust.keys import Keys

ALGORITHM: Final = "hmac-sha256"
VERSION: Final = 1
_MACHINE_FILES: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))

Kind = Literal["approved", "revoked", "moved"]
"""`moved`: its file has another place now, whose notebook has a record of its own."""


class Record(Message, frozen=True, kw_only=True):
    kind: Kind
    notebook: str
    """The room's id."""
    path: str
    """Canonical."""
    device: int
    inode: int
    machine: str
    number: int
    """From 1."""
    before: str
    """Digest of the record before; empty for the first."""
    by: str
    at: int
    """Milliseconds since 1970."""
    asked: str = ""
    """Digest of what was asked for."""
    requirements: tuple[str, ...] = ()
    """As written, sorted; for people who look at the record: `asked` holds them and all else."""
    indexes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    python: str = ""
    lock: str = ""
    """Digest of the plan."""
    builds: tuple[str, ...] = ()
    """Names whose source distributions may run their code at the installation."""
    taken: tuple[str, ...] = ()
    """Files beside the notebook whose offer was taken up."""
    hosts: tuple[str, ...] = ()
    """That the notebook or its folder names, accepted by name."""
    shown: str = ""
    """Digest of the sheet that was before the person."""
    algorithm: str = ALGORITHM
    version: int = VERSION
    key: str = ""


class Signed(NamedTuple):
    data: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class Head(Message, frozen=True, kw_only=True):
    """Which record of a notebook is the latest."""

    notebook: str
    number: int
    digest: str
    algorithm: str = ALGORITHM
    version: int = VERSION
    key: str = ""


class Where(NamedTuple):
    """A notebook, here and now."""

    notebook: str
    path: str
    device: int
    inode: int
    machine: str


class Stored(NamedTuple):
    """What the store has of a notebook: the record of the highest number, and the head."""

    record: Signed
    head: Signed


_T = TypeVar("_T", Record, Head)


def sign(record: Record, keys: Keys) -> Signed:
    return _sign("record", msgspec.structs.replace(record, algorithm=ALGORITHM, version=VERSION, key=keys.id), keys)


def sign_head(record: Record, signed: Signed, keys: Keys) -> Signed:
    return _sign("head", Head(notebook=record.notebook, number=record.number, digest=signed.digest, key=keys.id), keys)


def read(signed: Signed, keys: Keys) -> Record:
    """Raises NotApproved for anything but a record that this user's key signed, in this version."""
    return _read("record", signed, Record, keys)


def read_head(signed: Signed, keys: Keys) -> Head:
    """Raises NotApproved, as `read`."""
    return _read("head", signed, Head, keys)


def latest(stored: Stored, notebook: str, keys: Keys) -> Record:
    """The notebook's latest record, of whatever kind. Raises NotApproved where that cannot be told."""
    record, head = read(stored.record, keys), read_head(stored.head, keys)
    if record.notebook != notebook or head.notebook != notebook:
        raise NotApproved("The approval is another notebook's.")
    if head.number != record.number or head.digest != stored.record.digest:
        raise NotApproved("The approval is not the latest of this notebook.")
    return record


def machine() -> str:
    """Which machine this is, without saying its id."""
    for place in _MACHINE_FILES:
        try:
            if text := place.read_text("ascii").strip():
                return _hashed(text)
        except (OSError, ValueError):
            continue
    return _hashed(os.uname().nodename)


def _hashed(text: str) -> str:
    return hashlib.sha256(b"fumehood machine\n" + text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _sign(purpose: str, value: Record | Head, keys: Keys) -> Signed:
    # Every field is written, also those that have their default: what is signed says all of it.
    data = canonical({name: getattr(value, name) for name in value.__struct_fields__})
    return Signed(data, keys.sign(purpose, data))


def _read(purpose: str, signed: Signed, kind: type[_T], keys: Keys) -> _T:
    if not isinstance(signed.data, bytes) or not isinstance(signed.signature, bytes):
        raise NotApproved("The approval cannot be read.")
    if not keys.verify(purpose, signed.data, signed.signature):
        raise NotApproved("The approval was not signed with this user's key, or was changed.")
    try:
        value = decode_json(signed.data, kind)
    except HoodError as error:
        raise NotApproved("The approval is of a version that is not known here.") from error
    if (value.algorithm, value.version, value.key) != (ALGORITHM, VERSION, keys.id):
        raise NotApproved("The approval is of a version that is not known here.")
    return value
