"""Disks that are full: told with code and hint, nothing that was saved is lost, and what was refused is kept later."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.core.errors import BlobMissing, HoodError, StorageFailed
from fumehood.core.paths import Paths
from fumehood.protocol.state import RoomState
from fumehood.testing.homes import temporary_home
from fumehood.testing.notebooks import cell, printed, write_notebook
from tests.badinput.background import Background
from tests.badinput.disks import Disk, disk
from tests.badinput.house import Bystander, fingerprint, said
from tests.recovery.harness import kill_daemon

PRINTS = "import sys\nfor n in range(200): print(n, 'x' * 1000); sys.stdout.flush()"
PRINTED = "".join(f"{n} {'x' * 1000}\n" for n in range(200))


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as folder:
        Paths.of_user().create()
        yield folder


@pytest.fixture
def state(home: Path) -> Iterator[Disk]:
    """Journal, spools and blobs together on a small disk."""
    with disk(Paths.of_user().state, 24) as found:
        yield found


def told(code: str, state: RoomState) -> bool:
    return any(one.code == code and one.message and one.hint for one in state.notices)


def recovered(state: RoomState) -> bool:
    """The journal has caught up. A runtime may still tell that its spool was full meanwhile."""
    return any(one.code == "storage.recovered" for one in state.notices)


def test_a_full_disk_under_the_notebook(client: blocking.Client, tmp_path: Path) -> None:
    with disk(tmp_path / "small", 1) as small:
        path = write_notebook(small.folder / "n.ipynb", "print('kept')", "print('late')")
        with client.open(path) as opened:
            assert opened.execute("c0", timeout=40).ok
            opened.save()
            small.fill()
            before = fingerprint(path)
            opened.edit("c1", "print('edited on a full disk')")
            with pytest.raises(StorageFailed) as refused:
                opened.save()
            said(refused.value, "storage.failed")
            assert "full" in refused.value.message
            assert fingerprint(path) == before
            assert sorted(one.name for one in small.folder.iterdir()) == ["filler", "n.ipynb"]
            # Cells run, and elsewhere there is space.
            assert opened.execute("c1", timeout=30).stdout == "edited on a full disk\n"
            opened.save(str(tmp_path / "rescue.ipynb"))
            assert printed(tmp_path / "rescue.ipynb", "c1") == "edited on a full disk\n"
            # Autosave says so too, and makes it good by itself when there is space.
            opened.until(lambda state: told("storage.failed", state), 20)
            assert fingerprint(path) == before
            small.free()
            opened.until(lambda state: not state.dirty, 40)
            assert printed(path, "c1") == "edited on a full disk\n"
            assert printed(path, "c0") == "kept\n"
            opened.close()


def test_a_full_disk_under_the_journal(state: Disk, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "x = 0", "y")
    with blocking.connect() as client, client.open(path) as opened:
        other = Bystander(client, tmp_path)
        opened.edit("c0", "kept = 1")
        opened.flush()
        state.fill()
        opened.edit("c1", "made_on_a_full_disk = 2")
        opened.until(lambda state: told("storage.failed", state), 20)
        # Everything goes on: other cells run, and the notebook itself can be saved, for its disk is another one.
        other.works()
        opened.save()
        assert [one["source"] for one in json.loads(path.read_text())["cells"]] == [
            "kept = 1",
            "made_on_a_full_disk = 2",
        ]
        opened.append("also_on_a_full_disk = 3", id="c2")
        with pytest.raises(HoodError) as refused:
            opened.flush(timeout=1)
        said(refused.value, "timeout")
        state.free()
        opened.flush(timeout=60)
        opened.until(recovered, 30)
        other.works()
        kill_daemon(Path(os.environ["FUMEHOOD_HOME"]))
        opened.until(lambda state: True, 30)
    with blocking.connect() as client, client.open(path) as opened:
        assert [one.source for one in opened.cells] == [
            "kept = 1",
            "made_on_a_full_disk = 2",
            "also_on_a_full_disk = 3",
        ]


def test_a_full_disk_under_everything_while_a_cell_prints(state: Disk, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "kept = 1; print('before')", PRINTS, "print(kept)")
    with blocking.connect() as client, client.open(path) as opened:
        other = Bystander(client, tmp_path)
        assert opened.execute("c0", timeout=40).ok
        pid = opened.kernel.pid
        state.fill()
        running = Background(lambda: opened.execute("c1", timeout=90))
        opened.until(lambda state: told("storage.failed", state), 30)
        other.works()
        state.free()
        result = running.result(90)
        assert (result.status, result.stdout) == ("ok", PRINTED)
        opened.until(recovered, 60)
        assert opened.kernel.pid == pid, "the kernel lives"
        assert opened.execute("c2", timeout=30).stdout == "1\n"
        kill_daemon(Path(os.environ["FUMEHOOD_HOME"]))
    with blocking.connect() as client, client.open(path) as opened:
        assert "".join(one["text"] for one in opened.outputs("c1")) == PRINTED
        assert opened.kernel.pid == pid


def test_a_full_disk_under_the_spool(home: Path, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "kept = 1", PRINTS, "print(kept)")
    with disk(Paths.of_user().spools, 8) as spools, blocking.connect() as client, client.open(path) as opened:
        other = Bystander(client, tmp_path)
        assert opened.execute("c0", timeout=40).ok
        spools.fill()
        result = opened.execute("c1", timeout=40)
        assert (result.status, result.stdout) == ("ok", PRINTED)
        assert told("storage.failed", opened.state)
        other.works()
        spools.free()
        assert opened.execute("c2", timeout=30).stdout == "1\n"
        kill_daemon(home)
        assert opened.execute("c2", timeout=40).stdout == "1\n"
        assert "".join(one["text"] for one in opened.outputs("c1")) == PRINTED


BLOBS = """\
import hashlib, os
from IPython.display import display
data = os.urandom({size})
display({{"application/octet-stream": __import__("base64").b64encode(data).decode()}}, raw=True)
print(hashlib.sha256(__import__("base64").b64encode(data)).hexdigest())
"""


@pytest.mark.parametrize("size", [100_000, 5_000_000], ids=["in one piece", "in several pieces"])
def test_a_full_disk_under_the_blobs(home: Path, tmp_path: Path, size: int) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "kept = 1", BLOBS.format(size=size), "print(kept)", "print('later')")
    with disk(Paths.of_user().blobs, 24) as blobs, blocking.connect() as client, client.open(path) as opened:
        other = Bystander(client, tmp_path)
        assert opened.execute("c0", timeout=40).ok
        pid = opened.kernel.pid
        blobs.fill()
        running = Background(lambda: opened.execute("c1", timeout=90))
        opened.until(lambda state: told("storage.failed", state), 30)
        other.works()
        # Not only for a moment: longer than anybody waits before a runtime counts as lost.
        assert not running.done.wait(6.5)
        assert opened.kernel.status in ("busy", "idle")
        blobs.free()
        result = running.result(90)
        assert result.ok
        data = result.outputs[0]["data"]["application/octet-stream"]
        assert hashlib.sha256(data.encode()).hexdigest() == result.stdout.strip()
        assert opened.kernel.pid == pid, "the kernel lives"
        assert opened.execute("c2", timeout=30).stdout == "1\n"
        opened.save()
        (kept,) = [one for one in json.loads(path.read_text())["cells"] if one["id"] == "c1"]
        assert "".join(kept["outputs"][0]["data"]["application/octet-stream"]) == data
        opened.close()


@pytest.mark.all
def test_a_flood_on_a_full_disk_can_be_interrupted_and_its_kernel_ended(home: Path, tmp_path: Path) -> None:
    flood = "n = 0\nwhile True:\n    n += 1\n    print(str(n) * 20_000, flush=True)"
    path = write_notebook(tmp_path / "n.ipynb", cell(flood, id="c0"), "print('on')")
    with disk(Paths.of_user().blobs, 4) as blobs, blocking.connect() as client, client.open(path) as opened:
        other = Bystander(client, tmp_path)
        running = Background(lambda: opened.execute("c0", timeout=100))
        opened.until(lambda state: told("storage.failed", state), 40)
        other.works()
        opened.interrupt()
        opened.shutdown(force=True)
        assert opened.kernel.status == "none"
        with pytest.raises(BlobMissing) as refused:  # what did not fit when its kernel was given up
            running.result(30)
        said(refused.value, "blob.missing")
        assert opened.state.cells["c0"].status in ("lost", "cancelled", "error")
        # What fits still runs.
        assert opened.execute("c1", timeout=40).stdout == "on\n"
        other.works()
        blobs.fill()
        opened.close()


def test_a_daemon_does_not_start_on_a_full_disk_and_says_why(home: Path, tmp_path: Path) -> None:
    with disk(Paths.of_user().state, 1) as small:
        small.fill()
        with pytest.raises(HoodError) as refused:
            blocking.connect()
        said(refused.value, "daemon.unreachable")
        assert "full" in str(refused.value) or "space" in str(refused.value)
        small.free()
        with blocking.connect() as client:
            assert client.status().pid
