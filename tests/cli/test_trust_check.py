"""`hood trust check`: what the names of packages look like, from the words of the command or from standard input."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from fumehood.cli.commands.trust.check import lines
from fumehood.core import limits
from fumehood.testing.homes import processes_of
from tests.cli.conftest import Hood


def test_it_says_what_a_name_looks_like_and_starts_nothing(hood: Hood, fumehood_home: Path) -> None:
    done = hood("trust", "check", "reqeusts", "numpy")
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert first.startswith("stop   reqeusts -> requests (rank ") and "swap: 'eu' for 'ue'" in first
    assert second.startswith("ok     numpy (rank ")
    assert not processes_of(fumehood_home)
    assert hood("trust", "check", "numpy", "pandas").returncode == 0


def test_names_come_from_standard_input_one_a_line_and_go_as_json_one_a_line(hood: Hood) -> None:
    done = hood("trust", "check", "--json", stdin="numpy\r\n\n  scikit-learn \nbs5oup\nlast-one-without-an-end")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["name"] for one in answers] == ["numpy", "scikit-learn", "bs5oup", "last-one-without-an-end"]
    assert [one["verdict"] for one in answers] == ["ok", "ok", "stop", "stop"]
    assert set(answers[0]) == {"name", "verdict", "score", "target", "target_rank", "rank", "known", "reasons"}


def test_what_a_terminal_would_obey_is_shown_and_not_obeyed(hood: Hood) -> None:
    for words in (("--json",), ()):
        done = hood("trust", "check", *words, stdin="a\x1b]52;c;aGk=\x07\n\u202enumpy\n")
        assert done.returncode == 1
        assert "\x1b" not in done.stdout and "\u202e" not in done.stdout and "block" in done.stdout


def test_a_line_without_an_end_is_not_kept_and_answers_do_not_wait_for_the_end() -> None:
    here, there = os.pipe()
    read = lines(here)
    os.write(there, b"numpy\npan")
    assert next(read) == ["numpy"]
    os.write(there, b"das\n")
    assert next(read) == ["pandas"]
    endless = 4 * limits.MIB

    def write() -> None:
        with os.fdopen(there, "wb") as file:
            file.write(b"x" * endless + b"\nscipy\n")

    writer = threading.Thread(target=write)
    writer.start()
    rest = [name for batch in read for name in batch]
    writer.join()
    os.close(here)
    assert rest[1:] == ["scipy"]
    assert limits.PACKAGE_NAME < len(rest[0]) <= 128 * limits.KIB
