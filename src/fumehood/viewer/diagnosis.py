"""`viewer.debug_connection()`: what works between Python and the page, on one screen."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fumehood import __version__
from fumehood.core.errors import HoodError
from fumehood.viewer.events import Trouble
from fumehood.viewer.transport import Finding

if TYPE_CHECKING:
    from fumehood.viewer.viewer import Viewer

_SIGNS = {True: "ok", False: "NO", None: "  "}


class Report:
    def __init__(self, title: str, findings: Iterable[Finding]) -> None:
        self.title = title
        self.findings = [*_here(), *findings]

    @property
    def well(self) -> bool:
        return all(finding.well is not False for finding in self.findings)

    def __repr__(self) -> str:
        wide = max(len(finding.what) for finding in self.findings)
        lines = [f"{_SIGNS[well]}  {what:<{wide}}  {said}" for what, well, said in self.findings]
        return "\n".join([self.title, *lines])


def _here() -> list[Finding]:
    found = [Finding("fumehood", None, f"{__version__}, Python {platform.python_version()}")]
    for name in ("ipykernel", "anywidget", "ipywidgets", "marimo"):
        if (module := sys.modules.get(name)) is not None:
            found.append(Finding(name, None, str(getattr(module, "__version__", "?"))))
    return found


def pages(ready: int, known: int, waiting: int) -> Finding:
    if ready:
        return Finding("page", True, f"{ready} of {known} displays ready, {waiting} commands wait")
    said = "none has been ready: is the cell's output in sight?" if known == 0 else "all displays have gone"
    return Finding("page", False, f"{said} {waiting} commands wait.")


def ping(viewer: Viewer, timeout: float, ready: bool, may: bool) -> list[Finding]:
    if not ready:
        return []
    if not may:
        return [Finding("answer", None, "cannot be tried while this cell runs; `await viewer.ping()` can")]
    began = time.perf_counter()
    try:
        viewer.ping().wait(timeout)
    except HoodError as error:
        return [Finding("answer", False, str(error))]
    return [Finding("answer", True, f"{(time.perf_counter() - began) * 1000:.1f} ms to the page and back")]


def troubles(said: Iterable[Trouble]) -> list[Finding]:
    return [Finding(f"page, {one.level}", False, " ".join(one.text.split())[:200]) for one in said]
