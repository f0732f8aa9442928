"""What an approval is bound to, and what is taken for one."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from fumehood.core.errors import BadMessage, NotApproved
from fumehood.testing.approvals import HERE, record, stored
from fumehood.trust import approvals, records
from fumehood.trust.canonical import canonical, digest
from fumehood.trust.keys import Keys
from fumehood.trust.records import Signed, Stored, Where
from tests.trust.plans import package, plan

KEYS = Keys(b"k" * 32)
PLAN = plan(package("numpy"))


def stands(kept: Stored, where: Where = HERE, keys: Keys = KEYS) -> bool:
    try:
        approvals.standing(kept, where, keys)
    except NotApproved:
        return False
    return True


def test_there_is_one_way_to_write_a_value_down() -> None:
    assert canonical({"b": [1, None, True], "a": "e\u0301"}) == b'{"a":"\\u00e9","b":[1,null,true]}'
    assert digest("plan", {}) != digest("sheet", {})
    for refused in (1.0, {1: 2}, {"\u00e9": 1, "e\u0301": 2}, [float("nan")]):
        with pytest.raises(BadMessage):
            canonical(refused)
    endless: list[Any] = []
    for _ in range(100_000):
        endless = [endless]
    with pytest.raises(BadMessage):
        canonical(endless)


def test_an_approval_stands_where_it_was_given_and_nowhere_else() -> None:
    kept = stored(record(PLAN), KEYS)
    assert stands(kept)
    # Another inode is what every save makes.
    assert stands(kept, HERE._replace(device=8, inode=9))
    for other in (
        HERE._replace(notebook="f" * 32),
        HERE._replace(path="/srv/copy.ipynb"),
        HERE._replace(machine="another"),
    ):
        assert not stands(kept, other)
    assert not stands(kept, keys=Keys(b"K" * 32))


def test_an_older_record_is_not_taken_for_the_latest() -> None:
    first = stored(record(PLAN), KEYS)
    second = stored(msgspec.structs.replace(record(PLAN), number=2, before=first.record.digest, kind="revoked"), KEYS)
    assert not stands(second)
    assert not stands(Stored(first.record, second.head)), "rolled back under the head of today"
    assert not stands(Stored(second.record, first.head))
    other = stored(msgspec.structs.replace(record(PLAN), notebook="f" * 32), KEYS)
    assert not stands(Stored(first.record, other.head))


@pytest.mark.parametrize("kind", ["revoked", "moved"])
def test_what_was_revoked_or_moved_away_does_not_stand(kind: Any) -> None:
    assert not stands(stored(msgspec.structs.replace(record(PLAN), kind=kind), KEYS))


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"version": 0}, {"algorithm": "none"}, {"key": "0" * 16}, {"more": 1}, {"kind": "anything"}],
)
def test_no_other_version_algorithm_or_field_is_read(change: dict[str, Any]) -> None:
    """Signed by the right key, as a later program's would be."""
    kept = stored(record(PLAN), KEYS)
    for part, purpose in ((kept.record, "record"), (kept.head, "head")):
        data = canonical({**json.loads(part.data), **change})
        forged = Signed(data, KEYS.sign(purpose, data))
        fitting = kept._replace(**{purpose: forged})
        assert not stands(fitting)


def test_everything_that_decides_is_inside_the_signed_bytes() -> None:
    said = json.loads(stored(record(PLAN), KEYS).record.data)
    assert set(said) == set(records.Record.__struct_fields__)
    assert (said["algorithm"], said["version"], said["key"]) == ("hmac-sha256", 1, KEYS.id)
    assert (said["notebook"], said["path"], said["lock"]) == (HERE.notebook, HERE.path, PLAN.digest)
