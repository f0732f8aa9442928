"""What the notebook itself asks for: metadata tables and PEP 723 blocks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.environments.asking import asks, digest, read
from fumehood.environments.asking.scripts import blocks
from fumehood.protocol.trust import Asked

HOME = Path("/nonexistent/home")


def of(metadata: dict[str, Any], *cells: str) -> Asked:
    return read(metadata, [(f"c{number}", source) for number, source in enumerate(cells, 1)], None, {}, HOME)


def texts(asked: Asked) -> list[str]:
    return [one.text for one in asked.requirements]


def said(asked: Asked) -> str:
    return "\n".join(f"{one.asker.name}: {one.message} {one.hint}" for one in asked.complaints)


# As nteract writes it (schema version 1), with keys that only later versions may know.
NTERACT = {
    "kernelspec": {"name": "python3"},
    "runt": {
        "schema_version": "1",
        "env_id": "0b0e0a3c-1111-4222-8333-944444444444",
        "uv": {"dependencies": ["pandas>=2", "Poly_ars[all]"], "requires-python": ">=3.10", "prerelease": "allow"},
        "conda": {"dependencies": ["conda-forge::scanpy>=1.9", "r-base"], "channels": ["bioconda"], "python": "3.11"},
        "pixi": {"dependencies": ["zlib"], "pypi_dependencies": ["rich"], "channels": ["conda-forge"]},
        "future": {"kept": True},
    },
}


def test_the_tables_of_nteract_are_read_as_it_writes_them() -> None:
    asked = of(NTERACT)
    assert texts(asked) == ["pandas>=2", "Poly_ars[all]", "conda-forge::scanpy>=1.9", "r-base", "zlib", "rich"]
    assert [one.name for one in asked.requirements][1] == "poly-ars"
    assert [one.ecosystem for one in asked.requirements] == ["pypi", "pypi", "conda", "conda", "conda", "pypi"]
    assert asked.channels == ("conda-forge", "bioconda")
    assert asked.python == "==3.11.*,>=3.10" and asked.prerelease == "allow"
    assert {one.asker.name for one in asked.requirements} == {"runt.uv", "runt.conda", "runt.pixi"}
    assert said(asked) == "" and asks(asked)


def test_older_tables_count_where_there_is_no_newer_one_and_are_told_where_there_is() -> None:
    assert texts(of({"uv": {"dependencies": ["old"]}})) == ["old"]
    asked = of({"uv": {"dependencies": ["old"]}, "runt": {"uv": {"dependencies": ["new"]}}})
    assert texts(asked) == ["new"] and "metadata.uv is not read" in said(asked)


def test_our_own_table_has_requirements_python_and_indexes() -> None:
    table = {
        "requirements": ["numpy>=1.26 ; python_version >= '3.11'"],
        "python": ">=3.11",
        "indexes": ["https://one.example/simple", {"url": "https://two.example:8443/simple", "role": "default"}],
        "requirments": ["typo"],
    }
    asked = of({"fumehood": {"dependencies": table, "other": 1}})
    assert texts(asked) == ["numpy>=1.26 ; python_version >= '3.11'"]
    assert [(one.host, one.role, one.foreign) for one in asked.indexes] == [
        ("one.example", "extra", True),
        ("two.example:8443", "default", True),
    ]
    assert "requirments" in said(asked), "a key that is not known is said, not passed over"


@pytest.mark.parametrize(
    ("text", "kind", "name", "host", "kept"),
    [
        ("https://h.example/a_b-1.0-py3-none-any.whl", "url", "a-b", "h.example", ""),
        ("a @ https://u:secret@h.example:8443/a.whl", "url", "a", "h.example:8443", "a @ https://h.example:8443/a.whl"),
        ("git+https://user:secret@g.example/o/r@v1#egg=Evil", "vcs", "evil", "g.example", "git+https://g.example/o/r@v1#egg=Evil"),
        ("r @ git+ssh://git@g.example/o/r", "vcs", "r", "g.example", ""),
        ("git@g.example:o/r", "vcs", "", "g.example", ""),
        ("ann-secret@g.example:o/r", "vcs", "", "g.example", "g.example:o/r"),
        ("b@https://u:secret@h.example/b.whl", "url", "b", "h.example", "b@https://h.example/b.whl"),
        ("numpy @ file:///tmp/evil", "path", "numpy", "", ""),
        ("./evil", "path", "", "", ""),
        ("../up/evil-1.0.tar.gz", "path", "evil", "", ""),
        ("a @ https://h.example/a.whl?token=secret&x=1", "url", "a", "h.example", "a @ https://h.example/a.whl?x=1"),
        ("a @ https://bücher.example/a.whl", "url", "a", "xn--bcher-kva.example", ""),
    ],
)  # fmt: skip
def test_an_address_is_told_as_one_with_its_host_and_without_credentials(
    text: str, kind: str, name: str, host: str, kept: str
) -> None:
    asked = of({"runt": {"uv": {"dependencies": [text]}}})
    (one,) = asked.requirements
    assert (one.kind, one.name, one.host) == (kind, name, host)
    if kept:
        assert one.text == kept
    assert "secret" not in repr(asked)
    assert ("password or a token" in said(asked)) is ("secret" in text)


@pytest.mark.parametrize(
    "text",
    ["req\u03c5ests", "re\u200bquests", "-r /etc/passwd", "--index-url=x", "a b", "a @", 7, None, ["a"], "x" * 9999],
)
def test_what_cannot_be_read_is_said_and_never_passed_on(text: object) -> None:
    asked = of({"runt": {"uv": {"dependencies": [text]}}})
    assert asked.requirements == () and asked.complaints
    assert asks(asked), "a notebook that tried to ask does not start as one that asks for nothing"


def test_a_block_of_pep_723_is_read_with_its_own_sources_and_indexes() -> None:
    block = """import os
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "rich",
#   "tool[x] ; sys_platform == 'linux'",
# ]
# [tool.uv]
# sources = {tool = {git = "https://u:secret@g.example/tool", rev = "abc"}}
# index = [{url = "https://i.example/simple", default = true}]
# constraint-dependencies = ["rich<14"]
# ///
"""
    asked = of({}, "1 + 1", block)
    assert texts(asked) == ["rich", 'tool[x] @ git+https://g.example/tool@abc ; sys_platform == "linux"']
    assert [one.asker.line for one in asked.requirements] == [5, 6]
    assert [(one.url, one.role, one.foreign) for one in asked.indexes] == [
        ("https://i.example/simple", "default", True)
    ]
    assert asked.python == ">=3.11"
    assert "constraint-dependencies" in said(asked) and "secret" not in repr(asked)


GOOD = '# /// script\n# dependencies = ["rich"]\n# ///\n'


def test_two_blocks_anywhere_and_a_malformed_one_are_said_and_none_is_read() -> None:
    for cells in ((GOOD, GOOD), (f"{GOOD}\nx\n{GOOD}",)):
        asked = of({}, *cells)
        assert asked.requirements == () and "second" in said(asked) and asks(asked)
    for bad in (
        '# /// script\n# dependencies = ["rich"]\n',
        '# /// script\n# dependencies = ["rich"\n# ///\n',
        '# /// script\n#dependencies = ["rich"]\n# ///\n',
        '#/// script\n# dependencies = ["rich"]\n# ///\n',
        '# /// script \n# dependencies = ["rich"]\n# ///\n',
        "# /// script\n# dependencies = 'rich'\n# ///\n",
    ):
        asked = of({}, bad)
        assert asked.requirements == () and asked.complaints and asks(asked), bad


SPECIFICATION = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
LINES = st.lists(
    st.sampled_from(
        ["# /// script", "# /// other", "# ///", "# x = 1", "#", "#x", "", "code", "# /// script ", " # ///"]
    ),
    max_size=14,
)


@given(LINES)
def test_blocks_are_those_that_the_expression_of_the_specification_finds(lines: list[str]) -> None:
    source = "\n".join(lines)
    theirs = [
        (
            found["type"],
            "".join(line[2:] if line.startswith("# ") else line[1:] for line in found["content"].splitlines(True)),
        )
        for found in SPECIFICATION.finditer(source)
        # `\s` also takes an empty line, which the words of the specification do not allow.
        if "\n\n" not in found[0]
    ]
    ours = [(kind, f"{text}\n") for kind, _, text in blocks(source) if text is not None]
    if "\n\n" not in source:
        assert ours == theirs


def test_more_than_the_bounds_is_said_once() -> None:
    many = [f"p{number}" for number in range(limits.ASKED_REQUIREMENTS + 50)]
    asked = of({"runt": {"uv": {"dependencies": many}}})
    assert len(asked.requirements) == limits.ASKED_REQUIREMENTS
    assert said(asked).count("the rest is not read") == 1


KEYS = ["runt", "uv", "conda", "pixi", "fumehood", "dependencies", "requirements", "indexes", "url", "role", "python"]
KEYS += ["channels", "prerelease", "requires-python", "pypi_dependencies"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS) | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(
    st.dictionaries(st.sampled_from(["runt", "uv", "conda", "fumehood"]), JSON, max_size=4),
    st.lists(st.text(), max_size=2),
)
def test_no_metadata_and_no_cell_makes_reading_fail(metadata: dict[str, Any], cells: list[str]) -> None:
    asked = of(metadata, *cells)
    assert digest(asked) == digest(of(metadata, *cells))


def test_the_digest_changes_with_what_would_be_installed_and_with_nothing_else() -> None:
    base = {"runt": {"uv": {"dependencies": ["a", "b"]}}}
    same = of({"runt": {"uv": {"dependencies": ["b", "a"]}}}, "# a cell\n%pip install c")
    assert digest(of(base)) == digest(same)
    for other in (
        {"runt": {"uv": {"dependencies": ["a", "b==1"]}}},
        {"runt": {"uv": {"dependencies": ["a"]}}},
        {"runt": {"uv": {"dependencies": ["a", "b"], "requires-python": ">=3.11"}}},
        {"runt": {"uv": {"dependencies": ["a", "b"], "prerelease": "allow"}}},
        {**base, "fumehood": {"dependencies": {"indexes": ["https://i.example"]}}},
        {"runt": {"conda": {"dependencies": ["a", "b"]}}},
    ):
        assert digest(of(other)) != digest(of(base)), other


def test_an_index_has_one_spelling_in_what_is_signed_and_in_what_is_asked() -> None:
    """What is signed is in NFC: were the address not, one approval would be of two indexes."""
    one, other = (
        of({"fumehood": {"dependencies": {"requirements": ["x"], "indexes": [url]}}})
        for url in ("https://x.example/caf\u00e9/", "https://x.example/cafe\u0301/")
    )
    assert digest(one) == digest(other)
    assert one.indexes[0].url == other.indexes[0].url == "https://x.example/caf\u00e9/"
