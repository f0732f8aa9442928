"""The value that says: a person has seen exactly this plan, and said yes (design, sections 2.5 and 7).

`environments.building.build` demands one. It is made here alone, from a record whose signature was just checked: there is
no public way to write one down, to change one, or to get one over a wire. Holds nothing that must be kept secret.
"""

from __future__ import annotations

from typing import Final, NoReturn

_SEAL: Final = object()


class Approval:
    """See the module."""

    __slots__ = ("_builds", "_lock")

    def __init__(self, seal: object, lock: str, builds: frozenset[str]) -> None:
        if seal is not _SEAL:
            raise TypeError("an approval is made from a verified record only")
        object.__setattr__(self, "_lock", lock)
        object.__setattr__(self, "_builds", builds)

    @property
    def lock(self) -> str:
        """The digest of the plan that was approved."""
        value: str = object.__getattribute__(self, "_lock")
        return value

    @property
    def builds(self) -> frozenset[str]:
        """Names, in PEP 503's normal form, whose source distributions may run their code at the installation."""
        value: frozenset[str] = object.__getattribute__(self, "_builds")
        return value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("an approval does not change")

    def __reduce__(self) -> NoReturn:
        raise TypeError("an approval is not carried anywhere")

    def __repr__(self) -> str:
        return f"<Approval of {self.lock[:12]}>"


def _sealed(lock: str, builds: frozenset[str]) -> Approval:
    """For `trust` itself, after it has verified a record."""
    return Approval(_SEAL, lock, builds)
