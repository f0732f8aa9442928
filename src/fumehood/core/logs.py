"""The log of our long-lived processes: a JSON object per line, bounded on disk, holding nothing that a terminal obeys.

A line says what happened (`event`), when, how bad, and small fields. Must never hold the user's data: no source, no
output, no environment variable. Paths and names may appear, so every character that a terminal could act on
(controls, C1, bidirectional overrides) is written as an escape before it reaches the file.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import traceback
from pathlib import Path
from typing import Any

import msgspec

from fumehood.core import limits

# C0 and C1 controls, DEL, and the marks by which text is shown in another order than it has.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def scrub(text: str) -> str:
    """The text with everything that a terminal would act on written out: ``\\x1b``."""
    return _OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    return scrub(str(value))[: limits.LOG_FIELD]


def _where(error: BaseException) -> list[str]:
    """File, line and function of each frame. The lines of source and the message stay out: they may hold user data."""
    frames = traceback.extract_tb(error.__traceback__)[-20:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": scrub(record.getMessage())[: limits.LOG_FIELD],
        }
        fields: dict[str, Any] = getattr(record, "fields", {})
        line.update((name, _scrubbed(value)) for name, value in fields.items() if name not in line)
        if record.exc_info and (error := record.exc_info[1]) is not None:
            line["error"] = type(error).__name__
            line["where"] = [scrub(frame) for frame in _where(error)]
        return msgspec.json.encode(line).decode()


class _Bounded(logging.handlers.RotatingFileHandler):
    def _open(self) -> Any:
        # Not through a link: the folder is ours, but a link in it would be followed into a file that is not a log.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        return open(os.open(self.baseFilename, flags, 0o600), "a", encoding="utf-8")  # noqa: PTH123


def open_log(path: Path) -> logging.Handler:
    """Sends what this process logs to the file; `limits.LOG_FILES` files of `limits.LOG_BYTES` are kept."""
    handler = _Bounded(path, maxBytes=limits.LOG_BYTES, backupCount=limits.LOG_FILES - 1)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # A full disk must not become a traceback on a terminal that is not ours any more.
    logging.raiseExceptions = False
    return handler


def note(log: logging.Logger, event: str, /, *, level: int = logging.INFO, **fields: Any) -> None:
    """`event` is a fixed word (`peer.refused`); what varies goes into the fields."""
    log.log(level, event, extra={"fields": fields})


def note_failure(log: logging.Logger, event: str, error: BaseException, /, **fields: Any) -> None:
    """A defect of ours: its type and where it was raised, without its message."""
    log.error(event, exc_info=(type(error), error, error.__traceback__), extra={"fields": fields})
