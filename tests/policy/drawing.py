"""Policies drawn at random, from few hosts, so that they meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from fumehood.policy.file import PolicyFile
from fumehood.policy.levers import KINDS, NAMES, Levers
from fumehood.policy.merging import Said
from fumehood.policy.places import Hosts, Types
from fumehood.protocol.policy import AllowedHost

HOSTS = ("a.org", "*.a.org", "b.a.org", "*.b.a.org", "c.b.a.org", "a.com", "*.c.com")
TYPES = ("text/html", "text/*", "image/svg+xml", "application/vnd.vega*")


def hosts() -> st.SearchStrategy[Hosts]:
    some = st.frozensets(st.sampled_from(HOSTS)).map(lambda found: Hosts(some=found))
    return st.just(Hosts.all()) | some


def types() -> st.SearchStrategy[Types]:
    some = st.frozensets(st.sampled_from(TYPES)).map(lambda found: Types(some=found))
    return st.just(Types.all()) | some


def value(name: str) -> st.SearchStrategy[Any]:
    if name in KINDS:
        return hosts()
    return types() if name == "plugins" else st.booleans()


def given_levers() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: value(name) for name in NAMES})


def levers() -> st.SearchStrategy[Levers]:
    return st.builds(Levers, **{name: value(name) for name in NAMES})


def files() -> st.SearchStrategy[PolicyFile]:
    return st.builds(PolicyFile, given_levers(), given_levers())


def allowed() -> st.SearchStrategy[tuple[AllowedHost, ...]]:
    one = st.builds(AllowedHost, st.sampled_from(KINDS), st.sampled_from(HOSTS))
    return st.lists(one, max_size=4).map(tuple)


def said() -> st.SearchStrategy[Said]:
    return st.builds(Said, files(), files(), given_levers(), allowed())
