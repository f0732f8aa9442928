"""A 5 MB PNG is displayed: when are its bytes at the client?"""

from __future__ import annotations

import statistics

from benchmarks.bench import Bench, everyone
from benchmarks.measured import Row

BYTES = "b'\\x89PNG\\r\\n\\x1a\\n' + os.urandom(5_000_000)"
JUPYTER = f"import os\nfrom IPython.display import Image, display\ndisplay(Image(data={BYTES}, format='png'))"
MARIMO = f"import os, marimo\nmarimo.image({BYTES})"
ROUNDS = 7


async def measure(bench: Bench) -> list[Row]:
    peers = everyone()
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    async with bench.sessions(peers) as sessions:
        for _ in range(bench.times(ROUNDS, 2)):
            for peer in peers:
                seen = await sessions[peer.name].run(MARIMO if peer.name == "marimo" else JUPYTER)
                if seen.largest < 5_000_000:
                    raise RuntimeError(f"{peer.name}: the image did not come, {seen}")
                found[peer.name].append(1000 * seen.output)
    floor = 1.3 * statistics.median(found["raw jupyter_client"])
    return [
        Row(
            what="5 MB PNG, bytes at the client",
            who=peer.name,
            unit="ms",
            samples=found[peer.name],
            budget=floor if peer.name == "fumehood" else None,
        )
        for peer in peers
    ]
