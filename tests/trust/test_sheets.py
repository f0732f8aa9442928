"""What a person is shown: all of it under one digest, and what is new said truly."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from fumehood.protocol.trust import (
    Asked,
    Asker,
    Index,
    Judgement,
    Package,
    Plan,
    Requirement,
    RequirementKind,
)
from fumehood.testing.approvals import record
from fumehood.trust import indexed, sheets
from fumehood.trust.sheets import Before, Situation
from tests.trust.plans import package, plan

CELL = Asker(kind="metadata", name="runt.uv")
FILE = Asker(kind="file", name="requirements.txt")
NOW = "a" * 64


def wish(text: str, asker: Asker = CELL, host: str = "", kind: RequirementKind = "index") -> Requirement:
    name = text.split(">")[0].split("=")[0].split(" ")[0]
    return Requirement(text=text, ecosystem="pypi", kind=kind, name=name, asker=asker, host=host)


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
        requirements=(
            wish("numpy"),
            wish("x @ https://direct.test/x.whl", host="direct.test", kind="url"),
            wish("y @ git+https://code.test/y", host="code.test", kind="vcs"),
        ),
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


def test_hosts_of_the_last_approval_are_not_asked_about_again_where_nothing_about_them_changed() -> None:
    def index(path: str, foreign: bool = True) -> Index:
        host = path.split("/")[0]
        return Index(url=f"https://{path}", host=host, role="extra", foreign=foreign, asker=CELL)

    def accepted(*indexes: Index, texts: tuple[Requirement, ...] = ()) -> tuple[str, ...]:
        return sheets.accepted_before(Asked(indexes=indexes, requirements=texts), given)

    file = wish("a @ https://files.test/a.whl", host="files.test", kind="url")
    given = msgspec.structs.replace(
        record(plan(package("a"))),
        indexes=("https://one.test/simple",),
        requirements=(file.text,),
        hosts=("files.test", "led.test", "one.test"),
    )
    assert accepted(index("one.test/simple"), texts=(file,)) == ("files.test", "led.test", "one.test")
    assert accepted(index("one.test/other"), texts=(file,)) == ("files.test",), "another index at the same host"
    assert accepted(index("one.test/simple"), index("two.test/simple")) == ("one.test",)
    other = wish("a @ https://files.test/b.whl", host="files.test", kind="url")
    assert accepted(index("one.test/simple"), texts=(other,)) == ("led.test", "one.test")
    before = Before(given, plan(package("a")))
    assert shown(Asked(indexes=(index("one.test/simple"),)), Situation(), before).accepted == given.hosts
    assert shown(Asked(indexes=(index("one.test/simple"),)), Situation()).accepted == ()


# -- what an index says


TODAY = Situation(day="2026-11-22")


def judgement(named: str = "reqeusts", score: float = 0.6, rank: int = 0, /, **facts: Any) -> Judgement | None:
    """Of a checked package of which an index says this; `None` where it is not worth a word."""

    def likeness(name: str) -> Judgement:
        verdict: Any = "warn" if score >= 0.5 else "ok"
        return Judgement(name, verdict, score, "requests" if score else "", 6 if score else 0, rank)

    one = msgspec.structs.replace(package(named), **facts)
    situation = TODAY._replace(plan=plan(one))
    found = sheets.sheet(Asked(requirements=(wish(named),)), NOW, situation, likeness, None).judgements
    return found[0] if found else None


def test_a_brand_new_package_is_warned_of_and_one_that_looks_like_another_is_stopped() -> None:
    new: dict[str, Any] = {"born": "2026-09-01T10:00:00.123456Z"}
    old: dict[str, Any] = {"born": "2026-08-24T23:59:59Z"}
    assert (one := judgement(**new)) is not None and one.verdict == "stop"
    assert one.facts == ("it is brand new: its first file was uploaded on 2026-09-01",)
    assert (one := judgement(**old)) is not None and (one.verdict, one.facts) == ("warn", ())
    assert (one := judgement("reqeusts", 0.4, **new)) is not None and one.verdict == "warn"
    assert judgement("reqeusts", 0.0, 300, **new) is None, "so many use it already"
    assert judgement("reqeusts", 0.0, **old) is None
    assert (one := judgement(born="2027-01-01")) is not None and one.verdict == "stop", (
        "a day that is to come is no age"
    )


@pytest.mark.parametrize("born", ["", "yesterday", "9999-99-99T00:00:00Z"])
def test_an_age_that_no_index_says_is_not_known_and_never_good(born: str) -> None:
    assert (one := judgement(born=born)) is not None
    assert (one.verdict, one.facts) == ("warn", ("how old it is, the index does not say",))
    assert judgement("reqeusts", 0.0, born=born) is None


@pytest.mark.parametrize(
    ("facts", "verdict", "said"),
    [
        ({"yanked": True}, "warn", "withdrew version 1.0"),
        ({"status": "quarantined"}, "stop", "quarantine"),
        ({"status": "archived"}, "warn", "archived"),
        ({"status": "deprecated"}, "warn", "given up"),
        (
            {"publisher": "GitHub m/a", "publisher_before": "GitHub a/a"},
            "warn",
            "by GitHub a/a, this one by GitHub m/a",
        ),
        ({"publisher_before": "GitHub a/a"}, "warn", "this one by nobody who says so"),
    ],
)
def test_each_fact_of_an_index_is_said_also_of_the_best_known_name(facts: Any, verdict: str, said: str) -> None:
    one = judgement("requests", 0.0, 6, born="2011-02-14T00:00:00Z", **facts)
    assert one is not None and one.verdict == verdict
    assert said in " ".join(one.facts)
    assert judgement("requests", 0.0, 6, born="2011-02-14T00:00:00Z", status="active", publisher="GitHub a/a") is None
    blocked = indexed.weigh(Judgement("x", "block", 0.9), msgspec.structs.replace(package("x"), **facts), "")
    assert blocked.verdict == "block", "facts make nothing better"


def test_of_what_nobody_asked_for_by_name_no_fact_is_weighed() -> None:
    one = msgspec.structs.replace(package("deep", direct=False), born="2026-11-20", status="archived")
    situation = TODAY._replace(plan=plan(one))
    assert sheets.sheet(Asked(), NOW, situation, lambda name: Judgement(name, "ok"), None).judgements == ()
