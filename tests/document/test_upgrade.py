"""nbformat's own upgrade, kept quiet."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from fumehood.core.errors import NotebookUnreadable
from fumehood.document.upgrade import upgraded


@pytest.mark.parametrize("major", [2, 3])
def test_an_upgraded_notebook_is_a_valid_one_of_format_4(notebooks: Path, major: int) -> None:
    import nbformat

    top = upgraded(json.loads((notebooks / f"nbformat-test{major}.ipynb").read_bytes()), major)
    assert top["nbformat"] == 4 and not any("id" in cell for cell in top["cells"])
    nbformat.validate({**top, "nbformat_minor": 4})


def test_nothing_of_the_notebook_gets_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    cells = [{"cell_type": "code", "input": "token = 'hunter2'", "language": "python", "outputs": [], "bad": 1}]
    with caplog.at_level(logging.DEBUG):
        upgraded({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}, 3)
    assert "hunter2" not in caplog.text


def test_what_nbformat_cannot_upgrade_is_refused_in_one_line() -> None:
    with pytest.raises(NotebookUnreadable) as caught:
        upgraded({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code"}]}], "metadata": {}}, 3)
    assert "\n" not in caught.value.message and len(caught.value.message) < 300
