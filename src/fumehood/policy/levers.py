"""All levers of an output's policy as one value, and the two that are built in (design, section 6).

Each lever is a lattice of its own, and so are all of them together: `a & b` is the stricter of the two, lever by lever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self, get_args

from fumehood.policy.places import Hosts, Types
from fumehood.protocol import policy as wire

Value = Hosts | Types | bool

KINDS: Final[tuple[str, ...]] = get_args(wire.Reach)
"""Levers that name hosts."""


_NO_HOSTS: Final = Hosts()
_NO_TYPES: Final = Types()


@dataclass(frozen=True, slots=True)
class Levers:
    """What is not said is not allowed."""

    scripts: Hosts = _NO_HOSTS
    styles: Hosts = _NO_HOSTS
    connect: Hosts = _NO_HOSTS
    images: Hosts = _NO_HOSTS
    fonts: Hosts = _NO_HOSTS
    media: Hosts = _NO_HOSTS
    workers: bool = False
    """Of the output's own code: threads without any other reach than its frame has."""
    downloads: bool = False
    plugins: Types = _NO_TYPES
    """MIME types that are shown in sealed frames."""

    def __and__(self, other: Self) -> Self:
        return type(self)(**{name: getattr(self, name) & getattr(other, name) for name in NAMES})

    def __or__(self, other: Self) -> Self:
        return type(self)(**{name: getattr(self, name) | getattr(other, name) for name in NAMES})

    def within(self, cap: Self) -> bool:
        return self & cap == self

    def given(self, values: Mapping[str, Value]) -> Self:
        """With these instead."""
        return replace(self, **dict(values))  # type: ignore[arg-type]  # a lever's name goes with its type

    def to_wire(self) -> wire.Levers:
        said: dict[str, Any] = {name: getattr(self, name).words for name in (*KINDS, "plugins")}
        return wire.Levers(**said, workers=self.workers, downloads=self.downloads)

    @classmethod
    def of_wire(cls, said: wire.Levers) -> Self:
        """Raises BadSetting, LimitExceeded."""
        hosts = {name: Hosts.of(getattr(said, name)) for name in KINDS}
        return cls(workers=said.workers, downloads=said.downloads, plugins=Types.of(said.plugins)).given(hosts)


NAMES: Final = tuple(field.name for field in fields(Levers))

OPEN: Final = Levers(
    **dict.fromkeys(KINDS, Hosts.all()),
    workers=True,
    downloads=True,
    plugins=Types.all(),
)
"""The cap of whoever sets none. Nobody's policy."""
STRANGER: Final = Levers(workers=True, downloads=True, plugins=Types.all())
"""Nothing but the blob server."""
OWN: Final = replace(STRANGER, scripts=Hosts.all(), styles=Hosts.all())
"""Users' libraries come from CDNs. What data travels by is closed; a script's address can carry some all the same."""
FLOOR: Final = Levers(plugins=Types.all())
"""Where a policy cannot be read: what is shown is inside the seal in any case."""
