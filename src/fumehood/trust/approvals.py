"""The value without which nothing is installed (design, section 2.5).

An `Approval` can be had in one way: `approve` verifies a record against what is asked for and planned now. Its class
cannot be called, copied or pickled, and an instance that was made around that holds nothing. This keeps our own code
honest; code of others in this process it would not stop.
"""

from __future__ import annotations

import weakref
from typing import NamedTuple, Never

from fumehood.core.errors import Internal, NotApproved
from fumehood.protocol.trust import Plan
from fumehood.trust import records
from fumehood.trust.canonical import plan_digest
from fumehood.trust.keys import Keys
from fumehood.trust.records import Record, Stored, Where


class _Held(NamedTuple):
    lock: str
    builds: frozenset[str]


class Approval:
    __slots__ = ("__weakref__",)

    def __init__(self) -> None:
        raise TypeError("An approval is made by trust.approvals.approve, from a verified record.")

    def __init_subclass__(cls) -> None:
        raise TypeError("There is one kind of approval.")

    @property
    def lock(self) -> str:
        """Digest of the approved plan."""
        return _held(self).lock

    @property
    def builds(self) -> frozenset[str]:
        """Names, in PEP 503's normal form, whose source distributions may run their code at the installation."""
        return _held(self).builds

    def __repr__(self) -> str:
        return f"<Approval of {self.lock[:12]}>"

    def __reduce__(self) -> Never:
        raise TypeError("An approval is not written down; its record is.")

    def __copy__(self) -> Never:
        raise TypeError("An approval is not copied.")

    def __deepcopy__(self, memo: object) -> Never:
        raise TypeError("An approval is not copied.")


_HELD: weakref.WeakKeyDictionary[Approval, _Held] = weakref.WeakKeyDictionary()


def _held(approval: Approval) -> _Held:
    held = _HELD.get(approval)
    if held is None:
        raise Internal("This approval comes from nowhere.")
    return held


def approve(stored: Stored, where: Where, asked: str, plan: Plan, keys: Keys) -> Approval:
    """`asked`: the digest of what is asked for now. Raises NotApproved, saying in which point it does not hold."""
    record = standing(stored, where, keys)
    if record.asked != asked:
        raise NotApproved("What it asks for is not what was approved.")
    if plan.digest != record.lock or plan_digest(plan) != record.lock or plan.asked != asked:
        raise NotApproved("The plan is not the one that was approved.")
    approval = object.__new__(Approval)
    _HELD[approval] = _Held(record.lock, frozenset(record.builds))
    return approval


def standing(stored: Stored, where: Where, keys: Keys) -> Record:
    """The record that holds for this notebook at this place, whatever it asks for now. Raises NotApproved."""
    record = records.latest(stored, where.notebook, keys)
    if record.machine != where.machine:
        raise NotApproved("The approval was given on another machine.")
    if record.kind == "revoked":
        raise NotApproved("The approval was revoked.")
    if record.kind != "approved" or record.path != where.path:
        raise NotApproved("The approval is for another place; this is a copy, or it was moved.")
    return record
