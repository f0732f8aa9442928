"""A name is text of a stranger: whatever it is, there is a verdict."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.trust.lookalikes import Names

NAMES = Names.load()


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(
        st.text(), st.text("-_.aA0", min_size=1), st.from_regex(r"[a-z0-9][a-z0-9._-]{0,60}[a-z0-9]", fullmatch=True)
    )
)
def test_any_text_gets_a_verdict(name: str) -> None:
    judged = NAMES.judge(name)
    assert judged.verdict in ("ok", "warn", "stop", "block")
    assert 0.0 <= judged.score <= 1.0
    assert judged.name == name[: limits.PACKAGE_NAME_SHOWN]
    assert all(reason.isascii() and reason.isprintable() for reason in judged.reasons)
    assert judged.verdict == "ok" or judged.reasons


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        ("", "empty", None),
        ("a" * 100_000, "length", None),
        ("numpy\x00", "control", "numpy"),
        ("num\x1b[31mpy", "control", None),
        ("\u202enumpy", "control", "numpy"),
        ("num\u200bpy", "control", "numpy"),
        ("\u0440andas", "homoglyph", "pandas"),
        ("nu\uff4dpy", "homoglyph", "numpy"),
        ("reque\u0455ts", "homoglyph", "requests"),
        ("scikit\u2010learn", "homoglyph", "scikit-learn"),
        ("\u6f22\u5b57", "letters", None),
        ("\udcff", "control", None),
        ("numpy==1.0", "grammar", None),
        ("git+https://example.org/numpy", "grammar", None),
        ("../numpy", "grammar", None),
        ("-r", "grammar", None),
        ("numpy pandas", "grammar", None),
    ],
)
def test_what_no_index_can_have_is_blocked_with_what_it_imitates(name: str, kind: str, target: str | None) -> None:
    judged = NAMES.judge(name)
    assert judged.verdict == "block"
    assert judged.reasons[0].startswith(kind + ":")
    if target is not None:
        assert (judged.target, judged.target_rank) == (target, NAMES.judge(target).rank)
