"""The Jupyter messaging protocol 5.x on the wire: signed multipart messages in, typed ones out, and back.

Everything a kernel sends is hostile. `Codec.decode` returns a message or raises `Fault`; it never raises anything
else, and what it returns has a JSON object as content, text that can be encoded as UTF-8, and a bounded depth. What
kernels get wrong in good faith is mended here and nowhere else: NaN and infinities become null (JSON has none), lone
surrogates and invalid UTF-8 become U+FFFD, and null in place of an object is an empty object (xeus says so). Must
never unpickle and never believe a name.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from fumehood.core import limits

Channel = Literal["shell", "control", "stdin", "iopub"]
FaultKind = Literal["frames", "signature", "header", "json", "deep", "foreign", "parent", "reset"]
"""
frames: not a Jupyter message at all · signature: not signed with our key · header, json, deep: signed, but cannot be
read · foreign: an answer to somebody else's session · parent: an answer to a request that we never made · reset: the
connection broke while the kernel lived, as it does when a part is over `limits.KERNEL_MESSAGE`.
"""

_NUMBER = re.compile(r"[1-9][0-9]{0,11}\Z", re.ASCII)
DELIMITER = b"<IDS|MSG>"
VERSION = "5.3"


class Fault(Exception):
    """A message that is dropped."""

    def __init__(self, kind: FaultKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind: FaultKind = kind
        self.detail = detail


class KernelMessage(msgspec.Struct, frozen=True, kw_only=True):
    channel: Channel
    msg_type: str
    msg_id: str
    session: str
    """Of the kernel."""
    parent_id: str
    """The request that it belongs to; empty for none."""
    parent_type: str = ""
    content: dict[str, Any]
    metadata: dict[str, Any] = {}
    buffers: tuple[bytes, ...] = ()


class _Header(msgspec.Struct):
    """What we need of a header; kernels put more into it."""

    msg_id: str = ""
    msg_type: str = ""
    session: str = ""


_header = msgspec.json.Decoder(_Header)
_parent = msgspec.json.Decoder(_Header | None)
_object = msgspec.json.Decoder(dict[str, Any])
_encoder = msgspec.json.Encoder()


class Codec:
    """One conversation: a key, a session, and the numbers of the requests that were made."""

    def __init__(self, key: bytes, session: str, *, username: str = "fumehood") -> None:
        self._key = key
        self.session = session
        self._username = username
        self._count = 0

    def encode(
        self,
        msg_type: str,
        content: dict[str, Any],
        *,
        metadata: dict[str, Any] | None = None,
        buffers: Sequence[bytes] = (),
        parent: KernelMessage | None = None,
    ) -> tuple[str, list[bytes]]:
        """(msg_id, frames)."""
        self._count += 1
        msg_id = f"{self.session}_{self._count}"
        header = {
            "msg_id": msg_id,
            "session": self.session,
            "username": self._username,
            "date": datetime.now(UTC).isoformat(),
            "msg_type": msg_type,
            "version": VERSION,
        }
        above = {} if parent is None else _parent_header(parent)
        parts = [_encoder.encode(part) for part in (header, above, metadata or {}, content)]
        return msg_id, [DELIMITER, self._sign(parts), *parts, *buffers]

    def _sign(self, parts: Sequence[bytes]) -> bytes:
        return hmac.digest(self._key, b"".join(parts), "sha256").hex().encode("ascii")

    def decode(self, channel: Channel, frames: Sequence[bytes]) -> KernelMessage:
        try:
            at = frames.index(DELIMITER, 0, 8)
        except ValueError:
            raise Fault("frames", "no delimiter") from None
        parts = frames[at + 2 : at + 6]
        if len(parts) < 4 or len(frames) - at - 6 > limits.KERNEL_FRAMES:
            raise Fault("frames", f"{len(frames)} parts")
        if sum(map(len, frames)) > limits.KERNEL_MESSAGE:
            raise Fault("frames", "too large")
        if not hmac.compare_digest(self._signature(parts), frames[at + 1]):
            raise Fault("signature")
        if len(parts[0]) + len(parts[1]) > limits.KERNEL_HEADER:
            raise Fault("header", "too large")
        try:
            header, above = _header.decode(parts[0]), _parent.decode(parts[1]) or _Header()
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise Fault("header", str(error)) from error
        if not header.msg_type:
            raise Fault("header", "no type")
        if above.msg_id or above.session:
            self._check_parent(above)
        return KernelMessage(
            channel=channel,
            msg_type=header.msg_type,
            msg_id=header.msg_id,
            session=header.session,
            parent_id=above.msg_id,
            parent_type=above.msg_type,
            metadata=_read_object(parts[2]),
            content=_read_object(parts[3]),
            buffers=tuple(frames[at + 6 :]),
        )

    def _signature(self, parts: Sequence[bytes]) -> bytes:
        if sum(map(len, parts)) < 64 * limits.KIB:
            return self._sign(parts)
        # A picture of many megabytes is not copied to be signed.
        running = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in parts:
            running.update(part)
        return running.hexdigest().encode("ascii")

    def _check_parent(self, above: _Header) -> None:
        if above.session != self.session:
            raise Fault("foreign", above.msg_type)
        # Our ids are numbered, so that whether we ever asked is known without keeping every id.
        head, _, number = above.msg_id.rpartition("_")
        if head != self.session or not _NUMBER.match(number) or int(number) > self._count:
            raise Fault("parent", above.msg_type)


def _parent_header(parent: KernelMessage) -> dict[str, Any]:
    return {"msg_id": parent.msg_id, "msg_type": parent.msg_type, "session": parent.session, "version": VERSION}


def _read_object(data: bytes) -> dict[str, Any]:
    """The JSON object in `data`, mended. Raises `Fault`."""
    if data in (b"", b"null"):
        return {}
    try:
        value = _object.decode(data)
    except RecursionError as error:
        raise Fault("deep") from error
    except (msgspec.MsgspecError, UnicodeError):
        value = _read_sloppy(data)
    if data.count(b"{") + data.count(b"[") > limits.KERNEL_DEPTH:
        _check_depth(value)
    return value


def _read_sloppy(data: bytes) -> dict[str, Any]:
    """By the slower parser that takes what Python's own `json` module writes: NaN, Infinity, lone surrogates."""
    try:
        value = json.loads(data.decode("utf-8", "replace"), parse_constant=lambda _name: None)
    except RecursionError as error:
        raise Fault("deep") from error
    except ValueError as error:
        raise Fault("json", str(error)) from error
    if not isinstance(value, dict):
        raise Fault("json", "not an object")
    _check_depth(value)
    mended = _mend(value)
    assert isinstance(mended, dict)
    return mended


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return value if _is_text(value) else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    return value


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(limits.KERNEL_DEPTH):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(v for v in item.values() if isinstance(v, (dict, list)))
            elif isinstance(item, list):
                below.extend(v for v in item if isinstance(v, (dict, list)))
        if not below:
            return
        level = below
    raise Fault("deep")
