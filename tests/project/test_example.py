"""The example is a notebook as we want others to keep theirs: valid, short, without outputs, without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.ipynb"))


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.param.read_text("utf-8"))
    return found


def test_there_is_an_example() -> None:
    assert [path.name for path in EXAMPLES] == ["pbmc.ipynb"]


def test_it_is_valid_nbformat_4_5(example: dict[str, Any]) -> None:
    assert (example["nbformat"], example["nbformat_minor"]) == (4, 5)
    nbformat.validate(nbformat.from_dict(example))  # type: ignore[no-untyped-call]


def test_it_is_kept_without_outputs(example: dict[str, Any]) -> None:
    code = [cell for cell in example["cells"] if cell["cell_type"] == "code"]
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []


def test_it_names_no_address_and_no_file_of_ours(example: dict[str, Any]) -> None:
    source = "".join("".join(cell["source"]) for cell in example["cells"])
    assert [word for word in ("http:", "https:", "read_h5ad", "pip install", "!", "%") if word in source] == []


def test_it_has_words_a_table_a_picture_and_a_widget(example: dict[str, Any]) -> None:
    code = "".join("".join(cell["source"]) for cell in example["cells"] if cell["cell_type"] == "code")
    assert example["cells"][0]["cell_type"] == "markdown"
    for part in ("describe(", "pl.umap", "rank_genes_groups", "IntSlider", "leiden"):
        assert part in code
