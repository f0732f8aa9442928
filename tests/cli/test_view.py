"""`hood view`: what it prints works, through SSH too; it ends when it is told, and when who started it is killed."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from fumehood.core.errors import BadSetting, HostedPageUnreachable
from fumehood.doors.datasets import exposure
from fumehood.doors.datasets.hosted import hosted_page
from tests.cli.conftest import HOOD, Hood
from tests.cli.terminals import Terminal
from tests.doors.atlases import written
from tests.security.datasets.house import viewed


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("view"), cells=60, genes=5)


@pytest.fixture(autouse=True)
def at_home(fumehood_home: Path) -> Path:
    return fumehood_home


def asked(url: str, bearer: str = "", context: ssl.SSLContext | None = None) -> int:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def exchange(link: str) -> Any:
    base, _, code = link.partition("/#code=")
    headers = {"Origin": base, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base}/_fumehood/session", json.dumps({"code": code}).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_line_says_all_and_the_end_leaves_nothing(atlas: Path, tmp_path: Path, number: signal.Signals) -> None:
    with viewed(str(atlas), TMPDIR=str(tmp_path)) as (info, process):
        assert [one["n_cells"] for one in info["datasets"]] == [60]
        assert asked(f"{info['url']}/points_2d.bin") == 401
        assert asked(f"{info['url']}/points_2d.bin", info["bearer"]) == 200
        assert asked(f"{info['url']}/points_2d.bin", exchange(info["link"])["bearer"]) == 200
        assert asked(f"{info['url'].replace('127.0.0.1', 'localhost')}/points_2d.bin", info["bearer"]) == 200
        assert (info["pid"], info["legacy"]) == (process.pid, False)
        process.send_signal(number)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert not listens(int(info["url"].rpartition(":")[2]))
    assert list(tmp_path.iterdir()) == []


def test_a_person_gets_a_link_and_another_one_on_enter(atlas: Path, tmp_path: Path) -> None:
    with Terminal([*HOOD, "view", "--no-browser", str(atlas)], tmp_path) as terminal:
        link = r"http://127\.0\.0\.1:\d+/#code=[\w-]{43}"
        terminal.until("ssh -N -L")
        (first,) = re.findall(link, terminal.seen)
        terminal.enter("\n")
        terminal.until(rf"(?s){link}.*{link}")
        second = re.findall(link, terminal.seen)[1]
        assert exchange(first)["bearer"] != exchange(second)["bearer"]
        terminal.interrupt()
        assert terminal.finish() == 0


def test_a_browser_is_shown_the_way_by_a_file(atlas: Path, tmp_path: Path, fumehood_home: Path) -> None:
    told = tmp_path / "told"
    browser = f"sh -c 'echo \"$0\" > {shlex.quote(str(told))}'"
    with Terminal([*HOOD, "view", "--browser", browser, str(atlas)], tmp_path) as terminal:
        terminal.until("opens in the browser")
        place = Path(told.read_text().strip().removeprefix("file://"))
        assert place.parent == fumehood_home / "run"
        assert place.stat().st_mode & 0o777 == 0o600
        found = re.search(r"http://[^\"<]+code=[\w-]{43}", place.read_text())
        assert found
        assert exchange(found[0])["bearer"]
        assert "code=" not in terminal.seen
        terminal.interrupt()
        assert terminal.finish() == 0
    assert not place.exists()


KERNEL = """
import subprocess, sys, time
shell = subprocess.Popen(["sh", "-c", sys.argv[1] + " & wait"])
shell.wait()
"""


@pytest.mark.parametrize("kernel", [True, False])
def test_it_ends_when_who_started_it_is_killed(atlas: Path, kernel: bool) -> None:
    """A shell stands between a kernel's code and it."""
    words = shlex.join([*HOOD, "view", "--json", str(atlas)])
    command = [sys.executable, "-c", KERNEL, words] if kernel else ["sh", "-c", f"{words} & wait"]
    env = {**os.environ, **({"JPY_PARENT_PID": "1"} if kernel else {})}
    starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    with starter:
        assert starter.stdout is not None
        info = json.loads(starter.stdout.readline())
        assert psutil.pid_exists(info["pid"])
        starter.kill()
    until(lambda: not psutil.pid_exists(info["pid"]) or psutil.Process(info["pid"]).status() == "zombie")
    assert not listens(int(info["url"].rpartition(":")[2]))


# -- from another machine


def test_the_printed_tunnel_works_with_the_same_port_at_both_ends(atlas: Path, tmp_path: Path) -> None:
    """`hood view` runs where no port of ours is: in a network of its own, with a real sshd in it."""
    for name in ("host", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    (tmp_path / "conf").write_text(
        f"HostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/key.pub\nUsePAM no\nStrictModes no\n"
        "PasswordAuthentication no\nPermitRootLogin yes\n"
    )
    away = ["bwrap", "--dev-bind", "/", "/", "--unshare-net", "--die-with-parent", "--"]
    process = subprocess.Popen([*away, *HOOD, "view", "--json", str(atlas)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    info = json.loads(process.stdout.readline())
    port = int(info["url"].rpartition(":")[2])
    assert not listens(port)
    enter = ["nsenter", "-t", str(info["pid"]), "-n", *([] if os.getuid() == 0 else ["-U", "--preserve-credentials"])]
    room = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/run", "--dir", "/run/sshd"]
    sshd = shlex.join([*enter, *room, "/usr/sbin/sshd", "-i", "-f", str(tmp_path / "conf")])
    printed = shlex.split(info["ssh"])
    options = {"ProxyCommand": sshd, "StrictHostKeyChecking": "no", "UserKnownHostsFile": "/dev/null"}
    given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    assert printed[:3] == ["ssh", "-N", "-L"]
    tunnel = subprocess.Popen([*printed[:-1], "-q", "-i", str(tmp_path / "key"), *given, printed[-1]])
    try:
        until(lambda: listens(port) or tunnel.poll() is not None)
        said = exchange(info["link"])
        assert asked(f"{info['url']}/points_2d.bin", said["bearer"]) == 200
    finally:
        for one in (tunnel, process):
            one.terminate()
            one.wait(20)
        process.stdout.close()


def test_a_tunnel_with_another_port_is_named(atlas: Path) -> None:
    with viewed("--public-port", "9", str(atlas)) as (info, _):
        for host, status in (
            ("127.0.0.1:9", 200),
            ("localhost:9", 200),
            ("127.0.0.1:10", 421),
            ("evil.example:9", 421),
        ):
            headers = {"Authorization": f"Bearer {info['bearer']}", "Host": host}
            request = urllib.request.Request(f"{info['url']}/points_2d.bin", headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    assert answer.status == status
            except urllib.error.HTTPError as error:
                assert error.code == status


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[list[str]]:
    """The words that other machines need."""
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    alt = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    subprocess.run([*make.split(), *names, *alt], check=True, capture_output=True)
    (tmp_path / "token").write_text("t" * 40)
    (tmp_path / "token").chmod(0o600)
    yield [
        *("--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem")),
        *("--token-file", str(tmp_path / "token")),
    ]


def test_other_machines_are_let_in_only_with_all_that_it_takes(
    atlas: Path, tmp_path: Path, tls: list[str], hood: Hood
) -> None:
    everywhere = ["view", "--host", "0.0.0.0", "--no-browser"]
    for left_out in ([], tls[:4], tls[2:]):
        done = hood(*everywhere, *left_out, str(atlas))
        assert done.returncode == 5
        assert "error[view.exposed]" in done.stderr
        assert "ssh -N -L 8765:127.0.0.1:8765" in done.stderr
    with Terminal([*HOOD, *everywhere, *tls, str(atlas)], tmp_path) as terminal:
        terminal.until("to go on: ")
        terminal.enter("yes\n")
        assert terminal.finish() == 5
    with Terminal([*HOOD, *everywhere, *tls, str(atlas)], tmp_path) as terminal:
        terminal.until("to go on: ")
        terminal.enter(f"{exposure.WORDS}\n")
        terminal.until("ssh -N")
        port = re.findall(r"https://[^:\s]+:(\d+)/#code", terminal.seen)[0]
        context = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        assert asked(f"https://127.0.0.1:{port}/points_2d.bin", "t" * 40, context) == 200
        assert asked(f"https://127.0.0.1:{port}/points_2d.bin", "u" * 40, context) == 401
        terminal.interrupt()
        assert terminal.finish() == 0
    assert hood("view", "--legacy", "--host", "0.0.0.0", *tls, str(atlas)).returncode != 0


def test_a_page_from_elsewhere_is_fetched_once_over_https_and_kept(
    atlas: Path, tmp_path: Path, tls: list[str], hood: Hood
) -> None:
    files = {"index.html": b"<p>from elsewhere", "assets/a.js": b"1"}
    manifest = json.dumps({"files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}}).encode()
    asked_for: list[str] = []

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked_for.append(self.path)
            moved = self.path.startswith("/moved/")
            self.send_response(302 if moved else 200)
            self.send_header("Location", self.path.removeprefix("/moved"))
            self.end_headers()
            self.wfile.write({"manifest.json": manifest, **files}.get(self.path.partition("/v/")[2], b""))

        def log_message(self, format: str, *args: object) -> None: ...

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls[1], tls[3])
    pin = f"#sha256-{hashlib.sha256(manifest).hexdigest()}"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        site.socket = context.wrap_socket(site.socket, server_side=True)
        threading.Thread(target=site.serve_forever, daemon=True).start()
        base = f"https://localhost:{site.server_port}"
        trusted = {"SSL_CERT_FILE": tls[1]}
        with pytest.raises(HostedPageUnreachable):  # nobody vouches for that certificate here
            hosted_page(f"{base}/v/{pin}", tmp_path / "viewers")
        done = hood("view", "--json", "--viewer-from", f"{base}/moved/v/{pin}", str(atlas), env=trusted)
        assert "view.page_unreachable" in done.stdout
        with (
            viewed("--viewer-from", f"{base}/v/{pin}", str(atlas), **trusted) as (info, _),
            urllib.request.urlopen(f"{info['url']}/", timeout=20) as answer,
        ):
            assert answer.read() == files["index.html"]
        assert asked_for.count("/v/index.html") == 1
        site.shutdown()
    with viewed("--viewer-from", f"{base}/v/{pin}", str(atlas)) as (info, _):
        assert asked(f"{info['url']}/assets/a.js") == 200


def test_a_token_that_others_can_read_or_guess_is_none(tmp_path: Path) -> None:
    place = tmp_path / "token"
    for text, mode in (("t" * 40, 0o640), ("short", 0o600), ("t" * 31, 0o600), ("ü" * 40, 0o600), ("", 0o600)):
        place.write_text(text)
        place.chmod(mode)
        with pytest.raises(BadSetting):
            exposure.read_token(place)
    place.write_text("t" * 32 + "\n")
    assert exposure.read_token(place) == "t" * 32
    (tmp_path / "link").symlink_to(place)
    with pytest.raises(BadSetting):
        exposure.read_token(tmp_path / "link")


def test_what_cannot_be_shown_is_said(atlas: Path, tmp_path: Path, hood: Hood) -> None:
    assert hood("view", "--json", str(tmp_path / "missing.h5ad")).returncode == 3
    done = hood("view", "--json", "--matrix", "layers/none", str(atlas))
    assert done.returncode != 0 and "no layer 'none'" in done.stderr
    (tmp_path / "broken.h5ad").write_bytes(b"no")
    assert hood("view", str(tmp_path / "broken.h5ad")).returncode == 2
    assert hood("view", "--port", "70000", "x").returncode == 2
