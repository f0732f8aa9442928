"""Whose word counts. The properties hold for every policy that can be said, not for some examples."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fumehood.policy.file import PolicyFile
from fumehood.policy.levers import FLOOR, KINDS, NAMES, OPEN, OWN, STRANGER, Levers
from fumehood.policy.merging import NOTEBOOK_KEY, Said, effective, narrowing
from fumehood.policy.places import Hosts
from fumehood.protocol.policy import AllowedHost, Origin
from tests.policy.drawing import allowed, given_levers, levers, said

ORIGINS: tuple[Origin, ...] = ("own", "stranger", "boxed")
PLOTLY = AllowedHost("scripts", "cdn.plot.ly")


def reach(said: Said, origin: Origin) -> Levers:
    return effective(said, origin).levers


# -- the defaults


def test_what_nobody_says_anything_about_is_as_the_design_says() -> None:
    own, stranger, boxed = (reach(Said(), origin) for origin in ORIGINS)
    assert own == OWN and stranger == boxed == STRANGER
    assert own.scripts == own.styles == Hosts.all()
    nothing = Hosts()
    assert own.connect == own.images == own.fonts == own.media == nothing
    assert [getattr(stranger, kind) for kind in KINDS] == [nothing] * len(KINDS)


def test_a_policy_that_cannot_be_read_lets_nothing_out_and_nobody_allow_anything() -> None:
    broken = Said(allowed=(PLOTLY,), broken=True)
    for origin in ORIGINS:
        found = effective(broken, origin)
        assert found.levers == found.cap == FLOOR


# -- the machine


@given(said(), st.sampled_from(ORIGINS))
def test_the_machines_cap_always_wins(what: Said, origin: Origin) -> None:
    cap = what.machine.own if origin == "own" else what.machine.stranger
    assert reach(what, origin).within(OPEN.given(cap))
    assert reach(what, origin).within(OPEN.given(what.machine.own)), "and the cap of one's own bounds the stranger's"


@given(said(), given_levers())
def test_more_said_by_the_machine_never_opens_what_somebody_else_had_set(what: Said, more: dict[str, Any]) -> None:
    """It may open a lever that nobody else names: that is what its keeper is for."""
    named = {**what.user.own, **what.machine.own}
    cap = OPEN.given(what.machine.own)
    tighter = {name: value & getattr(cap, name) for name, value in more.items()}
    later = replace(what, machine=PolicyFile({**what.machine.own, **tighter}, what.machine.stranger))
    before, after = reach(what, "own"), reach(later, "own")
    for name in named:
        assert getattr(after, name) & getattr(before, name) == getattr(after, name)


# -- the notebook


@given(said(), given_levers(), st.sampled_from(ORIGINS))
def test_a_notebook_can_only_narrow(what: Said, keys: dict[str, Any], origin: Origin) -> None:
    without = reach(replace(what, notebook={}), origin)
    assert reach(replace(what, notebook=keys), origin).within(without)


@given(said(), given_levers(), st.sampled_from(NAMES), st.sampled_from(ORIGINS))
def test_narrowing_more_never_opens_anything(what: Said, keys: dict[str, Any], name: str, origin: Origin) -> None:
    wide = replace(what, notebook=keys)
    narrow = replace(what, notebook={**keys, name: getattr(Levers(), name)})
    assert reach(narrow, origin).within(reach(wide, origin))


json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["https", "none", "all", "a.org"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner),
    max_leaves=12,
)


@given(said(), json, st.sampled_from(ORIGINS))
def test_whatever_a_notebooks_metadata_holds_it_does_not_widen(what: Said, keys: Any, origin: Origin) -> None:
    for metadata in ({NOTEBOOK_KEY: {"policy": keys}}, {NOTEBOOK_KEY: keys}):
        narrow, _ = narrowing(metadata)
        assert reach(replace(what, notebook=narrow), origin).within(reach(replace(what, notebook={}), origin))


def test_a_key_of_a_notebook_that_cannot_be_read_shuts_its_lever_and_says_so() -> None:
    narrow, troubles = narrowing({NOTEBOOK_KEY: {"policy": {"scripts": ["http://a.org"], "styles": "none", "x": 1}}})
    assert narrow == {"scripts": Hosts(), "styles": Hosts()}
    assert [trouble.message.startswith("In the notebook: 'http://a.org'") for trouble in troubles] == [True]


# -- a person's allowance


@given(said(), allowed(), st.sampled_from(ORIGINS))
def test_allowing_opens_no_more_than_what_was_allowed_and_never_more_than_the_cap(
    what: Said, more: tuple[AllowedHost, ...], origin: Origin
) -> None:
    before = reach(replace(what, allowed=()), origin)
    after = effective(replace(what, allowed=more), origin)
    assert before.within(after.levers) and after.levers.within(after.cap)
    opened = Levers().given(
        {kind: Hosts(some=frozenset(one.host for one in more if one.kind == kind)) for kind in KINDS}
    )
    assert after.levers.within(before | opened)


@given(said())
def test_what_comes_from_a_kernel_without_network_reaches_nothing_whoever_says_what(what: Said) -> None:
    found = effective(what, "boxed")
    assert all(getattr(found.levers, kind) == getattr(found.cap, kind) == Hosts() for kind in KINDS)


@given(said())
def test_the_strictest_is_the_box_then_the_stranger_then_ones_own(what: Said) -> None:
    own, stranger, boxed = (reach(what, origin) for origin in ORIGINS)
    assert boxed.within(stranger) and stranger.within(own)


def test_allowing_a_host_opens_it_for_the_strangers_outputs_too() -> None:
    what = Said(allowed=(PLOTLY,))
    assert reach(what, "stranger").scripts == Hosts.of(["cdn.plot.ly"])
    assert reach(what, "stranger").connect == Hosts()
    assert effective(what, "stranger").sources == {"scripts": "allowed"}


# -- who said it


def test_each_lever_says_whose_word_was_the_last() -> None:
    machine = PolicyFile({"scripts": Hosts.of(["*.corp.example"])}, {})
    user = PolicyFile(
        {"scripts": Hosts.all(), "fonts": Hosts.all(), "images": Hosts.of(["a.org"])}, {"downloads": False}
    )
    what = Said(machine, user, {"fonts": Hosts()}, (AllowedHost("connect", "a.org"),))
    own, stranger = effective(what, "own"), effective(what, "stranger")
    assert own.sources == {"scripts": "machine", "fonts": "notebook", "images": "user", "connect": "allowed"}
    assert own.levers.scripts == Hosts.of(["*.corp.example"])
    assert own.levers.images == Hosts.of(["a.org"]) and own.levers.fonts == Hosts()
    assert stranger.sources == {"downloads": "user", "connect": "allowed", "fonts": "notebook"}


@given(levers(), levers())
def test_levers_travel_whole(a: Levers, b: Levers) -> None:
    assert Levers.of_wire(a.to_wire()) == a
    assert (a & b).within(a) and a.within(a | b)
