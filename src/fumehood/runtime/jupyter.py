"""The contents of a kernel's messages, as far as they are used: foreign values, parsed once, here.

A kernel is hostile input: a field may be missing, of another type or enormous. `parse` returns a struct or raises
`BadMessage`; unknown fields are ignored, because every kernel adds some.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec

from fumehood.core.errors import BadMessage

_DISPLAY_ID = 256
Count = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""What every reader of JSON takes for the same number; JSON itself has no bound, and what we send on has."""


class Content(msgspec.Struct, frozen=True, gc=False):
    """Of one message."""


class ExecuteInput(Content, frozen=True):
    execution_count: Count | None = None


class Stream(Content, frozen=True):
    name: str
    text: str


class Display(Content, frozen=True):
    """Of display_data, update_display_data and execute_result."""

    data: dict[str, Any]
    metadata: dict[str, Any] | None = None
    transient: dict[str, Any] | None = None
    execution_count: Count | None = None

    @property
    def display_id(self) -> str | None:
        found = (self.transient or {}).get("display_id")
        return found[:_DISPLAY_ID] if isinstance(found, str) and found else None


class Error(Content, frozen=True):
    ename: str = ""
    evalue: str = ""
    traceback: list[str] = []


class ClearOutput(Content, frozen=True):
    wait: bool = False


class InputRequest(Content, frozen=True):
    prompt: str = ""
    password: bool = False


class Payload(Content, frozen=True):
    source: str = ""
    text: str = ""
    replace: bool = False
    data: dict[str, Any] = {}


class ExecuteReply(Content, frozen=True):
    status: str = "ok"
    execution_count: Count | None = None
    payload: list[Payload] = []
    ename: str = ""
    evalue: str = ""


class CommOpen(Content, frozen=True):
    comm_id: str
    target_name: str
    data: dict[str, Any] = {}


class CommMessage(Content, frozen=True):
    comm_id: str
    data: dict[str, Any] = {}


T = TypeVar("T")


def parse(content: dict[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(content, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadMessage(f"The kernel sent a message that makes no sense: {error}.") from error
