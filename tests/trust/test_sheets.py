"""What a person is shown: all of it under one digest, and what is new said truly."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from fumehood.protocol.trust import Asked, Asker, Index, Judgement, Package, Plan, Requirement
from fumehood.testing.approvals import record
from fumehood.trust import sheets
from fumehood.trust.sheets import Before, Situation
from tests.trust.plans import package, plan

CELL = Asker(kind="metadata", name="runt.uv")
FILE = Asker(kind="file", name="requirements.txt")
NOW = "a" * 64


def wish(text: str, asker: Asker = CELL, host: str = "") -> Requirement:
    name = text.split(">")[0].split("=")[0].split(" ")[0]
    return Requirement(text=text, ecosystem="pypi", kind="index", name=name, asker=asker, host=host)


def judge(name: str) -> Judgement:
    return Judgement(name, "stop", 0.97, "requests") if name == "reqeusts" else Judgement(name, "ok")


def shown(asked: Asked, situation: Situation, before: Before | None = None) -> Any:
    return sheets.sheet(asked, NOW, situation, judge, before)


def test_the_digest_is_over_everything_that_is_shown() -> None:
    asked = Asked(requirements=(wish("numpy"), wish("reqeusts")), python=">=3.11")
    first = shown(asked, Situation(plan=plan(package("numpy"))))
    assert first.digest == shown(asked, Situation(plan=plan(package("numpy")))).digest
    seen = {first.digest}
    for other, situation in (
        (asked, Situation(plan=plan(package("numpy", "1.1")))),
        (asked, Situation(plan=plan(package("numpy", build=True)))),
        (asked, Situation(plan=None)),
        (asked, Situation(plan=plan(package("numpy")), proposed_by="an agent")),
        (asked, Situation(plan=plan(package("numpy")), problem="It broke.")),
        (msgspec.structs.replace(asked, python=""), Situation(plan=plan(package("numpy")))),
        (msgspec.structs.replace(asked, requirements=asked.requirements[:1]), Situation(plan=plan(package("numpy")))),
        (msgspec.structs.replace(asked, magics=(wish("x"),)), Situation(plan=plan(package("numpy")))),
    ):
        digest = shown(other, situation).digest
        assert digest not in seen
        seen.add(digest)
    for field, value in (("judgements", ()), ("hosts", ("x",)), ("nothing_new", True), ("approved_at", 0.5)):
        assert sheets.digest(msgspec.structs.replace(first, **{field: value})) not in seen, field


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (Situation(), "unchecked"),
        (Situation(plan=plan(package("numpy"))), "checked"),
        (Situation(plan=plan(package("numpy"), asked="b" * 64)), "unchecked"),
        (Situation(plan=plan(package("numpy")), proposed_by="an agent"), "proposed"),
        (Situation(problem="It broke."), "failed"),
        (Situation(checking=True), "checking"),
        (Situation(approved=True), "approved"),
        (Situation(asks=False), "nothing"),
    ],
)
def test_where_it_stands(situation: Situation, expected: str) -> None:
    assert shown(Asked(requirements=(wish("numpy"),)), situation).status == expected


def test_offers_count_where_they_were_taken_up() -> None:
    asked = Asked(offered=(wish("numpy", FILE),))
    assert shown(asked, Situation(asks=False)).status == "offered"
    taken = sheets.with_offers(asked, {"requirements.txt"})
    assert (taken.requirements, taken.offered) == (asked.offered, ())
    assert sheets.with_offers(asked, {"other.txt"}) == asked


def test_hosts_of_the_notebook_are_told_apart_from_the_users_own() -> None:
    def source(host: str, foreign: bool) -> Index:
        return Index(url=f"https://{host}/simple", host=host, role="extra", foreign=foreign, asker=CELL)

    asked = Asked(
        requirements=(wish("numpy"), wish("x @ https://direct.test/x.whl", host="direct.test")),
        indexes=(source("own.test", False), source("evil.test", True), source("own.test", True)),
    )
    assert sheets.foreign_hosts(asked) == ("direct.test", "evil.test")


ASKED = Asked(requirements=(wish("numpy"), wish("pandas")))
OLD = plan(package("numpy"), package("pandas"), package("six", direct=False))


def against(new: Plan, asked: Asked = ASKED, builds: tuple[str, ...] = ()) -> Any:
    old = msgspec.structs.replace(record(OLD, builds), requirements=("numpy", "pandas"))
    return shown(asked, Situation(plan=new), Before(old, OLD))


def swapped(one: Package, **changes: Any) -> Package:
    return msgspec.structs.replace(one, **changes)


def test_fewer_of_the_same_files_are_nothing_new() -> None:
    less = plan(package("numpy"))
    told = against(less, Asked(requirements=(wish("numpy"),)))
    assert told.nothing_new
    assert [(one.kind, one.what, one.name) for one in told.changes] == [
        ("removed", "requirement", "pandas"),
        ("removed", "package", "pandas"),
        ("removed", "package", "six"),
    ]


@pytest.mark.parametrize(
    "new",
    [
        plan(package("numpy"), package("more")),
        plan(package("numpy", "1.1")),
        plan(swapped(package("numpy"), hash="sha256:" + "f" * 64)),
        plan(swapped(package("numpy"), build=True)),
        plan(package("numpy"), python="3.12.1"),
        msgspec.structs.replace(plan(package("numpy")), hosts=("elsewhere.test",)),
    ],
    ids=["more", "another version", "another file", "a build", "another Python", "another host"],
)
def test_anything_else_is_new(new: Plan) -> None:
    assert not against(new).nothing_new


def test_another_file_of_the_same_version_is_shown_as_a_change() -> None:
    (change,) = against(plan(swapped(package("numpy"), hash="sha256:" + "f" * 64), *OLD.packages[1:])).changes
    assert (change.kind, change.name) == ("changed", "numpy")
    assert change.before != change.after


def test_what_looks_wrong_comes_first_and_what_is_well_is_left_out() -> None:
    asked = Asked(requirements=(wish("numpy"), wish("reqeusts")))
    assert [one.name for one in shown(asked, Situation()).judgements] == ["reqeusts"]
