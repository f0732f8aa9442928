from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.logs import JsonLines, note, note_failure, open_log, scrub


@pytest.fixture
def log(tmp_path: Path) -> Iterator[logging.Logger]:
    """The root logger, writing to `tmp_path/log` and put back afterwards."""
    root = logging.getLogger()
    level, raising = root.level, logging.raiseExceptions
    handler = open_log(tmp_path / "log")
    yield logging.getLogger("fumehood.test")
    root.removeHandler(handler)
    handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising


def lines(tmp_path: Path) -> list[dict[str, object]]:
    return [msgspec.json.decode(line) for line in (tmp_path / "log").read_bytes().splitlines()]


def test_an_event_is_a_line_with_its_fields(log: logging.Logger, tmp_path: Path) -> None:
    note(log, "peer.came", pid=7, client="hood", none=None, flag=True)
    (line,) = lines(tmp_path)
    assert line.pop("time")
    assert line == {
        "level": "info", "from": "fumehood.test", "event": "peer.came", "pid": 7, "client": "hood", "none": None,
        "flag": True,
    }  # fmt: skip


def test_the_file_is_its_owners_alone_and_no_link_is_followed(log: logging.Logger, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic links"):
        open_log(tmp_path / "link")
    assert not (tmp_path / "victim").exists()


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    clean = scrub(text)
    assert not any(ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 or 0xD800 <= ord(sign) < 0xE000 for sign in clean)
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u2028\u2029\ufeff")


def test_what_is_harmless_stays_as_it_is() -> None:
    assert scrub("Größe 10 µm, 東京 🧪") == "Größe 10 µm, 東京 🧪"
    assert scrub("a\x1b[31mb\u202ec\n") == r"a\x1b[31mb\u202ec\n"


def test_a_field_is_bounded_and_cannot_replace_the_event(log: logging.Logger, tmp_path: Path) -> None:
    note(log, "x" * 10_000, level=logging.ERROR, event="forged", long="y" * 10_000)
    (line,) = lines(tmp_path)
    assert line["event"] == "x" * limits.LOG_FIELD
    assert line["long"] == "y" * limits.LOG_FIELD


def test_a_defect_is_logged_without_what_it_said(log: logging.Logger, tmp_path: Path) -> None:
    secret = "hunter2"
    try:
        raise ValueError(secret)
    except ValueError as error:
        note_failure(log, "request.failed", error, method="room.save")
    assert secret not in (tmp_path / "log").read_text().replace("test_a_defect", "")
    (line,) = lines(tmp_path)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["where"])


def test_the_library_loggers_pass_the_same_scrubbing(log: logging.Logger, tmp_path: Path) -> None:
    logging.getLogger("aiohttp.server").warning("bad request from %s", "\x1b]0;x\x07")
    assert "\\x1b" in str(lines(tmp_path)[0]["event"])


def test_the_files_are_bounded(log: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, JsonLines))
    monkeypatch.setattr(handler, "maxBytes", 10_000)
    for n in range(1000):
        note(log, "event", number=n)
    files = sorted(entry.name for entry in tmp_path.iterdir())
    assert files == ["log", *(f"log.{n}" for n in range(1, limits.LOG_FILES))]
    assert all(entry.stat().st_size <= 10_000 and entry.stat().st_mode & 0o077 == 0 for entry in tmp_path.iterdir())
    assert b'"number":999' in (tmp_path / "log").read_bytes()
