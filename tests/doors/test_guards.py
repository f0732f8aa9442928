from __future__ import annotations

import pytest

from fumehood.doors.guards import (
    Origin,
    Refusal,
    is_sealed,
    parse_origin,
    refuse_host,
    refuse_method,
    refuse_origin,
    refuse_target,
)

HERE = "127.0.0.1:4711"


def test_the_exact_host_passes() -> None:
    assert refuse_host([HERE], HERE) is None


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["127.0.0.1"],
        ["127.0.0.1:4712"],
        ["127.0.0.1:04711"],
        ["127.0.0.1:4711 "],
        ["127.0.0.1:4711."],
        ["127.0.0.1.:4711"],
        ["localhost:4711"],
        ["LOCALHOST:4711"],
        ["[::1]:4711"],
        ["[::ffff:127.0.0.1]:4711"],
        ["0.0.0.0:4711"],
        ["127.1:4711"],
        ["2130706433:4711"],
        ["127.0.0.1.evil.test:4711"],
        ["evil.test#127.0.0.1:4711"],
        ["evil.test@127.0.0.1:4711"],
        ["127.0.0.1:4711/"],
        ["127.0.0.1:4711?"],
        ["127.0.0.1:4711,evil.test"],
        [HERE, HERE],
        [HERE, "evil.test"],
    ],
)
def test_every_other_host_is_refused(values: list[str]) -> None:
    assert refuse_host(values, HERE) is not None


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "get", "Get", "GET ", "", "TRACE", "CONNECT", "FOO"])
def test_a_method_outside_the_table_is_answered_with_the_table(method: str) -> None:
    assert refuse_method(method, ("GET", "HEAD")) == Refusal(
        405, "That method does not exist here.", allow=("GET", "HEAD")
    )
    assert refuse_method("GET", ("GET", "HEAD")) is None


@pytest.mark.parametrize("target", ["http://127.0.0.1:4711/blob/x", "//evil.test/x", "*", "evil.test:80", "", "blob/x"])
def test_a_target_that_is_not_a_path_is_refused(target: str) -> None:
    assert refuse_target(target) is not None
    assert refuse_target("/blob/x") is None


# -- origins

SHELL = Origin("https", "notebooks.example.com", 443)


@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        ("https://notebooks.example.com", True),
        ("http://127.0.0.1:9000", True),
        ("http://127.0.0.1", True),
        ("null", True),
        ("http://notebooks.example.com", False),
        ("https://notebooks.example.com:444", False),
        ("https://notebooks.example.com.evil.test", False),
        ("https://evilnotebooks.example.com", False),
        ("https://notebooks.example.com@evil.test", False),
        ("https://127.0.0.1:9000", False),
        ("http://127.0.0.1.evil.test", False),
        ("http://localhost:9000", False),
        ("http://127.0.0.1:9000/", False),
        ("http://127.0.0.1:9000#x", False),
        ("http://127.0.0.1:99999", False),
        ("HTTP://127.0.0.1:9000", False),
        ("Null", False),
        ("", False),
        ("evil.test", False),
        ("http://[::1", False),
        ("file://", False),
    ],
)
def test_only_our_own_pages_and_sealed_frames_may_call(origin: str, passes: bool) -> None:
    assert (refuse_origin([origin], [SHELL], opaque=True, local=True) is None) is passes


def test_a_door_can_be_stricter() -> None:
    assert refuse_origin([], [], opaque=False, local=False) is None
    assert refuse_origin(["null"], [], opaque=False, local=False) is not None
    assert refuse_origin(["http://127.0.0.1:1"], [], opaque=False, local=False) is not None
    assert refuse_origin(["null", "null"], [], opaque=True, local=True) is not None


def test_an_origin_is_compared_with_its_default_port() -> None:
    assert parse_origin("https://example.com") == Origin("https", "example.com", 443)
    assert parse_origin("http://[::1]:80") == Origin("http", "::1", 80)
    assert parse_origin("tauri://localhost") == Origin("tauri", "localhost", 0)


# -- policies


@pytest.mark.parametrize(
    ("policy", "sealed"),
    [
        ("sandbox", True),
        ("sandbox allow-scripts allow-downloads; default-src 'none'", True),
        ("default-src 'none'; SANDBOX allow-scripts", True),
        ("", False),
        ("default-src 'none'", False),
        ("sandboxed", False),
        ("default-src sandbox", False),
        ("sandbox allow-scripts allow-same-origin", False),
        ("sandbox Allow-Same-Origin", False),
        ("sandbox allow-top-navigation-by-user-activation", False),
        ("sandbox allow-popups-to-escape-sandbox", False),
        ("sandbox allow-modals", False),
        # Browsers take the first of two.
        ("sandbox allow-same-origin; sandbox", False),
    ],
)
def test_a_policy_seals_only_without_a_way_out(policy: str, sealed: bool) -> None:
    assert is_sealed(policy) is sealed
