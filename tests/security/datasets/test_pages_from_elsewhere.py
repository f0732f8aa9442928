"""The viewer's page from another site (S17 to S19, T11, T12, T18): what 0.0.9 serves, and what ours refuses."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from fumehood.core.errors import BadSetting, HostedPageRefused, HostedPageUnreachable, PlaceUnsafe
from fumehood.doors.datasets import hosted
from fumehood.doors.datasets.hosted import hosted_page
from fumehood.doors.passes import key
from tests.doors import cellucid
from tests.doors.dataset_bench import exchanged, started
from tests.security.datasets.house import EXPORTED_VICTIM, Target, exported, say

GOOD, EVIL = b"good()", b"evil()"
INDEX = b'<html><meta name="cellucid-web-build-id" content="7"><script src="/assets/a.js"></script>'


class Upstream:
    """A web site with a viewer's page; it can be broken into."""

    def __init__(self) -> None:
        self.script = GOOD
        upstream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(upstream.script if self.path.endswith(".js") else INDEX)

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def manifest_of(files: dict[str, bytes]) -> str:
    return json.dumps({"files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}})


class Site:
    """The same site as ours fetches from it, without the network between."""

    def __init__(self) -> None:
        self.files = {"index.html": INDEX, "assets/a.js": GOOD, "widget.js": b"1"}
        self.manifest = json.dumps(
            {"files": {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}}
        )
        self.asked = 0
        self.reachable = True

    @property
    def url(self) -> str:
        return f"https://viewer.example/#sha256-{hashlib.sha256(self.manifest.encode()).hexdigest()}"

    async def fetch(self, url: str, most: int) -> bytes:
        self.asked += 1
        if not self.reachable:
            raise HostedPageUnreachable("no")
        name = url.removeprefix("https://viewer.example/")
        return self.manifest.encode() if name == "manifest.json" else self.files[name]


class Theirs(NamedTuple):
    target: Target
    upstream: Upstream
    cache: Path

    def script(self) -> bytes:
        say(self.target, "GET", "/")
        return say(self.target, "GET", "/assets/a.js").body


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Theirs]:
    upstream, port, cache = Upstream(), cellucid.free_port(), tmp_path / "their-cache"
    words = (str(exported(tmp_path / "export")), str(port), upstream.url)
    with cellucid.running(EXPORTED_VICTIM, *words, CELLUCID_WEB_PROXY_CACHE_DIR=str(cache)):
        yield Theirs(Target("0.0.9", port, "", list), upstream, cache)
    upstream.stop()


def test_a_site_that_was_broken_into_shows_its_script_there_and_not_here(theirs: Theirs, tmp_path: Path) -> None:
    """S18: it even stays when the site is whole again."""
    theirs.upstream.script = EVIL
    assert theirs.script() == EVIL
    theirs.upstream.script = GOOD
    assert theirs.script() == EVIL

    site, cache = Site(), tmp_path / "state" / "viewers"
    (tmp_path / "state").mkdir(mode=0o700)
    site.files["assets/a.js"] = EVIL
    with pytest.raises(HostedPageRefused):
        hosted_page(site.url, cache, site.fetch)
    assert list(cache.iterdir()) == [], "nothing of it is kept"
    # With a manifest that fits it is another page than the one that the user named (T11).
    url, site.manifest = (
        site.url,
        Site().manifest.replace(hashlib.sha256(GOOD).hexdigest(), hashlib.sha256(EVIL).hexdigest()),
    )
    with pytest.raises(HostedPageRefused):
        hosted_page(url, cache, site.fetch)
    site = Site()
    assert hosted_page(site.url, cache, site.fetch).assets["a.js"].body == GOOD


def test_a_file_that_was_changed_in_the_cache_is_shown_there_and_not_here(theirs: Theirs, tmp_path: Path) -> None:
    """S19 and T11: also where the manifest beside it was changed to fit."""
    assert theirs.script() == GOOD
    (theirs.cache / "assets" / "a.js").write_bytes(EVIL)
    assert theirs.script() == EVIL

    site, cache = Site(), tmp_path / "state" / "viewers"
    (tmp_path / "state").mkdir(mode=0o700)
    hosted_page(site.url, cache, site.fetch)
    (kept,) = cache.iterdir()
    assert {place.stat().st_mode & 0o777 for place in (cache, kept)} == {0o700}
    # T12: with what is kept it starts without the network.
    site.reachable, asked = False, site.asked
    assert hosted_page(site.url, cache, site.fetch).assets["a.js"].body == GOOD
    assert site.asked == asked
    (kept / "assets" / "a.js").write_bytes(EVIL)
    with pytest.raises(HostedPageRefused):
        hosted_page(site.url, cache, site.fetch)
    text = (kept / "manifest.json").read_text()
    (kept / "manifest.json").write_text(
        text.replace(hashlib.sha256(GOOD).hexdigest(), hashlib.sha256(EVIL).hexdigest())
    )
    with pytest.raises(HostedPageRefused):
        hosted_page(site.url, cache, site.fetch)
    assert hosted.clear(cache) == 1
    site.reachable = True
    assert hosted_page(site.url, cache, site.fetch).assets["a.js"].body == GOOD


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
def test_a_cache_that_somebody_else_made_before_us_is_used_there_and_not_here(tmp_path: Path) -> None:
    """S19, the other half."""
    planted = tmp_path / "planted"
    (planted / "assets").mkdir(parents=True)
    (planted / "assets" / "a.js").write_bytes(EVIL)
    for place in (planted, *planted.rglob("*")):
        os.chown(place, 65534, 65534)
    upstream, port = Upstream(), cellucid.free_port()
    words = (str(exported(tmp_path / "export")), str(port), upstream.url)
    with cellucid.running(EXPORTED_VICTIM, *words, CELLUCID_WEB_PROXY_CACHE_DIR=str(planted)):
        assert say(Target("0.0.9", port, "", list), "GET", "/assets/a.js").body == EVIL
    upstream.stop()

    (tmp_path / "state").mkdir(mode=0o700)
    cache = tmp_path / "state" / "viewers"
    cache.mkdir()
    os.chown(cache, 65534, 65534)
    with pytest.raises(PlaceUnsafe):
        hosted_page(Site().url, cache, Site().fetch)


def test_an_address_without_a_hash_or_without_https_is_not_asked(tmp_path: Path) -> None:
    site = Site()
    for url in (
        site.url.partition("#")[0],
        site.url.replace("https", "http"),
        site.url.replace("viewer.example", "u:p@viewer.example"),
        site.url[:-1],
    ):
        with pytest.raises(BadSetting):
            hosted_page(url, tmp_path / "viewers", site.fetch)
    assert site.asked == 0


def test_a_manifest_names_no_file_outside_its_page(tmp_path: Path) -> None:
    for name in (
        "../x.js",
        "/etc/passwd",
        "assets/../../x.js",
        "assets/.hidden",
        "https://evil.example/a.js",
        "a/b.js",
    ):
        site = Site()
        site.files[name] = EVIL
        site.manifest = json.dumps({"files": {name: hashlib.sha256(EVIL).hexdigest()}})
        with pytest.raises(HostedPageRefused):
            hosted_page(site.url, tmp_path / "viewers", site.fetch)
        assert site.asked == 1


def test_a_link_that_was_saved_opens_nothing(theirs: Theirs) -> None:
    """S17 and T18: what stands in an output. Theirs has the token of events, for good; ours a code that was used when
    the output was shown, or is too old."""
    program = (
        "import json, sys\n"
        "from cellucid.jupyter import CellucidViewer\n"
        "viewer = CellucidViewer(sys.argv[1], auto_open=False)\n"
        "print(json.dumps({'url': viewer.viewer_url, 'token': viewer._viewer_token}))\n"
        "viewer.stop()\n"
    )
    said = json.loads(cellucid.run(program, str(theirs.cache.parent / "export")).splitlines()[-1])
    assert said["token"] in said["url"]

    bench = started()
    link = bench.server.link(bench.viewer.id)
    base, _, code = link.partition("#code=")
    assert base == f"{bench.server.url}/"
    assert bench.viewer.token not in link
    assert exchanged(bench, code).status == 200
    assert exchanged(bench, code).status == 403
    late = bench.server.code(bench.viewer.id)
    passes = bench.server._access._passes
    passes._clock = lambda: time.monotonic() + 1e6
    assert exchanged(bench, late).status == 403
    assert key(late) not in passes._codes
    bench.server.stop()
