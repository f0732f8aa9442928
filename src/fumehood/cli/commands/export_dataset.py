"""`hood export DATASET OUT`: a dataset as a folder for any web host; with `--check`: what is wrong with one.

Size and time are told before anything is written, and then on one line of the terminal.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from fumehood.cli import terminal, words
from fumehood.core.errors import BadSetting

if TYPE_CHECKING:
    from fumehood.datasets.checking import Defect
    from fumehood.datasets.export.running import Progress, Report

_DEFECTS = 50
"""That a terminal is told; `--json` tells all."""


def main(arguments: argparse.Namespace) -> int:
    if arguments.check:
        return _check(arguments)
    if arguments.out is None:
        raise BadSetting("Where to?", hint="hood export DATASET OUT")
    if arguments.output is not None or arguments.force:
        raise BadSetting("-o and --force are for notebooks.", hint="hood export DATASET OUT --replace")
    if arguments.workers is not None and arguments.workers < 1:
        raise BadSetting("--workers is one at least.")
    told = _Told(arguments)
    try:
        report = _exported(arguments, told)
    except KeyboardInterrupt:
        words.note("stopped; the same command goes on where it was")
        raise
    finally:
        told.clear()
    if arguments.json:
        from fumehood.datasets.export.running import as_json

        words.say_json({"event": "exported", **as_json(report)})
        return 0
    for note in report.notes:
        words.note(f"not written: {terminal.line(note)}", words.YELLOW)
    words.note(
        f"wrote {terminal.line(report.out)}: {report.cells:,} cells, {report.genes:,} genes, "
        f"{words.count(report.files, 'file')}, {words.size(report.size)} in {words.duration(report.seconds)}"
    )
    return 0


def _exported(arguments: argparse.Namespace, told: _Told) -> Report:
    from fumehood.datasets.export.api import export

    return export(
        arguments.path,
        arguments.out,
        genes=arguments.genes,
        gene_bits=arguments.bits,
        column_bits=arguments.column_bits,
        gzip=arguments.gzip,
        naming=arguments.names,
        only_genes=arguments.only_genes,
        only_columns=arguments.only_columns,
        id=arguments.id,
        name=arguments.title,
        description=arguments.description,
        source=arguments.source,
        url=arguments.url,
        citation=arguments.citation,
        matrix=arguments.matrix,
        gene_names=arguments.gene_names,
        latent=arguments.latent,
        with_page=arguments.with_page,
        replace=arguments.replace,
        memory=arguments.memory << 20,
        workers=arguments.workers,
        scheduler=arguments.scheduler,
        store=dict(_option(one) for one in arguments.store),
        progress=told,
    )


def _option(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise BadSetting(f"--store takes KEY=VALUE, not {text!r}.")
    return key, value


class _Told:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self._json: bool = arguments.json
        self._out: str = arguments.out
        self._live = not self._json and sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        if self._json:
            from fumehood.datasets.export.running import as_json

            words.say_json({"event": progress.stage, **as_json(progress)})
            sys.stdout.flush()
        elif progress.stage == "plan":
            again = f", {words.count(progress.resumed, 'step')} done before" if progress.resumed else ""
            words.note(
                f"{terminal.line(self._out)} will have about {words.size(progress.size)}, in about "
                f"{words.duration(progress.seconds)}{again}"
            )
        elif self._live and progress.total:
            part = 100 * progress.done // progress.total
            sys.stderr.write(f"\r\x1b[K{part} %, about {words.duration(progress.seconds)} left")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _check(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from fumehood.datasets.checking import check

    found = check(Path(arguments.path))
    if arguments.json:
        import msgspec

        words.say_json({"event": "checked", "folder": arguments.path, "defects": msgspec.to_builtins(found)})
        return 1 if found else 0
    for defect in found[:_DEFECTS]:
        words.say(_line(defect))
    if len(found) > _DEFECTS:
        words.say(f"… and {len(found) - _DEFECTS} more")
    words.note(f"{terminal.line(arguments.path)}: {words.count(len(found), 'defect')}" if found else "no defects")
    return 1 if found else 0


def _line(defect: Defect) -> str:
    return f"{terminal.line(defect.path)}: {terminal.line(defect.what)}"
