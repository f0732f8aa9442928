"""What uv complains of, as a person reads it."""

from __future__ import annotations

from fumehood.environments.uv import Ran

ELSEWHERE = """\
warning: something of its own
error: No solution found when resolving dependencies
  cause: Because there is no version of six==9 and you require six==9, your requirements are unsatisfiable.

hint: `six` was found on https://index.example/simple, but not at the requested version (six==9). A compatible version \
may be available on a subsequent index. If all indexes are equally trusted, use `--index-strategy unsafe-best-match`.
"""


def test_a_complaint_is_one_paragraph_without_options_and_says_that_a_later_index_was_not_asked() -> None:
    said = Ran(1, "", ELSEWHERE).why()
    assert said.startswith("No solution found when resolving dependencies Because there is no version of six==9")
    assert "a later one may have the version" in said
    assert "--index-strategy" not in said and "warning" not in said and "\n" not in said


def test_where_no_other_index_has_a_part_none_is_spoken_of() -> None:
    assert Ran(1, "", "error: It is not there.\n\nhint: Use --offline.").why() == "It is not there."
