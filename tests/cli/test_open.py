"""`hood open`: what it says, what it starts, and what it makes of hostile words."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import psutil
import pytest

from fumehood.cli import browsers
from fumehood.client import blocking
from fumehood.core.errors import BadSetting, ProcessStartFailed
from fumehood.core.paths import Paths
from fumehood.testing.homes import processes_of
from fumehood.testing.notebooks import write_notebook
from tests.cli.conftest import HOOD, Hood
from tests.cli.terminals import Terminal
from tests.security.gateway import house


@pytest.fixture
def opener(hood: Hood, fumehood_home: Path, tmp_path: Path) -> Iterator[Hood]:
    """`hood`, with pages to serve; its gateways are ended afterwards."""
    pages = house.assets(tmp_path / "pages")

    def run(*words: str, env: dict[str, str] | None = None, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return hood(*words, env={"FUMEHOOD_ASSETS": str(pages), "BROWSER": "", **(env or {})}, cwd=cwd)

    yield run
    for pid in gateways(fumehood_home):
        os.kill(pid, signal.SIGKILL)


def gateways(home: Path) -> list[int]:
    return [pid for pid, words in commands(home).items() if "fumehood.doors.gateway" in words]


def commands(home: Path) -> dict[int, list[str]]:
    """The words of every process of this installation."""
    found = {}
    for pid in processes_of(home):
        with contextlib.suppress(psutil.Error):
            found[pid] = psutil.Process(pid).cmdline()
    return found


def fragment(redirect: str) -> dict[str, str]:
    """What the link in the file says."""
    text = Path(redirect).read_text()
    link = text.split("url=", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    return dict(part.split("=", 1) for part in link.split("#", 1)[1].split("&"))


def granted() -> list[str]:
    with blocking.connect() as client:
        return list(client.call("files.grants").folders)


def test_a_notebook_opens_and_its_folder_is_granted(opener: Hood, tmp_path: Path) -> None:
    folder = tmp_path / "nb"
    folder.mkdir()
    write_notebook(folder / "a.ipynb", "1 + 1")
    for word, cwd in (("a.ipynb", folder), ("./nb/../nb/a.ipynb", tmp_path), (str(folder / "a.ipynb"), Path("/"))):
        done = opener("open", "--json", word, cwd=cwd)
        assert done.returncode == 0, done.stdout + done.stderr
        said = json.loads(done.stdout)
        assert said["path"] == str(folder / "a.ipynb")
        assert set(said) == {"path", "url", "redirect", "pid"}
        assert unquote(fragment(said["redirect"])["path"]) == str(folder / "a.ipynb")
    assert granted() == [str(folder)]


def test_a_folder_opens_as_a_folder(opener: Hood, tmp_path: Path) -> None:
    said = json.loads(opener("open", "--json", ".", cwd=tmp_path).stdout)
    assert fragment(said["redirect"]).keys() == {"code", "folder"}
    assert unquote(fragment(said["redirect"])["folder"]) == str(tmp_path)
    assert granted() == [str(tmp_path)]


def test_nothing_named_is_the_opening_page_and_grants_nothing(opener: Hood) -> None:
    said = json.loads(opener("open", "--json").stdout)
    assert fragment(said["redirect"]).keys() == {"code"}
    assert granted() == []


def test_several_are_pages_of_one_gateway_with_a_link_each(opener: Hood, fumehood_home: Path, tmp_path: Path) -> None:
    for name in ("a.ipynb", "b.ipynb"):
        write_notebook(tmp_path / name, "1")
    said = [json.loads(line) for line in opener("open", "--json", "a.ipynb", "b.ipynb", ".").stdout.splitlines()]
    assert len({one["url"] for one in said}) == len(gateways(fumehood_home)) == 1
    assert len({fragment(one["redirect"])["code"] for one in said}) == 3
    assert [Path(one["path"]).name for one in said] == ["a.ipynb", "b.ipynb", tmp_path.name]


def test_opening_runs_nothing(opener: Hood, fumehood_home: Path, tmp_path: Path) -> None:
    """Also with warm kernels switched on, as they are."""
    write_notebook(tmp_path / "a.ipynb", "open('proof', 'w')")
    assert opener("open", "--json", "a.ipynb").returncode == 0
    modules = [
        next(word for word in words if word.startswith("fumehood.")) for words in commands(fumehood_home).values()
    ]
    assert sorted(modules) == ["fumehood.daemon", "fumehood.doors.gateway"]
    assert house.runtimes(Paths.of_user()) == []
    assert not (tmp_path / "proof").exists()


def test_what_is_not_there_is_said_and_made_on_request(opener: Hood, fumehood_home: Path, tmp_path: Path) -> None:
    done = opener("open", "missing.ipynb")
    assert done.returncode == 3
    assert "missing.ipynb is not there" in done.stderr and "--create" in done.stderr
    assert gateways(fumehood_home) == []
    assert not (tmp_path / "missing.ipynb").exists()
    said = json.loads(opener("open", "--create", "--json", "missing.ipynb").stdout)
    assert said["path"] == str(tmp_path / "missing.ipynb")
    assert json.loads((tmp_path / "missing.ipynb").read_text())["nbformat"] == 4
    before = (tmp_path / "missing.ipynb").read_bytes()
    assert opener("open", "--create", "--json", "missing.ipynb").returncode == 0
    assert (tmp_path / "missing.ipynb").read_bytes() == before, "what is there is opened, not made"
    assert opener("open", "--create", "x.txt").returncode == 2
    assert opener("open", "--create", "nowhere/x.ipynb").returncode == 3


def test_what_cannot_be_opened_is_an_error_with_a_reason(opener: Hood, fumehood_home: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.ipynb")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(tmp_path / "s.ipynb"))
    (tmp_path / "loop.ipynb").symlink_to("loop.ipynb")
    (tmp_path / "dangling.ipynb").symlink_to("nothing.ipynb")
    for name in ("fifo.ipynb", "s.ipynb", "loop.ipynb", "dangling.ipynb", "/dev/null", "x" * 300 + ".ipynb"):
        done = opener("open", name)
        assert done.returncode == 2, (name, done.stderr)
        assert "error[" in done.stderr and "Traceback" not in done.stderr
    assert opener("open", "--browser", "x", "--no-browser").returncode == 2
    assert opener("open", *["."] * 33).returncode == 2
    assert gateways(fumehood_home) == []


NAMES = [
    "a b.ipynb", "ä…🌋.ipynb", "#code=evil&path=x.ipynb", '"><script>alert(1)<!--.ipynb', "%2e%2e%2f.ipynb",
    "; url=http:evil.test;.ipynb", "\u202egnp.ipynb", "-rf.ipynb", "&amp;.ipynb", "a\nb.ipynb", "\x1b[31m.ipynb",
    "--json.ipynb",
]  # fmt: skip


def test_a_name_is_text_and_nothing_else(opener: Hood, tmp_path: Path) -> None:
    for name in NAMES:
        write_notebook(tmp_path / name, "1")
    words = [f"./{name}" for name in NAMES]
    done = opener("open", "--json", *words)
    assert done.returncode == 0, done.stderr
    for name, line in zip(NAMES, done.stdout.splitlines(), strict=True):
        said = json.loads(line)
        assert said["path"] == str(tmp_path / name)
        text = Path(said["redirect"]).read_text()
        assert text.count("<script") == text.count("http:evil") == 0
        found = fragment(said["redirect"])
        assert found.keys() == {"code", "path"}
        assert unquote(found["path"]) == str(tmp_path / name)
    shown = opener("open", "--browser", "true", *words)
    assert "\x1b" not in shown.stderr and "\u202e" not in shown.stderr
    assert shown.stderr.count("\n") == len(NAMES), "a line each"


def test_a_name_that_is_no_text_is_refused(fumehood_home: Path, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.ipynb")).write_text("{}")
    done = subprocess.run([*HOOD, "open", b"\xff.ipynb"], capture_output=True, cwd=tmp_path, timeout=55)
    assert done.returncode == 2
    assert b"UTF-8" in done.stderr


def test_without_a_browser_the_files_address_is_said(opener: Hood) -> None:
    done = opener("open", "--no-browser")
    assert done.returncode == 0
    address = done.stdout.strip()
    assert address.startswith("file:///") and Path(address.removeprefix("file://")).exists()
    assert "within a minute" in done.stderr
    assert fragment(address.removeprefix("file://"))["code"] not in done.stdout + done.stderr


def test_the_link_itself_is_said_only_on_request(opener: Hood, tmp_path: Path) -> None:
    write_notebook(tmp_path / "a&b.ipynb", "1")
    done = opener("open", "--link", "a&b.ipynb")
    assert done.returncode == 0
    (place,) = Paths.of_user().run.glob("open-*.html")
    said = fragment(str(place))
    assert done.stdout.strip().endswith(f"/#code={said['code']}&path={said['path']}")
    assert unquote(said["path"]) == str(tmp_path / "a&b.ipynb")
    for others in (("--json",), ("--no-browser",), ("--browser", "true")):
        assert opener("open", "--link", *others).returncode == 2


def test_the_browser_gets_the_files_address(opener: Hood, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    browser = tmp_path / "my browser"
    browser.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word"; done > {seen}\n')
    browser.chmod(0o755)
    for command, wanted in (
        (shlex.quote(str(browser)), ["file://"]),
        (f"{shlex.quote(str(browser))} --new 'at %s'", ["--new", "at file://"]),
    ):
        assert opener("open", "--browser", command).returncode == 0
        said = seen.read_text().splitlines()
        assert [word.split("file://")[0] for word in said] == [word.split("file://")[0] for word in wanted]
        assert said[-1].endswith(".html")
    seen.unlink()
    env = {"BROWSER": f"not-there-at-all:{shlex.quote(str(browser))} %s &"}
    assert opener("open", env=env).returncode == 0
    assert len(seen.read_text().splitlines()) == 1


def test_a_browser_that_fails_leaves_the_address(opener: Hood) -> None:
    done = opener("open", "--browser", "false")
    assert done.returncode == 0
    assert "No browser could be started" in done.stderr
    assert done.stdout.startswith("file:///")


def test_a_browser_that_is_not_there_is_an_error_before_anything_starts(opener: Hood, fumehood_home: Path) -> None:
    done = opener("open", "--browser", "not-there-at-all")
    assert done.returncode == 6
    assert gateways(fumehood_home) == []


def test_pages_that_were_not_built_are_an_error_with_the_way_out(opener: Hood, tmp_path: Path) -> None:
    done = opener("open", "--json", env={"FUMEHOOD_ASSETS": str(tmp_path / "nothing")})
    assert done.returncode == 6
    said = json.loads(done.stdout)
    assert said["code"] == "page.not_built" and "make setup" in said["hint"]


def test_a_folder_of_pages_may_be_relative(opener: Hood, tmp_path: Path) -> None:
    assert opener("open", "--json", env={"FUMEHOOD_ASSETS": "pages"}, cwd=tmp_path).returncode == 0


def test_closing_the_terminal_leaves_the_gateway(fumehood_home: Path, tmp_path: Path) -> None:
    pages = house.assets(tmp_path / "pages")
    with Terminal([*HOOD, "open", "--no-browser"], tmp_path, env={"FUMEHOOD_ASSETS": str(pages)}) as terminal:
        terminal.until("file://")
    (pid,) = gateways(fumehood_home)
    assert psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    assert psutil.Process(pid).terminal() is None
    os.kill(pid, signal.SIGKILL)


# -- which browser


def test_the_wish_comes_before_the_variable_and_that_before_the_desktop(tmp_path: Path) -> None:
    for name in ("wished", "named", "xdg-open"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    environ = {"PATH": str(tmp_path), "BROWSER": "absent:named --x"}
    found = browsers.find("wished", environ)
    assert found is not None and found.command == ("wished",)
    found = browsers.find(None, environ)
    assert found is not None and found.command == ("named", "--x")
    found = browsers.find(None, {"PATH": str(tmp_path)})
    assert found is not None and found.command == ("xdg-open",)
    assert browsers.find(None, {"PATH": str(tmp_path / "nothing")}) is None


@pytest.mark.parametrize("command", ["", " ", "'open", "&"])
def test_a_command_that_cannot_be_read_is_refused(command: str) -> None:
    with pytest.raises(BadSetting):
        browsers.find(command, {})


def test_a_browser_is_not_looked_for_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").write_text("#!/bin/sh\n")
    (tmp_path / "mine").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in (".", "", str(tmp_path / "x")):
        with pytest.raises(ProcessStartFailed):
            browsers.find("mine", {"PATH": path})
    with pytest.raises(ProcessStartFailed):
        browsers.find("./mine", {"PATH": str(tmp_path)})
