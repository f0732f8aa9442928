"""An approval comes from a verified record and from nowhere else."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import msgspec
import pytest

from fumehood.core.errors import Internal, NotApproved
from fumehood.testing.approvals import HERE, approved, record, stored
from fumehood.trust.approvals import Approval, approve
from fumehood.trust.canonical import plan_digest
from fumehood.trust.keys import Keys
from tests.trust.plans import package, plan

KEYS = Keys(b"k" * 32)


def test_a_verified_record_gives_an_approval_of_its_plan_and_its_builds() -> None:
    wanted = plan(package("numpy"), package("slow", build=True))
    given = approved(wanted, ["slow"])
    assert given.lock == wanted.digest
    assert given.builds == {"slow"}


@pytest.mark.parametrize(
    "way",
    [
        lambda _: Approval(),
        lambda _: type("Mine", (Approval,), {}),
        copy.copy,
        copy.deepcopy,
        pickle.dumps,
        lambda one: setattr(one, "lock", "x"),
        lambda one: one.builds.add("x"),
    ],
    ids=["called", "subclassed", "copied", "copied deeply", "pickled", "set", "added to"],
)
def test_an_approval_is_neither_made_nor_changed_by_hand(way: Any) -> None:
    with pytest.raises((TypeError, AttributeError)):
        way(approved(plan(package("numpy"))))


def test_an_approval_that_was_made_around_its_class_holds_nothing() -> None:
    with pytest.raises(Internal):
        _ = object.__new__(Approval).lock


def test_an_approval_is_of_the_plan_that_was_signed_and_of_no_other() -> None:
    wanted = plan(package("numpy"))
    kept = stored(record(wanted), KEYS)
    assert approve(kept, HERE, wanted.asked, wanted, KEYS).lock == wanted.digest
    other = plan(package("numpy", "1.1"))
    for forged in (
        other,
        msgspec.structs.replace(other, digest=wanted.digest),
        msgspec.structs.replace(wanted, asked="b" * 64),
        msgspec.structs.replace(wanted, digest=plan_digest(other)),
    ):
        with pytest.raises(NotApproved):
            approve(kept, HERE, wanted.asked, forged, KEYS)
    with pytest.raises(NotApproved):
        approve(kept, HERE, "b" * 64, wanted, KEYS)
