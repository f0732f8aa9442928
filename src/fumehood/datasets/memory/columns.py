"""Columns of a DataFrame, pandas' or a lazy one, as codes or numbers; read when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded
from fumehood.datasets.columns import packed
from fumehood.datasets.dataset import ColumnKind

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray


class FrameColumn:
    """One column, found in its table anew each time: the table is the user's, and may have another one by then."""

    def __init__(self, adata: Any, key: str, place: str) -> None:
        self._adata, self._key, self._place = adata, key, place
        self.kind = kind_of(adata.obs[key].dtype)
        self.names = are_names(adata.obs, key)

    def categories(self) -> tuple[str, ...]:
        return () if self.kind == "continuous" else self._coded()[0]

    def codes(self) -> NDArray[Any]:
        if self.kind == "continuous":
            raise DatasetMemberUnreadable(f"{self._place} is a column of numbers, without categories.")
        return self._coded()[1]

    def values(self) -> NDArray[np.float32]:
        import numpy as np

        if self.kind == "category":
            raise DatasetMemberUnreadable(f"{self._place} is a column of categories, not of numbers.")
        values = series(self._adata.obs, self._key)
        with np.errstate(over="ignore"):
            result: NDArray[np.float32] = values.to_numpy(dtype=np.float32, na_value=np.nan)
        return result

    def _coded(self) -> tuple[tuple[str, ...], NDArray[Any]]:
        import pandas as pd

        values = series(self._adata.obs, self._key)
        if not isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype("category")
        categories = tuple(str(category) for category in values.cat.categories)
        if len(categories) > limits.DATASET_CATEGORIES:
            raise LimitExceeded(f"{self._place} has {len(categories):,} categories: they are names.", place=self._place)
        return categories, packed(values.cat.codes.to_numpy(), len(categories))


def kind_of(dtype: Any) -> ColumnKind:
    """Numbers are continuous; booleans, texts, categories and whatever else there is are categories."""
    import pandas as pd

    numeric = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype)
    return "continuous" if numeric and not pd.api.types.is_bool_dtype(dtype) else "category"


def are_names(frame: Any, key: str) -> bool:
    """Whether a column tells cells apart rather than kinds of them; found without reading a long one."""
    import pandas as pd

    dtype = frame[key].dtype
    if kind_of(dtype) == "continuous" or len(frame) <= limits.DATASET_CATEGORIES:
        return False
    if isinstance(dtype, pd.CategoricalDtype):
        return len(dtype.categories) > limits.DATASET_CATEGORIES
    first = frame[key][: limits.DATASET_SAMPLE]
    return len(set(map(str, getattr(first, "values", first)))) == limits.DATASET_SAMPLE


def one_of(frame: Any, key: str) -> Any:
    """A table in memory may have several columns of one name, which is no column then."""
    import pandas as pd

    found = frame[key]
    if isinstance(found, pd.DataFrame):
        raise DatasetMemberUnreadable(f"There are several columns {key!r}.")
    return found


def series(frame: Any, key: str) -> Any:
    """As pandas has it; of a lazy table one column is read."""
    import pandas as pd

    found = one_of(frame, key)
    if isinstance(found, pd.Series):
        return found
    values = found.to_series()
    return values.astype(found.dtype) if isinstance(found.dtype, pd.CategoricalDtype) else values
