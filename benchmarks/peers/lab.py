"""JupyterLab as people start it, but for the rate limits, which would cut what is measured."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

from benchmarks import processes


class Lab:
    name = "JupyterLab"

    def __init__(self) -> None:
        self.folder = Path()
        self.process: subprocess.Popen[bytes] | None = None
        self._base = ""
        self._token = ""

    async def start(self, folder: Path) -> None:
        self.folder = folder
        port, self._token = processes.free_port(), secrets.token_hex(16)
        self.process = processes.start(
            [
                str(processes.PEERS / "jupyter-lab"),
                f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0",
                "--ServerApp.open_browser=False",
                "--ServerApp.allow_root=True",
                f"--ServerApp.root_dir={folder}",
                f"--IdentityProvider.token={self._token}",
                "--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=1e9",
                "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1e12",
            ],
            cwd=folder,
            env=self._env(),
        )
        await processes.answers(port, self.process)
        self._base = f"http://127.0.0.1:{port}"

    def _env(self) -> dict[str, str]:
        """No settings, workspaces or signatures of this machine's user."""
        return {"HOME": str(self.folder / "home"), "JUPYTER_PREFER_ENV_PATH": "1"}

    async def trust(self, path: Path) -> None:
        """Its outputs' scripts run in the page, as those of a notebook that was run here."""
        argv = [str(processes.PEERS / "jupyter"), "trust", str(path)]
        made = await asyncio.create_subprocess_exec(*argv, env={**os.environ, **self._env()})
        if await made.wait() != 0:
            raise RuntimeError(f"{path} was not signed")

    def url(self, name: str) -> str:
        """A workspace of its own each time: nothing is open in it yet."""
        workspace = secrets.token_hex(4)
        return f"{self._base}/lab/workspaces/{workspace}/tree/{quote(name)}?token={self._token}"

    async def end_kernels(self) -> None:
        """Those of notebooks whose page is gone; the server would keep them."""
        await asyncio.to_thread(self._end_kernels)

    def _end_kernels(self) -> None:
        headers = {"Authorization": f"token {self._token}"}
        with urlopen(Request(f"{self._base}/api/kernels", headers=headers), timeout=30) as answer:
            kernels = json.load(answer)
        for kernel in kernels:
            one = Request(f"{self._base}/api/kernels/{kernel['id']}", headers=headers, method="DELETE")
            urlopen(one, timeout=30).close()

    async def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process)
