"""What was answered, as a table, with the column names of Scanpy's `get.rank_genes_groups_df`: code for that one takes
it.

pandas is imported here, when a table is asked for, and nowhere before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fumehood.core.errors import AnnDataMissing
from fumehood.protocol.viewer import Answer, Compared, Correlated, Ranking

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = {
    "names": "names",
    "scores": "scores",
    "logfoldchanges": "fold_changes",
    "pvals": "p_values",
    "pvals_adj": "adjusted",
    "pct_nz_group": "shares",
    "pct_nz_reference": "other_shares",
    "mean_group": "means",
    "mean_reference": "other_means",
}


def table(answer: Answer, cells: Callable[[], Sequence[str]], named: bool = False) -> pd.DataFrame:
    """`cells`: the names of all of them, asked for a score alone. `named`: with a column that names the groups also
    where there is but one. Raises `AnnDataMissing`."""
    try:
        import pandas as pd
    except ImportError as error:
        raise AnnDataMissing(
            "A table is a DataFrame, and pandas is not installed here.", hint="`pip install pandas`"
        ) from error
    import numpy as np

    if isinstance(answer, Compared):
        frames = [_ranking(one, pd.DataFrame) for one in answer.rankings]
        found = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
        if len(frames) > 1 or named:
            groups = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames])
            names = [one.group for one in answer.rankings]
            alike = len(set(names)) < len(names)
            found.insert(0, "group", np.asarray(names)[groups] if alike else pd.Categorical.from_codes(groups, names))
        return found
    if isinstance(answer, Correlated):
        return pd.DataFrame(
            {
                "names": answer.names,
                "correlations": np.asarray(answer.correlations, float),
                "pvals": np.asarray(answer.p_values, float),
                "pvals_adj": np.asarray(answer.adjusted, float),
            }
        )
    return pd.DataFrame({"score": np.frombuffer(answer.values, "<f4")}, index=list(cells()))


def _ranking(one: Ranking, make: type[pd.DataFrame]) -> pd.DataFrame:
    import numpy as np

    columns = {name: getattr(one, field) for name, field in _COLUMNS.items()}
    return make({name: values if name == "names" else np.asarray(values, float) for name, values in columns.items()})
