"""One notebook, looked through: its bytes are read and nothing else happens.

May assume nothing of the file and of those beside it. Starts no process, opens no socket, writes nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.document import ipynb
from fumehood.document.loaded import Loaded
from fumehood.environments.asking.gathering import plain
from fumehood.environments.asking.magics import intercept
from fumehood.environments.asking.reading import read
from fumehood.environments.scanning import code, content
from fumehood.environments.scanning.findings import RULES, Dependency, Finding, Level, Report
from fumehood.protocol.trust import Asked, Asker, Requirement
from fumehood.trust.lookalikes import Judgement, Names

_TEXT: Final = 160
_LINES_LOOKED_UP: Final = 20 * limits.MIB
_VERDICTS: Final[dict[str, Level]] = {"warn": "warning", "stop": "error", "block": "error"}


def scan(path: Path, data: bytes, names: Names, user_home: Path) -> Report:
    """Of the notebook with these bytes at `path`, which is only looked at for the files beside it."""
    shown = os.fspath(path)
    try:
        loaded = ipynb.read(data)
    except HoodError as error:
        return Report(path=shown, size=len(data), problem=error.message)
    sources = [(str(cell.id), cell.source) for cell in loaded.cells if cell.type == "code"]
    # The user's own variables say nothing about the notebook.
    asked = read(loaded.metadata, sources, _canonical(path), {}, user_home)
    one = _Scan(shown, data, loaded, asked, names)
    findings = sorted(dict.fromkeys(one.findings()), key=lambda found: (found.path != shown, found.path, found.cell))
    return Report(
        path=shown,
        size=len(data),
        cells=len(loaded.cells),
        dependencies=tuple(one.dependencies),
        findings=tuple(findings[: limits.SCAN_FINDINGS]),
        more=max(0, len(findings) - limits.SCAN_FINDINGS),
    )


def _canonical(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return None


class _Scan:
    def __init__(self, path: str, data: bytes, loaded: Loaded, asked: Asked, names: Names) -> None:
        self._path = path
        self._data = data
        self._loaded = loaded
        self._asked = asked
        self._names = names
        self._number = {str(cell.id): number for number, cell in enumerate(loaded.cells, 1)}
        self._judged: dict[str, Judgement] = {}
        self.dependencies: list[Dependency] = []

    def findings(self) -> Iterator[Finding]:
        yield from self._asks()
        for number, cell in enumerate(self._loaded.cells, 1):
            if cell.type == "code":
                for seen in code.look(cell.source):
                    yield self._in_cell(seen.rule, seen.text, number, str(cell.id), seen.line)
                for install in intercept(cell.source, str(cell.id)):
                    for index in install.indexes:
                        message = f"A cell takes packages from {index.host or index.url}"
                        yield self._in_cell("index-foreign", message, number, str(cell.id), install.line)
                yield from self._outputs(number, str(cell.id))
            elif cell.type == "markdown" and (found := content.of_markdown(cell.source)):
                yield self._in_cell("markdown-script", found, number, str(cell.id), 0)
        if len(self._data) > limits.SCAN_NOTEBOOK_BYTES:
            yield self._found("notebook-large", f"It has {len(self._data):,} bytes", self._path)

    def _asks(self) -> Iterator[Finding]:
        asked = self._asked
        for wanted, acts in (
            *((one, True) for one in asked.requirements),
            *((one, False) for one in (*asked.offered, *asked.magics)),
        ):
            judged = self._judge(wanted)
            self.dependencies.append(
                Dependency(
                    text=wanted.text,
                    name=wanted.name,
                    ecosystem=wanted.ecosystem,
                    kind=wanted.kind,
                    source=self._source(wanted.asker),
                    acts=acts,
                    verdict="" if judged is None else judged.verdict,
                    target="" if judged is None else judged.target or "",
                )
            )
            if judged is not None and judged.verdict != "ok":
                like = f" looks like `{judged.target}`" if judged.target else ""
                message = f"`{plain(wanted.name, 80)}`{like}: {'; '.join(judged.reasons)}"
                yield self._of_asker("dependency-lookalike", message, wanted.asker, _VERDICTS[judged.verdict])
            if wanted.kind != "index":
                yield self._of_asker("dependency-direct", plain(wanted.text, _TEXT), wanted.asker)
        for index in asked.indexes:
            if index.foreign:
                yield self._of_asker("index-foreign", plain(index.url, _TEXT), index.asker)
        for complaint in asked.complaints:
            if complaint.asker.kind in ("metadata", "cell"):
                yield self._of_asker("dependency-unreadable", complaint.message, complaint.asker)

    def _judge(self, wanted: Requirement) -> Judgement | None:
        if not wanted.name or wanted.ecosystem != "pypi":
            return None
        if wanted.name not in self._judged:
            self._judged[wanted.name] = self._names.judge(wanted.name)
        return self._judged[wanted.name]

    def _outputs(self, number: int, cell: str) -> Iterator[Finding]:
        outputs, _ = self._loaded.outputs.get(self._loaded.cells[number - 1].id, ((), None))
        for output in outputs:
            for rule, what in content.of_output(output):
                yield self._in_cell(rule, what, number, cell, 0)
            if (large := content.size(output)) > limits.SCAN_OUTPUT_BYTES:
                yield self._in_cell("output-large", f"About {large:,} bytes", number, cell, 0)

    def _source(self, asker: Asker) -> str:
        return f"cell {self._number.get(asker.name, 0)}" if asker.kind == "cell" else asker.name

    def _of_asker(self, rule: str, message: str, asker: Asker, level: Level | None = None) -> Finding:
        if asker.kind == "cell":
            return self._in_cell(rule, message, self._number.get(asker.name, 0), asker.name, asker.line, level)
        if asker.kind == "file":
            path = os.path.normpath(os.path.join(os.path.dirname(self._path), asker.name))  # noqa: PTH118, PTH120
            return self._found(rule, message, path, asker.line, level)
        return self._found(rule, f"{message} (metadata: {asker.name})", self._path, 0, level)

    def _in_cell(
        self, rule: str, message: str, number: int, cell: str, line: int, level: Level | None = None
    ) -> Finding:
        return Finding(
            rule=rule,
            level=level or RULES[rule].level,
            message=plain(message.strip(), _TEXT * 2),
            path=self._path,
            line=self._line_of(number, line),
            cell=number,
            cell_id=cell,
            cell_line=line,
        )

    def _found(self, rule: str, message: str, path: str, line: int = 0, level: Level | None = None) -> Finding:
        return Finding(rule=rule, level=level or RULES[rule].level, message=message, path=path, line=line)

    def _line_of(self, number: int, line: int) -> int:
        """Of the file: where the cell's line is written; 0: it cannot be told."""
        if not number or not line or len(self._data) > _LINES_LOOKED_UP:
            return 0
        lines = self._loaded.cells[number - 1].source.split("\n")
        text = lines[line - 1].strip() if line <= len(lines) else ""
        if not text:
            return 0
        for escaped in (json.dumps(text, ensure_ascii=False), json.dumps(text)):
            at = self._data.find(escaped[1:-1].encode("utf-8", "surrogatepass"))
            if at >= 0:
                return self._data.count(b"\n", 0, at) + 1
        return 0
