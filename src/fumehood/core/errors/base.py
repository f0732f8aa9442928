"""The root of what goes wrong, its kinds, and the way back from a wire. The leaves stand beside this file."""

from __future__ import annotations

from typing import Any, ClassVar

BY_CODE: dict[str, type[HoodError]] = {}


class HoodError(Exception):
    """The root. Raise a leaf."""

    code: ClassVar[str] = ""
    exit_status: ClassVar[int] = 70
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.data = data

    def __init_subclass__(cls) -> None:
        if "code" in cls.__dict__:
            assert cls.code not in BY_CODE, cls.code
            BY_CODE[cls.code] = cls

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def from_wire(code: str, message: str, hint: str, data: dict[str, Any]) -> HoodError:
    """The error that a peer reported, as the class that its code names."""
    leaf = BY_CODE.get(code, Internal)
    return leaf(message, hint=hint, **{k: v for k, v in data.items() if k not in ("message", "hint", "self")})


class BadInput(HoodError):
    exit_status = 2


class NotFound(HoodError):
    exit_status = 3


class Conflict(HoodError):
    exit_status = 4


class Refused(HoodError):
    exit_status = 5


class Unavailable(HoodError):
    exit_status = 6


class Failed(HoodError):
    exit_status = 1


class Internal(HoodError):
    """Something that we did not foresee. The log has the details; the message has none of the user's data."""

    code = "internal"
    default_hint = "`hood daemon logs` has the details; please report it."
