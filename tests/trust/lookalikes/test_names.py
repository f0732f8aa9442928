from __future__ import annotations

import pytest

from fumehood.trust.lookalikes import Names


@pytest.mark.parametrize(
    ("name", "target", "kind"),
    [
        ("reqeusts", "requests", "swap"),
        ("urlib3", "urllib3", "double"),
        ("pandss", "pandas", "neighbour"),
        ("reqests", "requests", "omission"),
        ("requestis", "requests", "insertion"),
        ("rnatplotlib", "matplotlib", "homoglyph"),
        ("scikit-1earn", "scikit-learn", "homoglyph"),
        ("pythondateutil", "python-dateutil", "separator"),
        ("dateutil-python", "python-dateutil", "order"),
        ("beautifulsoup5", "beautifulsoup4", "version"),
        ("requests-toolbelts", "requests-toolbelt", "plural"),
        ("python-matplotlib", "matplotlib", "affix"),
        ("cv2", "opencv-python", "import"),
    ],
)
def test_a_slip_is_named_with_what_was_meant(names: Names, name: str, target: str, kind: str) -> None:
    judged = names.judge(name)
    assert judged.verdict in ("warn", "stop")
    assert judged.target == target
    assert judged.reasons[0].startswith(kind + ":")


def test_an_invented_name_is_stopped_and_said_to_be_unknown(names: Names) -> None:
    judged = names.judge("quantum-toaster-frobnicator")
    assert (judged.verdict, judged.known, judged.target) == ("stop", False, None)
    assert judged.reasons == ("unknown: no index had this name on the day of the list",)


def test_packages_of_this_field_are_not_called_look_alikes(names: Names) -> None:
    for name in ("scirpy", "decoupler", "stlearn", "dynamo-release", "scVelo"):
        assert (names.judge(name).verdict, names.judge(name).known) == ("ok", True), name
    assert names.judge("scvelllo").target == "scvelo"


def test_the_spelling_of_a_name_does_not_matter(names: Names) -> None:
    for spelling in ("Typing_Extensions", "typing.extensions", "TYPING--extensions"):
        judged = names.judge(spelling)
        assert (judged.name, judged.verdict, judged.rank) == (spelling, "ok", names.judge("typing-extensions").rank)
