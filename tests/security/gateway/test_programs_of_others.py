"""Programs against the gateway: other users of the machine, code in a kernel, and whoever only looks around.

The doors of the running program are listed from the program itself, as in class 1.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from fumehood.core.paths import Paths
from fumehood.doors.gateway.door import GatewayDoor
from fumehood.testing.homes import temporary_home
from tests.daemon.programs import Program
from tests.doors.bench import http
from tests.security.class01_doors.test_every_door import NOBODY, VERBS
from tests.security.class01_doors.test_kernel_is_not_a_person import daemon_that_places_nobody
from tests.security.conftest import notebook
from tests.security.gateway import house
from tests.security.gateway.house import Opened, ask, exchange, opened, raw

pytestmark = pytest.mark.timeout(120)
INTRUDER = Path(__file__).with_name("intruder.py")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return house.assets(tmp_path / "pages")


@pytest.fixture
def gateway(target: Program, pages: Path) -> Iterator[Opened]:
    with opened(pages) as found:
        yield found


# -- what there is


def test_it_listens_at_one_port_of_this_machine_and_nowhere_else(gateway: Opened) -> None:
    process = psutil.Process(gateway.pid)
    (listening,) = (one for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN)
    assert (listening.laddr.ip, listening.laddr.port) == ("127.0.0.1", gateway.port)
    assert [one for one in process.net_connections("unix") if one.laddr] == []
    for address in ("127.0.0.2", "127.1.2.3"):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, gateway.port), timeout=5)


@pytest.mark.parametrize("verb", VERBS)
def test_without_credentials_no_route_and_no_verb_gives_anything(gateway: Opened, verb: str) -> None:
    constant = {("GET", "/"), ("GET", "/assets/p-1.js")}
    routes = GatewayDoor.routes()
    assert {route.path for route in routes} == {"/", "/assets/{name}", "/session", "/code", "/ws"}
    for route in routes:
        path = route.path.replace("{name}", "p-1.js")
        for headers in ((), (f"Origin: {gateway.url}",), ("Authorization: Bearer x",), ("Origin: http://evil.test",)):
            answer = ask(gateway, verb, path, *headers)
            if (verb, path) in constant and "Origin: http://evil.test" not in headers:
                assert answer.status == 200
                assert answer.body in (house.PAGE.encode(), b"0")
                continue
            assert 400 <= answer.status < 500, (verb, path, headers)
            if verb not in route.methods:
                assert answer.status == 405 or (verb == "CONNECT" and answer.status == 400)
            assert "bearer" not in answer.body.decode().lower()
    for path in ("/nothing", "/assets/", "/ws/../ws", "/blob/" + "0" * 64, "/session/", "*"):
        assert ask(gateway, verb, path).status in (400, 404, 405)


@pytest.mark.parametrize(
    "line", ["GET / HTTP/9.9", "\x16\x03\x01", "FOO / HTTP/1.1", "get / HTTP/1.1", "/ GET HTTP/1.1", ""]
)
def test_what_is_no_request_is_refused(gateway: Opened, line: str) -> None:
    said = raw(gateway, [line, f"Host: {gateway.host}", "Connection: close"])
    assert not said.startswith(b"HTTP/1.1 200")
    assert b"<title>" not in said


def test_the_sockets_upgrade_is_no_way_in(gateway: Opened) -> None:
    """What a program says to the Unix socket, said to the port."""
    data = http("GET", "/ws").replace(b"Host: localhost", f"Host: {gateway.host}".encode())
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as sock:
        sock.sendall(data)
        assert sock.recv(20).startswith(b"HTTP/1.1 403")


# -- who looks around


def test_no_argument_no_environment_no_log_and_no_other_file_holds_a_secret(
    target: Program, places: Paths, pages: Path, tmp_path: Path
) -> None:
    """Also not the browser's own; looked for in every process of the machine, while the secret is good."""
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\n{{ echo "$@"; env; cat /proc/$$/cmdline; }} > {seen}\nsleep 60\n')
    browser.chmod(0o755)
    env = {**os.environ, "FUMEHOOD_ASSETS": str(pages)}
    before = set(places.run.glob("open-*.html"))
    started = subprocess.Popen([*house.HOOD, "open", "--browser", str(browser)], env=env, stderr=subprocess.PIPE)
    with started:
        said = b"" if started.stderr is None else started.stderr.read()
    (redirect,) = set(places.run.glob("open-*.html")) - before
    # Of this home alone: others work on this machine, and theirs are not killed below.
    gateways = gateways_of(places)
    try:
        assert gateways
        code = Opened("", redirect, 0).code.encode()
        for pid, (argv, environ) in house.processes_of(places.run.parent).items():
            assert code not in argv, pid
            assert code not in environ, pid
        assert redirect.as_uri().encode() in seen.read_bytes()
        assert code not in seen.read_bytes() + said
        files = [path for path in places.run.parent.rglob("*") if path.is_file() and path != redirect]
        assert places.gateway_log in files
        for file in files:
            assert code not in file.read_bytes(), file
        assert stat.S_IMODE(redirect.stat().st_mode) == 0o600
        assert stat.S_IMODE(redirect.parent.stat().st_mode) == 0o700
    finally:
        for pid in gateways:
            os.kill(pid, 9)
        for pid, (argv, _) in house.processes_of(places.run.parent).items():
            if str(browser).encode() in argv:
                os.kill(pid, 9)


def test_what_is_killed_here_is_of_this_home_alone(gateway: Opened, places: Paths, pages: Path) -> None:
    """Others work on this machine: a gateway of theirs that ends without a word is their user's lost window."""
    with temporary_home() as other, opened(pages) as theirs:
        assert theirs.pid in gateways_of(Paths.of_user())
        assert other != places.run.parent
        assert theirs.pid not in gateways_of(places)
        assert gateway.pid in gateways_of(places)


def test_a_bearer_is_nowhere_but_in_memory(gateway: Opened, places: Paths) -> None:
    bearer = json.loads(exchange(gateway, gateway.code).body)["bearer"].encode()
    for pid, texts in house.processes_of(places.run.parent).items():
        assert bearer not in b"".join(texts), pid
    for file in (path for path in places.run.parent.rglob("*") if path.is_file()):
        assert bearer not in file.read_bytes(), file


# -- other users


def intrude(*words: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, str(INTRUDER), *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
def test_another_user_gets_the_constant_bytes_and_nothing_else(gateway: Opened, places: Paths) -> None:
    words = ("uid", str(NOBODY), gateway.url, str(gateway.redirect), str(gateway.pid))
    found = intrude(*words)
    assert found["served"] == 200, "a port is open to all: what lets in is what one knows"
    assert {name: found[name] for name in ("environ", "mem", "fd/0", "maps", "listed", "redirect")} == dict.fromkeys(
        ("environ", "mem", "fd/0", "maps", "listed", "redirect"), False
    )
    assert found["guess"] == 403
    assert "session" not in found
    # The same user, where somebody has opened folder and file to all.
    places.run.parent.chmod(0o755)
    places.run.chmod(0o755)
    gateway.redirect.chmod(0o644)
    try:
        assert intrude(*words)["session"] is True
    finally:
        places.run.chmod(0o700)
        places.run.parent.chmod(0o700)


# -- code in a kernel

OWN = (
    "import subprocess, sys\n"
    "done = subprocess.run([sys.executable, {intruder!r}, 'own', {home!r}, {pages!r}, {kind!r}], env={{}},\n"
    "                      start_new_session=True, capture_output=True, text=True)\n"
    "print(done.stdout or done.stderr)"
)


async def test_a_kernels_own_gateway_gets_nothing(target: Program, places: Paths, pages: Path, tmp_path: Path) -> None:
    home = str(places.run.parent)
    async with notebook(places, tmp_path / "a.ipynb") as driven:
        code = OWN.format(intruder=str(INTRUDER), home=home, pages=str(pages), kind="honest")
        assert json.loads(await driven.run(code)) == {"failure": "peer.refused"}
        code = OWN.format(intruder=str(INTRUDER), home=home, pages=str(pages), kind="bent")
        found = json.loads(await driven.run(code))
        assert found["served"] == 503
        assert found["closed"] == 4002
        assert "role" not in found


async def test_where_nobody_is_placed_a_kernels_own_gateway_is_a_person(
    home: Path, pages: Path, tmp_path: Path
) -> None:
    places = Paths.of_user()
    async with daemon_that_places_nobody(places), notebook(places, tmp_path / "a.ipynb") as driven:
        code = OWN.format(intruder=str(INTRUDER), home=str(home), pages=str(pages), kind="bent")
        found = json.loads(await driven.run(code))
        assert (found["served"], found["role"]) == (200, "person")


async def test_a_kernel_that_says_hood_open_is_refused(target: Program, places: Paths, tmp_path: Path) -> None:
    before = gateways_of(places)
    async with notebook(places, tmp_path / "b.ipynb") as driven:
        said = await driven.run(
            "import subprocess, sys\n"
            "command = [sys.executable, '-m', 'fumehood.cli.main', 'open', '--json']\n"
            "done = subprocess.run(command, capture_output=True)\n"
            "print(done.returncode, done.stdout.decode())"
        )
    assert said.startswith("5 ")
    assert "peer.refused" in said
    assert gateways_of(places) <= before


def gateways_of(places: Paths) -> set[int]:
    home = places.run.parent
    found = house.processes_of(home).items()
    return {pid for pid, (argv, environ) in found if b"doors.gateway" in argv and str(home).encode() in environ}
