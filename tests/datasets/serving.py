"""Serves hostile datasets to a test of the page: `python -m tests.datasets.serving [NAME…]`.

One line of JSON has a link for each; it goes on until its input ends. They are in memory, so nothing is written.
"""

from __future__ import annotations

import json
import sys
import warnings

from fumehood.doors.datasets.server import DatasetServer
from fumehood.doors.datasets.sources import open_sources
from tests.datasets import hostile


def main(names: list[str]) -> None:
    warnings.simplefilter("ignore")
    servers = {
        name: DatasetServer(open_sources(hostile.MEMORY[name]()).shown).start() for name in names or hostile.MEMORY
    }
    print(json.dumps({name: server.link() for name, server in servers.items()}), flush=True)
    sys.stdin.read()
    for server in servers.values():
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
