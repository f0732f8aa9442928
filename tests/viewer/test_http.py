"""A viewer over HTTP, with a page that is this test: its code, its events, its commands."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fumehood.protocol import viewer as wire
from fumehood.viewer.cells import pack
from fumehood.viewer.http.serving import Frame, HttpTransport
from fumehood.viewer.viewer import Viewer
from tests.viewer.desk import Source


class Page:
    def __init__(self, viewer: Viewer) -> None:
        self.base, _, self.code = viewer.link().partition("/#code=")
        self.viewer = viewer
        self.sequence = 0
        said = json.loads(self.enter()[1])
        self.headers = {"Authorization": f"Bearer {said['bearer']}", wire.VIEWER_HEADER: said["token"]}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.base.removeprefix("http://"), timeout=20)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def enter(self) -> tuple[int, bytes]:
        body = json.dumps({"code": self.code}).encode()
        return self.ask("POST", "/_fumehood/session", body, **{"Content-Type": "application/json", "Origin": self.base})

    def say(self, kind: Any, *buffers: bytes, **values: Any) -> int:
        self.sequence += 1
        event = kind(viewer=self.viewer.id, page="p", sequence=self.sequence, **values)
        body = wire.frame(event, buffers)
        return self.ask("POST", "/_fumehood/events", body, **self.headers, **{"Content-Type": wire.EVENT_TYPE})[0]


SHOWN = """
import sys
import anndata, numpy
import fumehood
data = anndata.AnnData(numpy.ones((50, 3), "float32"), obsm={"X_umap": numpy.random.rand(50, 2)})
viewer = fumehood.serve(data)
viewer.session().save(sys.argv[1])
print(viewer.link(), flush=True)
sys.stdin.read()
"""


def test_a_kernel_that_is_killed_leaves_no_copy_no_file_and_no_port(tmp_path: Path) -> None:
    """T15: an object in memory is shown as it is; nothing of it, or of its sessions, lies in a temporary folder."""
    (tmp_path / "tmp").mkdir()
    places = {"TMPDIR": str(tmp_path / "tmp"), "FUMEHOOD_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    words = [sys.executable, "-c", SHOWN, str(tmp_path / "kept.cellucid-session")]
    with subprocess.Popen(words, env={**os.environ, **places}, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as kernel:
        assert kernel.stdout is not None
        port = int(kernel.stdout.readline().decode().partition("/#")[0].rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=20):
            kernel.kill()
            kernel.wait(20)
    assert list((tmp_path / "tmp").rglob("*")) == []
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    source = Source(1000)
    source.table = SimpleNamespace(
        id="invented", name="invented", n_cells=1000, n_genes=3, find=lambda _: None, close=lambda: None
    )
    found = Viewer(source, lambda hear: HttpTransport(source, 480, hear))  # type: ignore[arg-type]  # what is used of it
    yield found
    found.stop()


def test_events_reach_hooks_and_commands_the_page_and_a_code_opens_nothing_twice(viewer: Viewer) -> None:
    got = threading.Event()
    viewer.register_hook("selection", lambda _: got.set())
    page = Page(viewer)
    answer = viewer.highlight([5, 7])
    assert page.say(wire.Ready, n_cells=1000) == 200
    stream = http.client.HTTPConnection(page.base.removeprefix("http://"), timeout=20)
    stream.request("GET", "/_fumehood/commands", headers=page.headers)
    lines = stream.getresponse()
    welcome, told = (json.loads(_line(lines)) for _ in range(2))
    assert welcome["message"]["type"] == "welcome" and told["message"]["cells"] == {"form": "list", "count": 2}
    path = f"/_fumehood/buffers/{told['buffers'][0]}"
    assert page.ask("GET", path, **page.headers)[1] == np.array([5, 7], "<u4").tobytes()
    assert page.ask("GET", path, **page.headers)[0] == 404
    assert page.say(wire.Done, id=told["message"]["id"]) == 200
    answer.wait(20)
    cells, data = pack(np.arange(900, dtype=np.uint32), 1000)
    assert page.say(wire.Selection, data, cells=cells, source="lasso") == 200 and got.wait(20)
    assert viewer.state.selection is not None and viewer.state.selection.count == 900
    # What is no event of this dataset is refused, and whoever has not the token is nobody.
    assert page.say(wire.Hover, cell=1000) == 400
    page.headers = {**page.headers, wire.VIEWER_HEADER: "0" * 64}
    assert page.say(wire.Hover, cell=1) == 403 and viewer.state.hover is None
    # A code that is used twice ends what it gave.
    other = Page(viewer)
    assert other.enter()[0] == 403 and other.say(wire.Hover, cell=1) == 401
    viewer.stop()
    assert '"freeze"' in _line(lines) or '"ended"' in _line(lines)
    stream.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(page.base.rpartition(":")[2])), timeout=5)


def _line(lines: http.client.HTTPResponse) -> str:
    """The next that says something."""
    while line := lines.readline():
        if line.strip():
            return line.decode()
    raise AssertionError("The stream has ended.")


def test_the_frame_in_an_output_is_one_element_whatever_the_address() -> None:
    text = Frame('http://x/"><script>alert(1)</script>', 10**9)._repr_html_()
    assert "<script" not in text and text.count("<") == 2 and 'height="4000"' in text
