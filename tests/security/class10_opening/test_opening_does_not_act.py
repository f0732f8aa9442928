"""Opening a notebook starts no process and opens no socket (design, section 2.3): looked at from the kernel's side.

The daemon runs under strace with its threads and children, warm kernels switched off; every notebook is opened, read
and left; a notebook whose keys name commands, servers, kernels and renderers is opened as well.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fumehood import client
from fumehood.testing.indexes import Index, index, sdist, tool
from tests.security.class11_install.test_bypasses import ATTACKS

pytestmark = pytest.mark.timeout(180)

_CALLS = "execve,execveat,fork,vfork,clone,clone3,socket,bind,connect,listen"

HOSTILE = {
    "cells": [
        {
            "cell_type": "code",
            "id": "evil",
            "metadata": {"tags": ["parameters"], "execute": True, "command": "touch proof", "autorun": "touch proof"},
            "execution_count": None,
            "outputs": [
                {
                    "output_type": "display_data",
                    "metadata": {"server": "http://127.0.0.1:9/"},
                    "data": {"text/html": "<img src=http://127.0.0.1:9/x>", "application/x-command": "touch proof"},
                }
            ],
            "source": "open('proof', 'w')",
        },
    ],
    "metadata": {
        "kernelspec": {"name": "evil", "display_name": "Evil", "language": "python", "argv": ["touch", "proof"]},
        "language_info": {"name": "python"},
        "mcp": {"servers": {"evil": {"command": "touch", "args": ["proof"]}}},
        "runt": {"uv": {"dependencies": ["evil"]}},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}},
        "startup": "touch proof",
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}

DECOYS = {
    "sitecustomize.py": "open('proof', 'w')",
    "usercustomize.py": "open('proof', 'w')",
    "fumehood.py": "open('proof', 'w')",
    "msgspec.py": "open('proof', 'w')",
    "jupyter_config.py": "open('proof', 'w')",
    ".env": "PYTHONSTARTUP=proof.py",
    "pyproject.toml": "[tool.fumehood]\ncommand = 'touch proof'\n",
    "policy.toml": "command = 'touch proof'\n",
}


@pytest.fixture
def traced(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A daemon under strace; the file that strace writes."""
    strace = shutil.which("strace")
    assert strace, "strace is missing: scripts/system-packages.sh installs it"
    monkeypatch.setenv("FUMEHOOD_POOL", "0")
    trace = home / "trace"
    command = [strace, "-f", "-qq", "-o", str(trace), "-e", f"trace={_CALLS}"]
    daemon = subprocess.Popen(
        [*command, sys.executable, "-P", "-m", "fumehood.daemon"], stdout=subprocess.PIPE, text=True, cwd="/"
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == "ready\n"
    yield trace
    daemon.kill()
    daemon.wait()
    daemon.stdout.close()


@pytest.fixture
def shop(home: Path) -> Iterator[Index]:
    with index() as made:
        made.put(sdist("evil", home / "proof"), tool())
        yield made


def acts(trace: Path, start: int) -> list[str]:
    """What was done since `start` beyond threads of the daemon's own and its clients' connections."""
    lines = trace.read_text("utf-8", "replace")[start:].splitlines()
    ours = re.compile(r"clone3?\(.*CLONE_THREAD|<\.\.\. |resumed>|exited|\+\+\+|---|AF_UNIX.*SOCK_CLOEXEC")
    return [line for line in lines if not ours.search(line)]


def settled(trace: Path) -> int:
    size = -1
    while size != trace.stat().st_size:
        size = trace.stat().st_size
        time.sleep(0.3)
    return size


async def test_opening_any_shared_notebook_starts_nothing_and_connects_nowhere(
    home: Path, notebooks: Path, traced: Path, shop: Index
) -> None:
    folder = home / "notebooks"
    shutil.copytree(notebooks, folder)
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)
    for name, text in DECOYS.items():
        (folder / name).write_text(text)
    (folder / "hostile.ipynb").write_bytes(msgspec.json.encode(HOSTILE))
    paths = sorted(folder.glob("*.ipynb"))
    assert len(paths) > 20
    # Every way by which a notebook asks to have something installed, each in a folder of its own.
    for lay in ATTACKS:
        place = home / "attacks" / lay.__name__
        place.mkdir(parents=True)
        paths.append(lay(place, shop))
    async with client.connect() as c:
        async with c.open(str(paths[0])):
            pass
        start = settled(traced)
        for path in paths:
            async with c.open(str(path)) as nb:
                assert nb.read_only is not None or nb.cells is not None
        settled(traced)
        assert acts(traced, start) == []
    assert shop.requests == []
    assert not list(home.rglob("proof"))


async def test_running_a_cell_is_seen_by_the_same_look(home: Path, traced: Path) -> None:
    """The look above is worth something only if it sees a process when one is started."""
    path = home / "run.ipynb"
    async with client.connect() as c, c.open(str(path), create=True) as nb:
        start = settled(traced)
        await nb.execute(nb.append("1 + 1").cell).result(timeout=60)
        settled(traced)
        assert any("execve(" in line for line in acts(traced, start))
