"""GET of a 20 MB blob against nginx serving the same file, on one connection that is kept."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

import aiohttp

from benchmarks import processes
from benchmarks.bench import Bench
from benchmarks.measured import Row
from benchmarks.peers.ours import Ours

ROUNDS = 30
SIZE = 20_000_000
NGINX = """{user}daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ }}
http {{
  access_log off; sendfile on; tcp_nopush on; types {{ }} default_type application/octet-stream;
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


async def measure(bench: Bench) -> list[Row]:
    async with bench.ours() as ours:
        blob, path = await make_blob(ours)
        folder = bench.place()
        # The very same file: another copy would lie elsewhere in the page cache.
        os.link(path, folder / "blob")
        (folder / "blob").chmod(0o644)
        # Started as root, nginx gives its worker to nobody, who could not read the folder.
        user = "user root; " if os.getuid() == 0 else ""
        port = processes.free_port()
        (folder / "conf").write_text(NGINX.format(folder=folder, port=port, user=user))
        nginx = processes.start(["/usr/sbin/nginx", "-c", str(folder / "conf")], cwd=folder)
        try:
            await processes.answers(port, nginx)
            assert ours.client is not None and ours.client.hello is not None
            urls = {"nginx": f"http://127.0.0.1:{port}/blob", "fumehood": f"{ours.client.hello.blobs}/blob/{blob}"}
            found: dict[str, list[float]] = {who: [] for who in urls}
            async with aiohttp.ClientSession(auto_decompress=False, read_bufsize=2**20) as http:
                for _ in range(bench.times(ROUNDS, 5)):
                    for who, url in urls.items():
                        found[who].append(await get(http, url))
        finally:
            processes.stop(nginx)
    floor = 1.5 * statistics.median(found["nginx"])
    return [
        Row(
            what="GET of a 20 MB blob",
            who=who,
            unit="ms",
            samples=samples,
            budget=floor if who == "fumehood" else None,
        )
        for who, samples in found.items()
    ]


async def make_blob(ours: Ours) -> tuple[str, Path]:
    """A cell shows 20 MB of a made-up image; the daemon's store has it under its hash."""
    assert ours.client is not None
    session = await ours.session()
    data = f"b'\\x89PNG\\r\\n\\x1a\\n' + os.urandom({SIZE})"
    code = f"import os\nfrom IPython.display import Image, display\ndisplay(Image(data={data}, format='png'))"
    await session.run(code)
    store = ours.client.paths.blobs
    largest = max((path for path in store.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    name = largest.name if len(largest.name) == 64 else largest.parent.name + largest.name
    return name, largest


async def get(http: aiohttp.ClientSession, url: str) -> float:
    began = time.perf_counter()
    async with http.get(url) as answer:
        answer.raise_for_status()
        size = 0
        async for part in answer.content.iter_any():
            size += len(part)
    assert size > SIZE
    return 1000 * (time.perf_counter() - began)
