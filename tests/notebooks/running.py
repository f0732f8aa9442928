"""`hood run` on a copy of a public notebook: no network, no installing, everything it said as values."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.conftest import HOOD

_GUARD = """\
import sys


def guard(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            raise OSError("no network in this test")
    elif event == "socket.getaddrinfo" and arguments[0] not in (None, "", "localhost", "127.0.0.1"):
        raise OSError("no network in this test")


sys.addaudithook(guard)
"""
"""An audit hook cannot be taken away again by what a notebook imports."""


@dataclass
class Ran:
    status: int
    """Of the process."""
    events: list[dict[str, Any]]
    said: str
    """On standard error."""
    file: dict[str, Any]
    """What was written."""

    @property
    def result(self) -> dict[str, Any]:
        (found,) = [event for event in self.events if event["event"] == "result"]
        return found

    @property
    def errors(self) -> dict[int, str]:
        """Cell number to what it raised."""
        return {cell["number"]: cell["error"] for cell in self.result["cells"] if cell["status"] == "error"}

    @property
    def outputs(self) -> list[dict[str, Any]]:
        return [output for cell in self.file["cells"] for output in cell.get("outputs", ())]

    @property
    def mime_types(self) -> set[str]:
        return {mime for output in self.outputs for mime in output.get("data", {})}


def quarantined(folder: Path) -> dict[str, str]:
    """The environment: pip finds no index, Python reaches no other machine."""
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(_GUARD)
    pip = {"PIP_NO_INDEX": "1", "PIP_TARGET": str(folder / "installed"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return pip | {"PYTHONPATH": str(site), "MPLCONFIGDIR": str(folder / "matplotlib")}


def without_installing(path: Path) -> None:
    """Takes the code cells out that install packages."""
    document = json.loads(path.read_bytes())
    if "cells" in document:
        document["cells"] = [
            cell
            for cell in document["cells"]
            if cell["cell_type"] != "code" or "pip install" not in "".join(cell["source"])
        ]
        path.write_text(json.dumps(document, indent=1) + "\n")


def run(path: Path, *words: str, folder: Path, timeout: float = 280) -> Ran:
    """`folder`: for what the notebook may write beside itself."""
    done = subprocess.run(
        [*HOOD, "run", str(path), "--json", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=folder,
        env=os.environ | quarantined(folder),
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return Ran(done.returncode, events, done.stderr, json.loads(path.read_bytes()))
