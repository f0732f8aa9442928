"""What a window of one cell's outputs may say to the daemon: it shows them and moves their widgets, and no more.

Such a window came in with a code that names a notebook (`passes`), and its messages are looked at one by one: a list of
methods, that one notebook, and of binary messages the question for a document. What is passed on is written anew, so
that nobody can read it otherwise than it was read here. Must never pass on what would run, edit, save or open anything,
or change what is allowed.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from fumehood.core.errors import HoodError, MethodForbidden
from fumehood.protocol import frames, jsonrpc
from fumehood.protocol.base import decode_json, encode_json
from fumehood.protocol.methods import OpenParams

METHODS: Final = frozenset(
    (
        "daemon.hello",
        "room.open",
        "room.leave",
        "comm.send",
        "policy.show",
        "policy.guest",
        "preferences.read",
    )
)


class Heard(NamedTuple):
    up: bytes | None = None
    """For the daemon."""
    back: bytes | None = None
    """For the page, as text."""


def hear(data: bytes | str, binary: bool, path: str) -> Heard:
    """`path`: of the notebook that the window is for."""
    return _frame(data) if binary else _request(data, path)


def _frame(data: bytes | str) -> Heard:
    try:
        frame = frames.decode_frame(data.encode() if isinstance(data, str) else data)
    except HoodError:
        return Heard()
    # Nobody waits for an answer to an edit here: the page has nothing that makes one.
    return Heard(up=frames.encode_frame(frame)) if frame.kind is frames.Kind.STEP1 else Heard()


def _request(data: bytes | str, path: str) -> Heard:
    try:
        request = jsonrpc.parse_request(data)
    except HoodError as error:
        return Heard(back=jsonrpc.failure(None, error))
    try:
        if request.method not in METHODS:
            raise MethodForbidden("A window of outputs cannot do that.", hint="Do it in the notebook.")
        params: object = request.params
        if request.method == "room.open":
            opened = decode_json(bytes(request.params), OpenParams)
            if opened.path != path or opened.create:
                raise MethodForbidden(
                    "This window shows the outputs of one notebook.", hint="Open it with `hood open`."
                )
            params = OpenParams(path=path)
    except HoodError as error:
        return Heard(back=jsonrpc.failure(request.id, error))
    body = {"jsonrpc": "2.0", "method": request.method, "params": params}
    return Heard(up=encode_json(body if request.id is None else {**body, "id": request.id}))
