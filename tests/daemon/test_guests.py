from __future__ import annotations

import os
from pathlib import Path

import pytest
from aiohttp import ClientSession

from fumehood.core import limits
from fumehood.core.paths import Paths
from fumehood.daemon.guests import Guests
from fumehood.policy.outputs import OutputPolicy
from fumehood.protocol.base import decode_json
from fumehood.protocol.methods import VERSION, HelloParams, HelloResult
from tests.daemon.programs import daemon
from tests.doors.bench import connected

POLICY = OutputPolicy("http://127.0.0.1:1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "assets" / "guest"
    made.mkdir(parents=True)
    (made / "guest.html").write_text("<!doctype html><title>output</title>")
    (made / "main-abc123.js").write_text("1")
    (made / "fonts-1.woff2").write_bytes(b"wOF2")
    return made


def loaded(folder: Path) -> Guests:
    guests = Guests()
    guests.load(folder)
    return guests


def test_files_are_served_by_their_names_and_types(folder: Path) -> None:
    plugins = loaded(folder).plugins
    assert {name: plugin.content_type for name, plugin in plugins.items()} == {
        "main-abc123.js": "text/javascript; charset=utf-8",
        "fonts-1.woff2": "font/woff2",
    }


def test_the_page_is_named_by_its_bytes_and_its_policy(folder: Path) -> None:
    one = loaded(folder)
    first, again, other = one.page(POLICY), one.page(POLICY), one.page(OutputPolicy("http://127.0.0.1:2"))
    assert first == again != other
    (folder / "guest.html").write_text("<!doctype html><title>outputs</title>")
    assert loaded(folder).page(POLICY) not in (first, other)
    assert one.plugins[first.rpartition("/")[2]].policy == POLICY.header


def test_without_a_build_there_is_no_page(tmp_path: Path) -> None:
    guests = loaded(tmp_path / "nothing")
    assert guests.page(POLICY) == "" and guests.plugins == {}


def test_what_is_no_plain_file_of_a_harmless_name_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "link.js").symlink_to("/etc/passwd")
    os.mkfifo(folder / "fifo.js")
    (folder / "deep").mkdir()
    (folder / "a b.js").write_text("1")
    (folder / ".hidden.js").write_text("1")
    monkeypatch.setattr(limits, "PLUGIN_BYTES", 1000)
    (folder / "large.js").write_bytes(bytes(1001))
    assert sorted(loaded(folder).plugins) == ["fonts-1.woff2", "main-abc123.js"]


async def test_a_hello_names_the_sealed_page_and_the_blob_server_serves_it(home: Path, folder: Path) -> None:
    with daemon(FUMEHOOD_ASSETS=str(folder.parent)):
        async with connected(Paths.of_user().control_socket) as person:
            answer = await person.call("daemon.hello", HelloParams(version=VERSION, client="test"))
            assert answer.result is not None
            hello = decode_json(answer.result, HelloResult)
        url, blobs = hello.guest, hello.blobs
        assert url.startswith(f"{blobs}/plugins/guest-")
        async with ClientSession() as session, session.get(url, headers={"Origin": "null"}) as page:
            assert page.status == 200
            assert await page.read() == (folder / "guest.html").read_bytes()
            assert page.content_type == "text/html"
            assert page.headers.getall("Content-Security-Policy") == [OutputPolicy(blobs).header]
        async with ClientSession() as session, session.get(f"{blobs}/plugins/main-abc123.js") as script:
            assert (script.status, script.content_type) == (200, "text/javascript")
