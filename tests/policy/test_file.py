"""policy.toml: what can be said, and that what cannot be is refused with its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.paths import Paths
from fumehood.policy.file import SILENT, parse
from fumehood.policy.places import Hosts, Types
from fumehood.policy.reading import read, read_both

WHOLE = """
[outputs.own]
scripts = "https"     # every host
styles = ["cdn.example.org", "*.example.net"]
connect = "none"
plugins = ["text/html", "application/vnd.vega*"]
workers = false
[outputs.stranger]
downloads = false
"""


def test_a_whole_policy_is_read() -> None:
    policy, troubles = parse(WHOLE)
    assert troubles == ()
    assert policy.own == {
        "scripts": Hosts.all(),
        "styles": Hosts.of(["cdn.example.org", "*.example.net"]),
        "connect": Hosts(),
        "plugins": Types.of(["text/html", "application/vnd.vega*"]),
        "workers": False,
    }
    assert policy.stranger == {"downloads": False}


def test_nothing_said_is_no_trouble() -> None:
    assert parse("") == (SILENT, ()) == parse("# nothing\n[outputs]\n")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[outputs.own]\nscript = 'none'\n", 2, "'script' is no lever. Did you mean 'scripts'?"),
        ("[outputs.own]\n\nconect = []\n", 3, "'conect' is no lever. Did you mean 'connect'?"),
        ("[output.own]\nscripts = 'none'\n", 1, "'output' is no part of a policy. Did you mean 'outputs'?"),
        ("[outputs.mine]\n", 1, "'mine' is no kind of outputs. There are: own, stranger."),
        ("[outputs]\nscripts = 'none'\n", 2, "'scripts' stands below nobody's name. Write it below [outputs.own]"),
        ("\n[outputs.own]\nscripts = 'http'\n", 3, '\'scripts\' is "none", "https", or a list of hosts.'),
        ("[outputs.own]\nscripts = ['a.org:8080']\n", 2, "'a.org:8080' is no host of the internet."),
        ("[outputs.own]\nimages = ['localhost.local']\n", 2, "'localhost.local' is of the local network"),
        ("[outputs.own]\nworkers = 'yes'\n", 2, "'workers' is true or false."),
        ("[outputs.own]\nplugins = ['html']\n", 2, "'html' is no MIME type."),
        ("[outputs]\nscripts = 'none'\nscripts = 'https'\n", 3, "This is no TOML: Cannot overwrite a value."),
        ("[outputs\n", 1, "This is no TOML:"),
        ("outputs = 1\n", 1, "'outputs' is a table: [outputs]."),
        ("[outputs]\nown = true\n", 2, "'own' is a table: [outputs.own]."),
        ("outputs = {own = {scrpts = 'none'}}\n", 1, "'scrpts' is no lever. Did you mean 'scripts'?"),
        ("outputs.own.images = 3\n", 1, "'images' is"),
    ],
)
def test_what_is_not_known_is_refused_with_its_line_and_a_hint(text: str, line: int, said: str) -> None:
    _, (trouble,) = parse(text)
    assert (trouble.line, f"{trouble.message} {trouble.hint}"[: len(said)]) == (line, said)


def test_every_trouble_of_a_file_is_told_in_its_order() -> None:
    _, troubles = parse("[outputs.own]\na = 1\nscripts = 2\n[outputs.other]\nb = 3\n")
    assert [trouble.line for trouble in troubles] == [2, 3, 4]


@given(st.text(alphabet="[].\"= \n'outpsc{}1,#", max_size=200))
def test_any_text_is_a_policy_or_a_trouble(text: str) -> None:
    parse(text)


def test_a_bomb_is_a_trouble() -> None:
    for text in ("x = " + "[" * 100_000, "# " + "x" * limits.POLICY_BYTES, "[a" + ".a" * 50_000 + "]"):
        _, troubles = parse(text)
        assert troubles


# -- files


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text("[outputs.own]\nscripts = 'none'\n")
    path.chmod(0o600)
    return path


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    found = read(tmp_path / "policy.toml", (os.getuid(),))
    assert (found.there, found.policy, found.troubles) == (False, SILENT, ())


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_says_nothing_and_is_a_trouble(file: Path, mode: int) -> None:
    file.chmod(mode)
    found = read(file, (os.getuid(),))
    assert found.policy == SILENT and found.troubles[0].message == "Others can write it."
    assert read(file).troubles == (), "`hood policy check` looks at anybody's"


def test_a_file_of_somebody_else_says_nothing_and_is_a_trouble(file: Path) -> None:
    assert read(file, (os.getuid() + 1,)).troubles[0].message == "Others can write it."


def test_what_is_no_file_or_no_text_is_a_trouble(tmp_path: Path, file: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (tmp_path, fifo):
        assert read(path, (os.getuid(),)).troubles
    file.write_bytes(b"\xff")
    assert read(file, (os.getuid(),)).troubles[0].message == "It is not text in UTF-8."


def test_the_link_of_a_keeper_of_dotfiles_is_followed(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    assert read(link, (os.getuid(),)).policy.own == {"scripts": Hosts()}


def test_both_levels_are_read_and_one_broken_file_breaks_the_policy(home: Path) -> None:
    paths = Paths.of_user()
    paths.create()
    assert not read_both(paths).broken
    paths.machine_policy.parent.mkdir(parents=True)
    paths.machine_policy.write_text("[outputs.own]\nimages = 'none'\n")
    paths.machine_policy.chmod(0o644)
    both = read_both(paths)
    assert not both.broken and both.machine.policy.own == {"images": Hosts()}
    paths.user_policy.write_text("[outputs.own]\nimage = 'none'\n")
    paths.user_policy.chmod(0o600)
    assert read_both(paths).broken


def test_the_machines_policy_is_where_its_keeper_alone_writes() -> None:
    assert Paths.of_user({"HOME": "/elsewhere"}).machine_policy == Path("/etc/fumehood/policy.toml")
