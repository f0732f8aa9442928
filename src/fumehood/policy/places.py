"""What a lever lets through: everything, or what a finite list of patterns covers. Pure values.

Hosts are reached over HTTPS at its own port and have a name: no address of a number, nothing of this machine or of the
local network, no other port. `*.example.org` is every host below `example.org`, not that one itself. Types are MIME
types; `*` at the end stands for the rest. The values of one kind form a lattice: `a & b` lets through what both do,
`a | b` what either does. A policy is narrowed by `&` alone.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from fumehood.core import limits
from fumehood.core.errors import BadInput, BadSetting, LimitExceeded

_LABEL: Final = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_HOST: Final = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)+(?!\d+\Z)(?!0x[0-9a-f]*\Z){_LABEL}\Z", re.ASCII)
_LOCAL: Final = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa")
"""Last labels of names that never leave the local network."""
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9!#$&^_.+-]{0,127}\*?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Allowed(ABC):
    """The base. Always in its shortest form, so that equal values let the same through."""

    WORD: ClassVar[str]
    """What says "everything"."""

    every: bool = False
    some: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.every:
            object.__setattr__(self, "some", frozenset())
            return
        kept = (one for one in self.some if not any(one != other and self.covers(other, one) for other in self.some))
        object.__setattr__(self, "some", frozenset(kept))

    @staticmethod
    @abstractmethod
    def covers(pattern: str, other: str) -> bool:
        """Whether all that the other lets through is let through by the pattern."""

    @staticmethod
    @abstractmethod
    def checked(pattern: str) -> str:
        """Raises BadSetting."""

    @classmethod
    def all(cls) -> Self:
        return cls(every=True)

    @classmethod
    def of(cls, patterns: Iterable[str]) -> Self:
        """Of what a person or a wire said. Raises BadSetting, LimitExceeded."""
        found = list(patterns)
        if found == [cls.WORD]:
            return cls.all()
        if len(found) > limits.POLICY_PLACES:
            raise LimitExceeded(f"A lever has at most {limits.POLICY_PLACES} entries.")
        return cls(some=frozenset(cls.checked(one) for one in found))

    @property
    def words(self) -> tuple[str, ...]:
        """What `of` takes back."""
        return (self.WORD,) if self.every else tuple(sorted(self.some))

    def lets(self, one: str) -> bool:
        return self.every or any(self.covers(pattern, one) for pattern in self.some)

    def __and__(self, other: Self) -> Self:
        if self.every:
            return other
        if other.every:
            return self
        both = [one for one in self.some if other.lets(one)] + [one for one in other.some if self.lets(one)]
        return type(self)(some=frozenset(both))

    def __or__(self, other: Self) -> Self:
        if self.every or other.every:
            return type(self).all()
        return type(self)(some=self.some | other.some)


@dataclass(frozen=True, slots=True)
class Hosts(Allowed):
    WORD: ClassVar[str] = "https"

    @staticmethod
    def covers(pattern: str, other: str) -> bool:
        return pattern == other or (pattern.startswith("*.") and other.removeprefix("*.").endswith(pattern[1:]))

    @staticmethod
    def checked(pattern: str) -> str:
        host = pattern.lower().removeprefix("https://")
        if len(host) > limits.POLICY_HOST or not _HOST.match(host):
            raise BadSetting(
                f"{pattern[:80]!r} is no host of the internet.",
                hint='Write its name, without a port or a path: "cdn.example.org", or "*.example.org".',
            )
        if host.rpartition(".")[2] in _LOCAL:
            raise BadSetting(f"{pattern[:80]!r} is of the local network, which outputs never reach.", hint="Remove it.")
        return host

    @property
    def sources(self) -> tuple[str, ...]:
        """As in a Content-Security-Policy. The port is said, because `https:` alone is every port of this machine."""
        if self.every:
            return ("https://*:443",)
        return tuple(f"https://{host}:443" for host in sorted(self.some))


@dataclass(frozen=True, slots=True)
class Types(Allowed):
    WORD: ClassVar[str] = "all"

    @staticmethod
    def covers(pattern: str, other: str) -> bool:
        return pattern == other or (pattern.endswith("*") and other.startswith(pattern[:-1]))

    @staticmethod
    def checked(pattern: str) -> str:
        kind = pattern.lower()
        if not _TYPE.match(kind):
            raise BadSetting(
                f"{pattern[:80]!r} is no MIME type.",
                hint='Write "text/html", or "application/vnd.vegalite.*".',
            )
        return kind


def is_host(text: str) -> bool:
    try:
        return Hosts.checked(text) == text
    except BadInput:
        return False
