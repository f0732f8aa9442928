from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]

HERE = Path(__file__).parent
PEERS = ROOT / ".peers" / "bin" / "python"


def run_program(python: Path | str, program: str, *arguments: str | Path) -> list[dict[str, Any]]:
    """What a program of this folder says, a JSON object a line."""
    mine = {"PYTHONPATH": str(ROOT / "src")} if str(python) == sys.executable else {}
    done = subprocess.run(
        [str(python), str(HERE / program), *map(str, arguments)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(arguments[-1]), "PYTHONNOUSERSITE": "1", **mine},
        capture_output=True,
        timeout=55,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def make(cells: int = 40, genes: int = 6) -> Any:
    import anndata
    import pandas as pd

    obs = pd.DataFrame(
        {
            "cell_type": pd.Categorical([("B cell", "T cell", "NK")[n % 3] for n in range(cells)]),
            "score": np.linspace(0, 1, cells),
        },
        index=[f"AAAC{n}-1" for n in range(cells)],
    )
    return anndata.AnnData(
        np.ones((cells, genes), np.float32), obs=obs, var=pd.DataFrame(index=[f"gene{n}" for n in range(genes)])
    )


@pytest.fixture
def adata() -> Any:
    return make()
