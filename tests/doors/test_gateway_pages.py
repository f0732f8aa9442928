"""The built page as a table in memory, its policy, and the file that leads a browser to it."""

from __future__ import annotations

import html
import re
import stat
from pathlib import Path
from urllib.parse import unquote

import pytest

from fumehood.core import limits
from fumehood.core.errors import AssetsMissing, PlaceUnsafe, StorageFailed
from fumehood.doors.gateway.pages import load, policy
from fumehood.doors.gateway.redirect import Redirects, link
from fumehood.doors.gateway.starting import Target
from fumehood.doors.passes import key
from tests.security.gateway import house

HOST = "127.0.0.1:5000"


# -- files


def test_what_was_built_is_read_once(tmp_path: Path) -> None:
    pages = house.assets(tmp_path)
    found = load(pages)
    (pages / "shell" / "assets" / "p-1.js").unlink()
    assert found.page == house.PAGE.encode()
    assert {name: (one.body, one.content_type) for name, one in found.files.items()} == {
        "p-1.js": (b"0", "text/javascript; charset=utf-8")
    }


def test_files_of_another_kind_are_not_served(tmp_path: Path) -> None:
    pages = house.assets(tmp_path)
    for name in ("a.html", "b.wasm", "c.map", "d", ".env", "e.txt", "f\n.js", "g .js"):
        (pages / "shell" / "assets" / name).write_text("x")
    (pages / "shell" / "assets" / "sub.js").mkdir()
    assert set(load(pages).files) == {"p-1.js"}


def test_a_page_that_was_not_built_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing):
        load(tmp_path / "nowhere")
    (tmp_path / "shell").mkdir()
    (tmp_path / "shell" / "index.html").write_text("x")
    with pytest.raises(AssetsMissing):
        load(tmp_path)


def test_a_page_that_is_being_built_is_an_error(tmp_path: Path) -> None:
    (house.assets(tmp_path) / "shell" / "assets" / "p-1.js").rename(tmp_path / "shell" / "assets" / "p-2.js")
    with pytest.raises(AssetsMissing, match=r"p-1\.js is missing"):
        load(tmp_path)


def test_a_page_of_any_size_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ASSETS_BYTES", 10)
    with pytest.raises(AssetsMissing):
        load(house.assets(tmp_path))


# -- the policy


def test_the_policy_allows_no_inline_code_no_eval_and_one_other_origin() -> None:
    found = policy(HOST, "http://127.0.0.1:6000")
    assert "unsafe" not in found and "*" not in found and "wasm" not in found
    assert set(re.findall(r"\w+://\S+?(?=[ ;]|$)", found)) == {f"ws://{HOST}", "http://127.0.0.1:6000"}


@pytest.mark.parametrize(
    "blobs",
    ["", "http://evil.test", "http://127.0.0.1:6000; script-src *", "http://127.0.0.1:6000 http://evil.test", "*",
     "http://127.0.0.1:6000/x", "https://127.0.0.1:6000", "http://127.0.0.1:6000\r\nX: y", "data:", "'unsafe-eval'"],
)  # fmt: skip
def test_an_address_that_is_no_blob_servers_does_not_become_a_policy(blobs: str) -> None:
    found = policy(HOST, blobs)
    assert found == policy(HOST, "")
    assert "frame-src 'none'" in found


# -- the file that leads to it


def test_the_link_says_what_to_open_in_its_fragment_alone() -> None:
    path = '/a b/ä#&?%"<>\u202e\n.ipynb'
    found = link(f"http://{HOST}", "CODE", Target(path=path))
    base, _, fragment = found.partition("#")
    assert base == f"http://{HOST}/"
    assert re.fullmatch(r"code=CODE&path=[\w.%~-]+", fragment, re.ASCII)
    assert unquote(fragment.split("path=")[1]) == path
    assert link(f"http://{HOST}", "CODE", Target()) == f"http://{HOST}/#code=CODE"
    assert link(f"http://{HOST}", "CODE", Target(folder="/x")).endswith("#code=CODE&folder=%2Fx")


async def test_the_file_is_the_users_alone_and_can_do_nothing_but_move_on(tmp_path: Path) -> None:
    redirects = Redirects(tmp_path / "run")
    place = redirects.put(f"http://{HOST}", "CODE", Target(path="/x.ipynb"))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    text = place.read_text()
    assert f'content="0; url={html.escape(link(f"http://{HOST}", "CODE", Target(path="/x.ipynb")))}"' in text
    assert "default-src 'none'; base-uri 'none'; form-action 'none'" in text
    assert "<script" not in text and "no-referrer" in text
    assert redirects.remove(key("CODE")) and not redirects.remove(key("CODE"))
    assert not place.exists()


async def test_two_files_never_have_one_name_and_all_go_at_the_end(tmp_path: Path) -> None:
    redirects = Redirects(tmp_path / "run")
    places = {redirects.put(f"http://{HOST}", str(number), Target()) for number in range(20)}
    assert len(places) == 20
    redirects.remove_all()
    assert not [place for place in places if place.exists()]


async def test_a_folder_that_others_could_read_gets_no_link(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o755)
    (tmp_path / "run").chmod(0o755)
    with pytest.raises(PlaceUnsafe):
        Redirects(tmp_path / "run")


async def test_a_link_that_cannot_be_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    redirects = Redirects(tmp_path / "run")
    monkeypatch.setattr("fumehood.doors.gateway.redirect.secrets.token_hex", lambda _: "same")
    redirects.put(f"http://{HOST}", "1", Target())
    with pytest.raises(StorageFailed):
        redirects.put(f"http://{HOST}", "2", Target())
