"""Keys of a notebook that name a command, a program, a server or a file are data: nothing of them is done."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from fumehood.client import blocking
from fumehood.core.errors import KernelSpecMissing, NotApproved
from fumehood.testing.homes import processes_of
from fumehood.testing.notebooks import cell, write_notebook
from tests.badinput.house import said


def hostile_metadata(marker: Path, port: int) -> dict[str, Any]:
    argv = [sys.executable, "-c", f"open({str(marker)!r}, 'w')"]
    command = f"touch {marker}"
    url = f"http://127.0.0.1:{port}/"
    return {
        "kernelspec": {
            "name": "python3",
            "display_name": command,
            "language": "python",
            "argv": argv,
            "env": {"PYTHONSTARTUP": str(marker), "LD_PRELOAD": str(marker)},
            "interrupt_mode": "message",
            "metadata": {"kernel_provisioner": {"provisioner_name": "x", "config": {"argv": argv}}},
        },
        "language_info": {"name": "python", "pygments_lexer": url, "codemirror_mode": {"name": url}},
        "jupyter_server": url,
        "server": {"url": url, "token": "x"},
        "collab_url": url,
        "remote": url,
        "hooks": {"open": command, "post_save": argv, "pre_run": command},
        "command": command,
        "startup": command,
        "exec": argv,
        "environment": {"PATH": str(marker.parent), "FUMEHOOD_HOME": str(marker.parent)},
        "env": {"PYTHONSTARTUP": str(marker)},
        "uv": {"index-url": url, "dependencies": ["evil"]},
        "dependencies": {"pip": [f"evil @ {url}"]},
        "papermill": {"parameters": {"x": command}, "input_path": url},
        "jupytext": {"formats": f"ipynb,{marker}", "notebook_metadata_filter": "all"},
        "nbconvert_exporter": command,
        "widgets": {
            "application/vnd.jupyter.widget-state+json": {
                "version_major": 2,
                "version_minor": 0,
                "state": {"m": {"model_name": "X", "model_module": url, "model_module_version": "*", "state": {}}},
            }
        },
        "toString": command,
        "__proto__": {"polluted": command},
    }


@pytest.fixture
def listening() -> Any:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock


def test_keys_that_name_commands_and_servers_are_kept_and_obeyed_by_nobody(
    client: blocking.Client, shared_home: Path, tmp_path: Path, listening: socket.socket
) -> None:
    marker = tmp_path / "marker"
    metadata = hostile_metadata(marker, listening.getsockname()[1])
    path = write_notebook(
        tmp_path / "n.ipynb",
        cell("print('ran')", id="c0") | {"metadata": {"command": f"touch {marker}", "hooks": metadata["hooks"]}},
        cell("!touch nothing", id="c1", type="markdown"),
        metadata=metadata,
    )
    _quiet(shared_home)
    processes = set(processes_of(shared_home))
    with client.open(path) as opened:
        opened.save()
        assert set(processes_of(shared_home)) <= processes, "opening has started a process"
        with pytest.raises(NotApproved):
            opened.execute("c0", timeout=40)
        opened.start(without=True)
        assert opened.execute("c0", timeout=40).stdout == "ran\n"
        assert opened.kernel.spec == "python3"
        opened.edit("c1", "# title")
        opened.save()
        kept = json.loads(path.read_text())["metadata"]
        for told in ("language_info", "kernelspec"):  # the kernel that ran says its own name here
            assert {**metadata.pop(told), **kept[told]} == kept.pop(told)
        assert kept == metadata
        opened.close()
    assert not marker.exists()
    listening.setblocking(False)
    with pytest.raises(BlockingIOError):
        listening.accept()


def _quiet(home: Path) -> None:
    """Waits until the pool of warm kernels has what it wants, so that a process that starts is somebody's doing."""
    import time

    end, last, since = time.monotonic() + 30, set(processes_of(home)), time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < 1.5:
        time.sleep(0.1)
        now = set(processes_of(home))
        if now != last:
            last, since = now, time.monotonic()


@pytest.mark.parametrize(
    "name", ["../../../tmp/evil", "/tmp/evil", "a;touch x", "no-such-kernel", "\u202egnp", "x" * 10_000]
)
def test_a_kernelspec_that_is_a_path_or_a_command_is_only_a_name_that_is_not_installed(
    client: blocking.Client, tmp_path: Path, name: str
) -> None:
    path = write_notebook(
        tmp_path / "n.ipynb", "1", metadata={"kernelspec": {"name": name, "display_name": name, "language": "cobol"}}
    )
    with client.open(path) as opened:
        with pytest.raises(KernelSpecMissing) as refused:
            opened.execute("c0", timeout=40)
        said(refused.value, "kernelspec.missing")
        opened.close()
