"""A program for the environment of the peers: cellucid's own functions apply sessions to data, and say what came out.

python peer_applies.py JOBS     a JSON list of {"session", "data", "options"}; one JSON line for each
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import anndata
from cellucid.anndata_session import apply_cellucid_session_to_anndata
from described import describe

for job in json.loads(Path(sys.argv[1]).read_text()):
    data = anndata.read_h5ad(job["data"])
    try:
        result = apply_cellucid_session_to_anndata(job["session"], data, **job["options"])
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
        continue
    said = {"obs": describe(result.obs), "var": describe(result.var), "written": True}
    with tempfile.TemporaryDirectory() as folder:
        try:
            result.write_h5ad(Path(folder, "x.h5ad"))
        except Exception:
            said["written"] = False
    print(json.dumps(said), flush=True)
