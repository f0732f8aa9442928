"""`hood convert`: a notebook as a script or as text, from its file alone; nothing is run and no daemon is asked."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fumehood.cli import terminal, words
from fumehood.cli.transcript import describe
from fumehood.core import limits
from fumehood.core.errors import FileChanged, FileMissing, LimitExceeded, NotAFile, StorageFailed

MARKS = {"python": "#", "r": "#", "julia": "#", "bash": "#", "ruby": "#", "perl": "#", "javascript": "//"}
MARKS |= {"typescript": "//", "scala": "//", "c++": "//", "java": "//", "rust": "//", "go": "//", "kotlin": "//"}
MARKS |= {"sql": "--", "haskell": "--", "lua": "--", "matlab": "%", "octave": "%", "clojure": ";", "scheme": ";"}


def main(arguments: argparse.Namespace) -> int:
    from fumehood.document import ipynb

    data = read_file(Path(arguments.notebook))
    loaded = ipynb.read(data)
    parts = script(loaded) if arguments.to == "script" else text(loaded)
    whole = "\n".join(parts)
    if arguments.output is None:
        # Into a pipe it is a file's bytes; on a terminal it is a stranger's text.
        shown = terminal.clean(whole) if terminal.is_terminal(sys.stdout) else encodable(whole)
        terminal.put(shown, sys.stdout)
    else:
        write_file(Path(arguments.output), encodable(whole).encode(), arguments.force)
        words.note(f"wrote {terminal.line(arguments.output)}")
    return 0


def read_file(path: Path) -> bytes:
    """The bytes of a regular file, which is not waited for. Raises `FileMissing`, `NotAFile`, `LimitExceeded`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise FileMissing(f"{path} is not there.") from error
    except OSError as error:
        raise NotAFile(f"{path} cannot be read: {error.strerror}.") from error
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise NotAFile(f"{path} is no regular file.")
        data = file.read(limits.NOTEBOOK_BYTES + 1)
    if len(data) > limits.NOTEBOOK_BYTES:
        raise LimitExceeded(f"{path} is too large: a notebook may have {limits.NOTEBOOK_BYTES} bytes.")
    return data


def encodable(whole: str) -> str:
    return whole.encode("utf-8", "replace").decode()


def language_of(metadata: dict[str, Any]) -> str:
    for place, key in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(place)
        if isinstance(found, dict) and isinstance(found.get(key), str):
            return str(found[key]).lower()
    return "python"


def script(loaded: Any) -> Iterator[str]:
    """Code cells as they are, others as comments, in the percent format that editors know."""
    language = language_of(loaded.metadata)
    mark = MARKS.get(language, "#")
    for cell in loaded.cells:
        kind = "" if cell.type == "code" else f" [{cell.type}]"
        yield f"{mark} %%{kind}"
        lines = cell.source.split("\n")
        if cell.type == "code":
            yield "\n".join(_magic(line, mark) for line in lines) if language == "python" else cell.source
        else:
            yield "\n".join(f"{mark} {line}".rstrip() for line in lines)
        yield ""


def _magic(line: str, mark: str) -> str:
    """IPython's magics and shell lines are no Python: they become comments."""
    return f"{mark} {line}" if line.lstrip().startswith(("%", "!")) else line


def text(loaded: Any) -> Iterator[str]:
    for number, cell in enumerate(loaded.cells, 1):
        outputs, count = loaded.outputs.get(cell.id, ((), None))
        head = f"cell {number}" + ("" if cell.type == "code" else f", {cell.type}") + (f" [{count}]" if count else "")
        yield f"── {head} " + "─" * max(4, 60 - len(head))
        yield cell.source.rstrip("\n")
        for output in outputs:
            shown = _output(output).rstrip("\n")
            if shown:
                yield "\n".join(f"  {line}" for line in shown.split("\n"))
        yield ""


def _output(output: dict[str, Any]) -> str:
    kind = output.get("output_type")
    if kind == "stream":
        return _joined(output.get("text"))
    if kind == "error":
        return f"{output.get('ename')}: {output.get('evalue')}"
    data = output.get("data")
    if not isinstance(data, dict):
        return f"[{kind}]"
    if "text/plain" in data:
        return _joined(data["text/plain"])
    return f"[{', '.join(describe(mime, _joined(content)) for mime, content in data.items())}]"


def _joined(value: Any) -> str:
    return "".join(str(one) for one in value) if isinstance(value, list) else str(value)


def write_file(path: Path, data: bytes, force: bool) -> None:
    """A new file, or one that is replaced at once and whole."""
    try:
        if not force:
            with path.open("xb") as file:
                file.write(data)
            return
        beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        beside.write_bytes(data)
        beside.replace(path)
    except FileExistsError as error:
        raise FileChanged(f"{path} exists.", hint="--force replaces it.") from error
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written: {error.strerror}.") from error
