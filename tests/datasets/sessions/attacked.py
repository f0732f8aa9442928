"""A program that applies hostile sessions, with cellucid's functions or with ours, and says what that cost.

    python attacked.py theirs|ours FOLDER     one JSON line for each *.session of the folder

Each line: name, outcome ("applied" or the error's class), grew (MiB of resident memory above what was there before).
The options of one attack are beside it, in NAME.json.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd

warnings.simplefilter("ignore")


def status(key: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key))
    return int(line.split()[1])


def data() -> Any:
    obs = pd.DataFrame({"cell_type": list("aabbccddee")}, index=[f"cell{n}" for n in range(10)])
    return anndata.AnnData(np.zeros((10, 3), "f4"), obs=obs)


def apply(whose: str, path: Path, options: dict[str, Any]) -> Any:
    if whose == "theirs":
        from cellucid.anndata_session import apply_cellucid_session_to_anndata

        return apply_cellucid_session_to_anndata(str(path), data(), **options)
    from fumehood.datasets.sessions.session import Session

    return Session.open(path).apply_to_anndata(data(), **options)


def main(whose: str, folder: Path) -> None:
    apply(whose, folder / "innocent.session", {})  # everything is imported
    for path in sorted(folder.glob("*.session")):
        beside = path.with_suffix(".json")
        options = json.loads(beside.read_text()) if beside.is_file() else {}
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
        before = status("VmRSS")
        columns: dict[str, str] = {}
        try:
            columns = {str(name): str(one) for name, one in apply(whose, path, options).obs.dtypes.items()}
            outcome = "applied"
        except Exception as error:
            outcome = type(error).__name__
        grew = (status("VmHWM") - before) / 1024
        print(json.dumps({"name": path.stem, "outcome": outcome, "grew": grew, "columns": columns}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
