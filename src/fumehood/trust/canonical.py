"""One way to write a value down, so that what is signed and what is shown have one digest.

JSON with sorted keys, no spaces, ASCII only, texts in NFC. No floats: two programs need not print them alike. Must
never leave anything out: a value that cannot be written is refused.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec

from fumehood.core.errors import BadMessage
from fumehood.protocol.trust import Plan


def canonical(value: object) -> bytes:
    """Raises BadMessage for a float, a key that is no text, two keys that are one in NFC, and nesting without end."""
    try:
        plain = _plain(msgspec.to_builtins(value, str_keys=False))
    except RecursionError as error:
        raise BadMessage("It is nested too deeply to be signed.") from error
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def digest(kind: str, value: object) -> str:
    """SHA-256 in hex; values of different kinds never share one."""
    return hashlib.sha256(b"fumehood " + kind.encode("ascii") + b"\n" + canonical(value)).hexdigest()


def plan_digest(plan: Plan) -> str:
    """What `Plan.digest` must be: over everything else in the plan."""
    return digest("plan", msgspec.structs.replace(plan, digest=""))


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        texts = {_key(key): _plain(one) for key, one in value.items()}
        if len(texts) != len(value):
            raise BadMessage("Two of its keys are one text.")
        return texts
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    raise BadMessage(f"A {type(value).__name__} cannot be signed.")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise BadMessage("Its keys are not texts.")
    return unicodedata.normalize("NFC", key)
