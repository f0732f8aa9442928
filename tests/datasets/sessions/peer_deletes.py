"""A program for the environment of the peers: an event that names a file, sent to cellucid's own server.

python peer_deletes.py VICTIM FOLDER
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
import urllib.request
from pathlib import Path

import anndata
import numpy as np
from cellucid import _server_base
from cellucid.jupyter import CellucidViewer

victim, folder = Path(sys.argv[1]), sys.argv[2]
with contextlib.redirect_stdout(sys.stderr):
    viewer = CellucidViewer(folder, auto_open=False)


def post(**event: object) -> None:
    body = json.dumps({"viewerId": viewer._viewer_id, **event}).encode()
    # As any page could: a simple request, without a token.
    request = urllib.request.Request(viewer.server_url + "/_cellucid/events", body, {"Content-Type": "text/plain"})
    urllib.request.urlopen(request).read()


outcome = "nothing"


def apply() -> None:
    global outcome
    try:
        viewer.apply_session_to_anndata(anndata.AnnData(np.zeros((3, 2), "f4")), timeout=20)
    except Exception as error:
        outcome = type(error).__name__


thread = threading.Thread(target=apply)
thread.start()
post(type="ready", n_cells=3, dimensions=2)
pending = _server_base._pending_session_bundle_requests
deadline = time.monotonic() + 15
while thread.is_alive() and time.monotonic() < deadline:
    for _, request_id in list(pending):
        post(type="session_bundle", requestId=request_id, status="ok", path=str(victim))
    post(type="ready", n_cells=3, dimensions=2)
    time.sleep(0.05)
print(json.dumps({"outcome": outcome, "there": victim.exists()}), flush=True)
with contextlib.redirect_stdout(sys.stderr):
    viewer.stop()
