"""Golden answers: what Python answers to questions of an invented dataset, for the page's own answers to agree with.

The dataset is a formula (`value`), which the test in TypeScript has too.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from fumehood.protocol import viewer as wire
from fumehood.protocol.base import encode_json

TARGET = (
    Path(__file__).resolve().parent.parent
    / "web" / "packages" / "viewer" / "src" / "ask" / "golden" / "answers.json"
)  # fmt: skip
CELLS, GENES = 48, 40
WIDE = 1300
"""Genes of the second dataset: so many that controls of a score are drawn."""
CATEGORIES = ("alpha", "nobody's", "beta", "gamma")
DIGITS = 10


def value(cell: int, gene: int) -> float:
    """Many zeros and ties, a gene that falls below 0, one that is constant, one that nobody has, one with a gap."""
    found = (cell * 31 + gene * 17 + cell * gene * 7) % 23
    if gene == 3:
        return (found - 11) / 8
    if gene == 4:
        return 1.0
    if gene == 5 or found < 9:
        return 0.0
    if gene == 6 and cell == 2:
        return math.nan
    return (found - 8) / 8


def files() -> dict[Path, str]:
    lines = ",\n".join(json.dumps(answer) for answer in _answers())
    return {TARGET: f"[\n{lines}\n]\n"}


def _answers() -> list[dict[str, Any]]:
    import numpy as np

    from fumehood.datasets.cellsets import pack

    def packed(*sets: Any) -> tuple[list[wire.Cells], list[bytes]]:
        found = [pack(np.asarray(one, np.uint32), CELLS) for one in sets]
        return [wire.Cells(one.form, one.count, at) for at, (one, _) in enumerate(found)], [data for _, data in found]

    (some, others), both = packed(range(0, 20), range(20, 33))
    questions: list[tuple[wire.Question, list[bytes], int]] = [
        (wire.Compare(some, others), both, GENES),
        (wire.Compare(some, others, tie_correct=True), both, GENES),
        (wire.Compare(some, None), both, GENES),
        (wire.Compare(some, others, "t-test"), both, GENES),
        (wire.Markers("kind", most=7), [], GENES),
        (wire.Markers(groups=(wire.CellGroup("a", others), wire.CellGroup("b", some)), method="t-test"), both, GENES),
        (wire.Correlate(column="depth"), [], GENES),
        (wire.Correlate(gene=3, cells=some), both, GENES),
        (wire.Score((1, 2, 6)), [], GENES),
        (wire.Score((0, 5, 700, 701, 1299)), [], WIDE),
    ]
    answers = []
    for question, buffers, genes in questions:
        answer = json.loads(encode_json(_table(genes).answer(question, buffers)))
        said = json.loads(encode_json(question))
        sets = [list(buffer) for buffer in buffers]
        answers.append({"question": said, "buffers": sets, "genes": genes, "answer": _rounded(answer)})
    return answers


def _table(genes: int) -> Any:
    import anndata
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp

    from fumehood.datasets.dataset import OpenOptions
    from fumehood.datasets.opening import open_dataset
    from fumehood.datasets.resources import Resources

    values = np.array([[value(cell, gene) for gene in range(genes)] for cell in range(CELLS)], "f4")
    kinds = pd.Categorical.from_codes([(cell * 5) % 4 - (cell % 4 == 1) * 2 for cell in range(CELLS)], CATEGORIES)
    depth = [math.nan if cell == 7 else (cell * 37 % 17) / 4 for cell in range(CELLS)]
    obs = pd.DataFrame({"kind": kinds, "depth": np.array(depth, "f4")}, index=[f"c{cell}" for cell in range(CELLS)])
    var = pd.DataFrame(index=[f"g{gene}" for gene in range(genes)])
    adata = anndata.AnnData(sp.csc_matrix(values), obs, var, obsm={"X_umap": np.zeros((CELLS, 2), "f4")})
    return Resources(open_dataset(adata, OpenOptions()))


def _rounded(said: Any) -> Any:
    if isinstance(said, float):
        return float(f"{said:.{DIGITS}g}")
    if isinstance(said, list):
        return [_rounded(one) for one in said]
    return {name: _rounded(one) for name, one in said.items()} if isinstance(said, dict) else said
