"""What a lever lets through: a lattice of hosts and of types, from which nothing of this machine can be named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import BadSetting, LimitExceeded
from fumehood.policy.places import Hosts, Types, is_host
from tests.policy.drawing import hosts

PROBES = ("a.org", "b.a.org", "c.b.a.org", "a.com", "xa.org")


def test_a_star_stands_for_the_hosts_below_and_not_for_the_name_itself() -> None:
    below = Hosts.of(["*.a.org"])
    assert [host for host in PROBES if below.lets(host)] == ["b.a.org", "c.b.a.org"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "1.1.1.1",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "::1",
        "a.localhost",
        "printer.local",
        "router.lan",
        "x.internal",
        "home.arpa",
        "x.0x7f",
        "a.org:8443",
        "a.org/path",
        "http://a.org",
        "https://a.org/",
        "*",
        "*.",
        "*.org",
        "*.*.org",
        "a.*.org",
        "org",
        "",
        "a..org",
        "-a.org",
        "a.org.",
        "a.org;",
        "a.org 'unsafe-inline'",
        "a.org\n",
        "a.org\r\nX: y",
        "ä.org",
        "a_b.org",
        "'self'",
        "data:",
        "a" * 64 + ".org",
        "a." * 130 + "org",
    ],
)
def test_what_is_no_host_of_the_internet_is_refused(host: str) -> None:
    with pytest.raises(BadSetting):
        Hosts.of([host])
    assert not is_host(host)


@pytest.mark.parametrize(
    "host", ["cdn.plot.ly", "*.example.org", "xn--bcher-kva.example", "a-b.c.d.io", "1.example.com"]
)
def test_names_of_hosts_are_taken(host: str) -> None:
    assert Hosts.of([host]).words == (host,) and is_host(host)


def test_a_host_may_be_written_as_its_address_and_in_capitals() -> None:
    assert Hosts.of(["https://CDN.example.org"]) == Hosts.of(["cdn.example.org"])


def test_a_lever_has_a_bounded_number_of_hosts() -> None:
    with pytest.raises(LimitExceeded):
        Hosts.of(f"h{number}.org" for number in range(limits.POLICY_PLACES + 1))


def test_every_host_means_its_own_port_and_no_other() -> None:
    assert Hosts.all().sources == ("https://*:443",)
    assert Hosts.of(["a.org"]).sources == ("https://a.org:443",)


def test_types_end_in_a_star_or_are_whole() -> None:
    types = Types.of(["text/html", "application/vnd.vega*"])
    assert types.lets("application/vnd.vegalite.v5+json") and types.lets("text/html")
    assert not types.lets("text/htmlx") and not types.lets("image/svg+xml")
    for wrong in ("html", "*", "text/*/x", "text/ html", 'text/html"', ""):
        with pytest.raises(BadSetting):
            Types.of([wrong])


@given(hosts(), hosts(), hosts())
def test_hosts_are_a_lattice(a: Hosts, b: Hosts, c: Hosts) -> None:
    assert a & b == b & a and a | b == b | a
    assert a & (b & c) == (a & b) & c and a | (b | c) == (a | b) | c
    assert a & a == a == a | a
    assert a & (a | b) == a == a | (a & b)
    assert a & Hosts.all() == a == a | Hosts()


@given(hosts(), hosts(), st.sampled_from(PROBES))
def test_both_let_through_what_each_does(a: Hosts, b: Hosts, host: str) -> None:
    assert (a & b).lets(host) == (a.lets(host) and b.lets(host))
    assert (a | b).lets(host) == (a.lets(host) or b.lets(host))


@given(hosts())
def test_what_is_said_of_hosts_is_read_back(a: Hosts) -> None:
    assert Hosts.of(a.words) == a
