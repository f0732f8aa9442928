"""The public notebooks beside the project: their names, copies of them, and what nbformat reads in them."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import Any

from fumehood.document.outputs import is_binary
from tests.conftest import SHARED

NAMES = sorted(path.name for path in (SHARED / "notebooks").glob("*.ipynb"))
INVALID = {
    "nbformat-invalid.ipynb": "has the unknown type",
    "nbformat-invalid_unique_cell_id.ipynb": "the id dup of an earlier cell",
    "nbformat-v4_5_no_cell_id.ipynb": "had no id",
    "nbformat-test4plus.ipynb": "has the unknown type",
}
"""Those that open although nbformat finds something wrong with them, and what the user is told."""
FUTURE = "nbformat-test4plus.ipynb"
"""Its format is 4.99, so no nbformat of today can say whether it is valid."""


def copy(notebooks: Path, name: str, folder: Path) -> Path:
    """A copy that may be written."""
    target = folder / name
    shutil.copyfile(notebooks / name, target)
    return target


def as_nbformat_reads(path: Path) -> Any:
    """The notebook as format 4, by nbformat itself."""
    import nbformat

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def is_valid(path: Path) -> None:
    """Raises nbformat's ValidationError; what it repairs while reading is an error too."""
    import json

    import nbformat

    nbformat.validate(json.loads(path.read_bytes()))


def comparable(outputs: Any) -> list[dict[str, Any]]:
    """Without what is spelling only: line breaks in base64, a text as a list of lines; and without keys that nbformat
    does not know, which stay in the file and are not shown."""
    return [_one({key: value for key, value in output.items() if key in _KEYS}) for output in outputs]


_KEYS = {"output_type", "name", "text", "data", "metadata", "execution_count", "ename", "evalue", "traceback"}


def _one(output: dict[str, Any]) -> dict[str, Any]:
    if isinstance(output.get("text"), list):
        output["text"] = "".join(output["text"])
    if "data" in output:
        output["data"] = {
            mime: "".join(value.split()) if is_binary(mime) else value for mime, value in output["data"].items()
        }
    return output
