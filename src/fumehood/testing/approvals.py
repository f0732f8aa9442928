"""An approval for a test, got as every approval is: a record is signed, kept, read back and verified."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from fumehood.protocol.trust import Plan
from fumehood.trust import approvals, records
from fumehood.trust.approvals import Approval
from fumehood.trust.keys import Keys
from fumehood.trust.records import Record, Stored, Where

HERE = Where("0" * 32, "/srv/notebook.ipynb", 1, 2, "machine")


def approved(plan: Plan, builds: Iterable[str] = ()) -> Approval:
    """Of a plan whose digest is right (`trust.canonical.plan_digest`), by a key that nobody else has."""
    keys = Keys(secrets.token_bytes(32))
    return approvals.approve(stored(record(plan, builds), keys), HERE, plan.asked, plan, keys)


def record(plan: Plan, builds: Iterable[str] = ()) -> Record:
    return Record(
        kind="approved",
        notebook=HERE.notebook,
        path=HERE.path,
        device=HERE.device,
        inode=HERE.inode,
        machine=HERE.machine,
        number=1,
        before="",
        by="a person",
        at=1,
        asked=plan.asked,
        lock=plan.digest,
        builds=tuple(sorted(builds)),
    )


def stored(made: Record, keys: Keys) -> Stored:
    signed = records.sign(made, keys)
    return Stored(signed, records.sign_head(made, signed, keys))
