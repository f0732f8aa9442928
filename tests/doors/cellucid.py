"""The peer as it is installed beside ours: its programs in processes of their own, never imported here.

`.peers/bin/python` has 0.0.9; `.peers/cellucid/VERSION` the later ones, which share what that has installed.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".peers" / "bin" / "python"
FIRST = "0.0.9"
LATER = ("0.9.1", "0.9.2", "0.9.3", "0.9.4")


def environment(version: str = FIRST, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FUMEHOOD"))}
    place = {} if version == FIRST else {"PYTHONPATH": str(ROOT / ".peers" / "cellucid" / version)}
    return {**kept, **place, "PYTHONDONTWRITEBYTECODE": "1", **more}


def run(program: str, *words: str, version: str = FIRST) -> str:
    """What the program prints."""
    done = subprocess.run(
        [str(PYTHON), "-c", program, *words], env=environment(version), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@contextlib.contextmanager
def running(
    program: str, *words: str, version: str = FIRST, **more: str
) -> Iterator[tuple[Any, subprocess.Popen[str]]]:
    """The JSON line that the program says first, and the program, which is killed at the end."""
    process = subprocess.Popen(
        [str(PYTHON), "-u", "-c", program, *words],
        env=environment(version, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield said(process), process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str], patience: float = 50) -> Any:
    """The next line of JSON."""
    assert process.stdout is not None
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if not select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
            break
        line = process.stdout.readline()
        if line.startswith("{"):
            return json.loads(line)
        if not line:
            break
    process.kill()
    raise AssertionError(process.communicate()[1][-3000:])


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


SERVE_ANNDATA = """
import json, sys
from cellucid.anndata_server import AnnDataServer
server = AnnDataServer(sys.argv[1], port=int(sys.argv[2]), quiet=True)
server.start_background()
print(json.dumps({"url": server.url}))
sys.stdin.read()
"""
WRITER = """
import inspect, sys
import numpy as np, pandas as pd, scipy.sparse as sp
import cellucid
dice, cells, genes = np.random.default_rng(0), 200, 12
obs = pd.DataFrame({
    "cell type": pd.Categorical(dice.choice(["a", "b/c", "d"], cells)),
    "score": dice.normal(size=cells),
    "n counts": dice.integers(0, 9, cells).astype(float),
})
var = pd.DataFrame(index=["HLA/A", *(f"G{n}" for n in range(1, genes))])
near = sp.random(cells, cells, 0.03, "csr", rng=dice)
near.setdiag(0)
near.eliminate_zeros()
flat, deep, drift = dice.normal(size=(cells, 2)), dice.normal(size=(cells, 3)), dice.normal(size=(cells, 2))
common = dict(
    latent_space=dice.normal(size=(cells, 5)), obs=obs, var=var, connectivities=near.maximum(near.T),
    gene_expression=sp.random(cells, genes, 0.3, "csr", rng=dice), dataset_name="One", dataset_id="one",
)
if "embeddings" in inspect.signature(cellucid.prepare).parameters:
    common |= dict(embeddings={"umap": flat, "deep": deep}, embedding_defaults={"2d": "umap", "3d": "deep"},
                   vector_fields={"velocity": {"umap": drift}}, obs_categorical_dtype="uint8")
else:
    common |= dict(X_umap_2d=flat, X_umap_3d=deep, vector_fields={"velocity_umap_2d": drift})
    if cellucid.__version__ != "0.0.9":
        common |= dict(obs_categorical_dtype="uint8")
for name, more in {
    "f32": {},
    "u8": dict(var_quantization=8, obs_continuous_quantization=8, compression=6),
    "u16": dict(var_quantization=16, obs_continuous_quantization=16),
}.items():
    cellucid.prepare(out_dir=f"{sys.argv[1]}/{name}", **common, **more)
"""
