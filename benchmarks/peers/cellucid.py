"""cellucid 0.0.9 as its documentation has it: its servers and its exporter, each a program of `.peers`."""

from __future__ import annotations

from typing import Final

SERVE: Final = """
import json, sys
from cellucid.anndata_server import AnnDataServer
server = AnnDataServer(sys.argv[1], port=int(sys.argv[2]), quiet=True)
server.start()
"""
EXPORT: Final = """
import sys, warnings
warnings.simplefilter("ignore")
import anndata
from cellucid import prepare
data = anndata.read_h5ad(sys.argv[1])
more = {} if sys.argv[3] == "32" else dict(var_quantization=8, obs_continuous_quantization=8, compression=6)
prepare(latent_space=data.obsm["X_pca"], obs=data.obs, var=data.var, gene_expression=data.X, out_dir=sys.argv[2],
        X_umap_2d=data.obsm["X_umap"], X_umap_3d=data.obsm["X_umap_3d"],
        connectivities=data.obsp.get("connectivities"), vector_fields={"velocity_umap": data.obsm["velocity_umap"]},
        **more)
"""
HOOKS: Final = """
import json, pathlib, sys, time
from cellucid._server_base import register_event_callback
from cellucid.server import CellucidServer
folder = pathlib.Path(sys.argv[1])
for name in ("dataset_identity.json", "obs_manifest.json"):
    (folder / name).write_text("{}")
(folder / "points_2d.bin").write_bytes(bytes(8))
heard = []
def hook(event):
    heard.append(time.perf_counter())
register_event_callback("bench", hook)
server = CellucidServer(folder, port=int(sys.argv[2]), quiet=True)
server.start_background()
print("ready", flush=True)
"""
"""Followed by `TELL`; `perf_counter` is one clock for all processes."""
TELL: Final = """
for line in sys.stdin:
    said = list(heard)
    print(json.dumps(said), flush=True)
    del heard[: len(said)]
"""
"""When the hook was called, each time that it is asked. What is heard while it is told is told the next time: cleared
here, it was lost, and who waited for it waited without end."""
