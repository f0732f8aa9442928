"""What the dataset server is made of, each by itself: names, numbers, pages, ancestors."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest

from fumehood.core.errors import AssetsMissing, BadSetting, ExposureRefused
from fumehood.doors.datasets import page
from fumehood.doors.datasets.headers import check_ancestors
from fumehood.doors.datasets.hosts import hosts, refuse_hosts, refuse_origins
from fumehood.doors.datasets.negotiation import accepted
from fumehood.doors.datasets.options import Options
from fumehood.doors.datasets.reading import Readers
from fumehood.doors.datasets.replay import Window
from fumehood.doors.datasets.server import DatasetServer


def test_a_page_talks_to_the_name_that_it_came_from_and_a_proxy_may_speak_tls() -> None:
    allowed = hosts("http", 8765, (9000,), ("hub.example.org",))
    for host, origin, good in (
        ("127.0.0.1:8765", "http://127.0.0.1:8765", True),
        ("127.0.0.1:8765", "http://localhost:8765", False),
        ("127.0.0.1:8765", "https://127.0.0.1:8765", False),
        ("localhost:9000", "https://localhost:9000", True),
        ("hub.example.org", "https://hub.example.org", True),
        ("hub.example.org", "https://evil.hub.example.org", False),
        ("hub.example.org:9000", "http://hub.example.org:9000", True),
    ):
        assert refuse_hosts([host], allowed) is None
        assert (refuse_origins([origin], allowed[host], ()) is None) == good, (host, origin)
    for host in ("127.0.0.1", "127.0.0.1:80", "127.1:8765", "[::1]:8765", "hub.example.org.", "HUB.example.org", ""):
        assert refuse_hosts([host], allowed) is not None
    assert refuse_hosts([], allowed) is not None
    assert refuse_hosts(["127.0.0.1:8765"] * 2, allowed) is not None


def test_a_number_is_taken_once_and_a_few_may_overtake_each_other() -> None:
    window = Window(4)
    assert [window.take(number) for number in (10, 12, 11, 12, 9, 8, 20, 16, 17, 17, -1)] == [
        *(True, True, True, False, True, False),
        *(True, False, True, False, False),
    ]
    for number in range(1000, 5000):
        assert window.take(number)
    assert len(window._seen) <= 8


async def test_what_a_page_needs_to_begin_waits_behind_nothing_that_reads_every_name() -> None:
    readers = Readers()
    lanes = {
        path: await readers.read(path, lambda: threading.current_thread().name.rsplit("_", 1)[0], lambda: True)
        for path in ("overview.json", "genes/names", "embeddings/0/2", "fingerprint.json", "genes/aliases", "gene/0")
    }
    readers.close()
    quick, long = "fumehood-quick", "fumehood-read"
    assert list(lanes.values()) == [quick, quick, quick, long, long, "fumehood-gene"]


def test_what_cannot_be_read_of_weights_counts_as_not_said() -> None:
    assert accepted([]) == ((), True)
    assert accepted(["br;q=1.5, gzip;q=zero, zstd;x=1"]) == ((), True)
    assert accepted(["br;q=0.5", "gzip ; Q=0.5"]).encodings == ("br", "gzip")
    assert accepted(["*;q=0"]) == ((), False)
    assert accepted(["identity;q=0, gzip"]) == (("gzip",), False)
    assert accepted(["," * 10_000 + "gzip"]) == ((), True)


def test_who_may_hold_the_page_in_a_frame_is_named_by_origin() -> None:
    check_ancestors(("https://hub.example.org", "http://localhost:*", "http://127.0.0.1:8888", "'self'"))
    for wrong in ("*", "https:", "https://a; script-src *", "https://a\r\nX: y", "'none'", "https://*.example.org", ""):
        with pytest.raises(BadSetting):
            check_ancestors((wrong,))


def test_a_page_is_whole_and_as_it_was_built_or_is_not_shown(tmp_path: Path) -> None:
    assert page.load(tmp_path) is page.PLACEHOLDER
    files = {"index.html": b"<p>", "assets/a-1.js": b"1", "widget.js": b"2", "assets/a.map": b"{}"}
    for name, body in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    listed = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": listed}))
    found = page.load(tmp_path)
    assert (found.start, list(found.assets)) == (b"<p>", ["a-1.js"])
    (tmp_path / "assets" / "a-1.js").write_bytes(b"3")
    with pytest.raises(AssetsMissing):
        page.load(tmp_path)
    (tmp_path / "assets" / "a-1.js").unlink()
    with pytest.raises(AssetsMissing):
        page.load(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(AssetsMissing):
        page.load(tmp_path)


def test_nothing_in_the_program_listens_elsewhere_without_what_the_user_gave() -> None:
    for host in ("0.0.0.0", "::", "192.168.0.1", "example.org"):
        with pytest.raises(ExposureRefused):
            DatasetServer([], Options(host=host), page.PLACEHOLDER)
