"""One browser, two servers of 127.0.0.1: ours, and one of another user on another port, which must get nothing.

Jupyter's session cookie goes to every port of a host; that is why a page of ours has none (design, section 5). The
browser is a real one. Its user opens a link, the page signs in and then goes to the server next door, which is told
our port and tries what a page can try.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fumehood.core.paths import Paths
from tests.daemon.programs import Program
from tests.security.class01_doors.test_every_door import NOBODY
from tests.security.gateway import house
from tests.security.gateway.house import Opened, log_of, opened

pytestmark = pytest.mark.timeout(240)
THIEF = Path(__file__).with_name("thief.py")

SIGN_IN = """
const code = /code=([\\w-]+)/.exec(location.hash)[1];
history.replaceState(null, "", "/");
const headers = { "Content-Type": "application/json" };
const answer = await fetch("/session", { method: "POST", body: JSON.stringify({ code }), headers });
const { bearer } = await answer.json();
sessionStorage.setItem("fumehood.bearer", bearer);
%s
const socket = new WebSocket(`ws://${location.host}/ws`);
const text = new TextEncoder();
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const asked = "5a".repeat(32);
socket.onopen = async () => {
  const name = await crypto.subtle.digest("SHA-256", text.encode(bearer));
  socket.send(`Page ${hex(name)} ${asked}`);
};
socket.onmessage = async ({ data }) => {
  if (data.startsWith("Gateway ")) {
    const kind = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", text.encode(bearer), kind, false, ["sign"]);
    const said = ["fumehood", "page", location.host, asked, data.split(" ")[1]].join("\\n");
    return socket.send("Proof " + hex(await crypto.subtle.sign("HMAC", key, text.encode(said))));
  }
  if (data.startsWith("Welcome ")) {
    const params = { version: 1, client: "the page" };
    return socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "daemon.hello", params }));
  }
  location.href = "http://127.0.0.1:%d/?port=" + location.port;
};
"""

NOTHING = {
    "referrer": "", "opener": "null", "cookie": "", "session storage": "{}", "local storage": "{}", "databases": 0,
    "caches": 0, "beacon": "sent", "socket": "refused", "script": "refused", "image": "refused", "style": "refused",
    "frame": "0 closed",
} | dict.fromkeys(
    ("read include", "blind include", "read omit", "blind omit", "file", "form", "json"), "refused: TypeError"
)  # fmt: skip


@contextlib.contextmanager
def thief() -> Iterator[tuple[int, subprocess.Popen[str]]]:
    words = [sys.executable, str(THIEF), *([str(NOBODY)] if os.getuid() == 0 else [])]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["port"], process
        finally:
            process.kill()


def visit(redirect: Path, profile: Path, process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What the server next door received, up to its page's report, while the user's browser opened the link."""
    browser = shutil.which("chromium")
    assert browser, "chromium is missing: scripts/system-packages.sh installs it"
    words = [browser, "--headless=new", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
    words += ["--no-sandbox"] if os.getuid() == 0 else []
    received = []
    assert process.stdout is not None
    with subprocess.Popen(
        [*words, redirect.as_uri()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as window:
        try:
            for line in process.stdout:
                received.append(json.loads(line))
                if received[-1]["line"].startswith("POST /report"):
                    break
        finally:
            os.killpg(window.pid, 9)
    return received


def seen(received: list[dict[str, Any]], header: str) -> list[str]:
    return [value for one in received for name, value in one["headers"] if name.lower() == header]


@pytest.fixture
def next_door() -> Iterator[tuple[int, subprocess.Popen[str]]]:
    with thief() as made:
        yield made


def test_the_server_next_door_receives_nothing_that_helps_it(
    target: Program, places: Paths, tmp_path: Path, next_door: tuple[int, subprocess.Popen[str]]
) -> None:
    port, process = next_door
    with opened(house.assets(tmp_path / "pages", SIGN_IN % ("", port))) as gateway:
        code = gateway.code
        received = visit(gateway.redirect, tmp_path / "profile", process)
        assert json.loads(received[-1]["body"]) == NOTHING
        for header in ("cookie", "authorization"):
            assert seen(received, header) == []
        assert [value for value in seen(received, "referer") if str(gateway.port) in value.split("?")[0]] == []
        said = json.dumps(received)
        assert code not in said
        assert not re.findall(r"(?<![\w-])[\w-]{43}(?![\w-])", said.replace("A" * 43, "")), "nothing like a secret"
        came = [line for line in log_of(places, gateway.pid) if line["event"] == "page.came"]
        assert len(came) == 1, "the user's own page"


def test_a_cookie_would_have_reached_it(
    target: Program, places: Paths, tmp_path: Path, next_door: tuple[int, subprocess.Popen[str]]
) -> None:
    port, process = next_door
    script = SIGN_IN % ('document.cookie = "bearer=" + bearer + "; SameSite=Strict";', port)
    with opened(house.assets(tmp_path / "pages", script)) as gateway:
        received = visit(gateway.redirect, tmp_path / "profile", process)
        (cookie, *_) = seen(received, "cookie")
        bearer = cookie.removeprefix("bearer=")
        assert len(bearer) == 43
        assert answers(gateway, bearer), "and it lets the thief in"


def answers(gateway: Opened, bearer: str) -> bool:
    """Raises where it does not."""

    async def come() -> bool:
        async with house.page(gateway, bearer):
            return True

    return asyncio.run(come())
