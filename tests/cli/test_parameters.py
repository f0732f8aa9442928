"""Parameters: read from words and files, written as code that gives the same values."""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.cli import parameters
from fumehood.core.errors import BadSetting, FileMissing

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("True", True),
        ("null", None),
        ("None", None),
        ('"quoted"', "quoted"),
        ("'quoted'", "quoted"),
        ("[1, 2]", [1, 2]),
        ("(1, 'a')", (1, "a")),
        ('{"a": [1]}', {"a": [1]}),
        ("plain text", "plain text"),
        ("", ""),
        ("a=b", "a=b"),
        ("__import__('os')", "__import__('os')"),
        ("b'bytes'", "b'bytes'"),
        ("{1, 2}", "{1, 2}"),
        ("[" * 5000, "[" * 5000),
    ],
)
def test_a_value_is_json_or_a_python_literal_or_text(text: str, value: Any) -> None:
    assert parameters.parse([f"name={text}"]) == {"name": value}


def test_later_words_win_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text('{"a": 1, "b": 2, "c": 3}')
    assert parameters.parse(["b=20"], ["c=30"], file) == {"a": 1, "b": 20, "c": "30"}
    toml = tmp_path / "p.toml"
    toml.write_text("a = 1\nb = [true]\n")
    assert parameters.parse([], [], toml) == {"a": 1, "b": [True]}


@pytest.mark.parametrize("word", ["no equals", "=1", "not a name=1", "a-b=1", "1a=1", "a;b=1"])
def test_what_is_no_name_is_refused(word: str) -> None:
    with pytest.raises(BadSetting):
        parameters.parse([word])


def test_a_bad_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        parameters.parse([], [], tmp_path / "none.json")
    for text in ("[1]", "{", "\xff"):
        file = tmp_path / "p.json"
        file.write_bytes(text.encode("latin-1"))
        with pytest.raises(BadSetting):
            parameters.parse([], [], file)


@given(st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9_]{0,8}\Z"), VALUES, max_size=4))
def test_python_code_gives_the_same_values(values: dict[str, Any]) -> None:
    names: dict[str, Any] = {}
    values = {f"p_{name}": value for name, value in values.items()}
    tree = ast.parse(parameters.source(values, "python"))
    for statement in tree.body:
        assert isinstance(statement, ast.Assign)
        target = statement.targets[0]
        assert isinstance(target, ast.Name)
        names[target.id] = ast.literal_eval(statement.value)
    assert names == values


@given(st.text())
def test_a_text_stays_one_line_of_code_in_every_language(text: str) -> None:
    for language in ("python", "r", "julia"):
        code = parameters.source({"x": text}, language)
        assert len([line for line in code.splitlines() if line]) >= 2
    assert len(parameters.source({"x": text}, "python").split("\n")) == 3


def test_numbers_without_a_literal_are_written_too() -> None:
    code = parameters.source({"a": math.inf, "b": -math.inf, "c": math.nan}, "python")
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["a"] == math.inf and names["b"] == -math.inf and math.isnan(names["c"])


def test_r_and_julia_have_their_own_words() -> None:
    values = {"a": True, "b": None, "c": [1, "x"], "d": {"k": 1.5}, "e": "$x"}
    r = parameters.source(values, "R")
    assert 'a = TRUE\nb = NULL\nc = list(1, "x")\nd = list("k" = 1.5)' in r
    julia = parameters.source(values, "julia")
    assert 'a = true\nb = nothing\nc = [1, "x"]\nd = Dict("k" => 1.5)\ne = "\\$x"' in julia
    with pytest.raises(BadSetting, match="cobol"):
        parameters.source(values, "cobol")


def test_tags_of_a_hostile_notebook_are_not_trusted_to_be_texts() -> None:
    assert parameters.tags({"tags": ["a", 1, None]}) == ["a"]
    assert parameters.tags({"tags": "parameters"}) == []
    assert parameters.tags(json.loads('{"tags": {"parameters": 1}}')) == []
