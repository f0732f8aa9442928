"""Attributes of HDF5 objects: texts, numbers and lists of them. References, compounds and the rest are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded
from fumehood.datasets.h5ad import headers

if TYPE_CHECKING:
    from typing import Any

    from fumehood.datasets.h5ad.heaps import Heaps


def read(id: Any, name: str, place: str, heaps: Heaps) -> Any:
    """The value as Python has it, or None where there is no such attribute, or it lies where its size is not known."""
    import h5py
    import numpy as np

    label = name.encode()
    try:
        if not h5py.h5a.exists(id, label):
            return None
        attribute = h5py.h5a.open(id, label)
        shape, kind = attribute.shape, attribute.get_type()
        if shape == (0,):
            return []  # HDF5 has no size for it
        size = attribute.get_storage_size()
        if len(shape) > 1 or (shape and shape[0] > limits.DATASET_MEMBERS) or size > limits.DATASET_ATTRIBUTE:
            raise LimitExceeded(f"The attribute {name!r} of {place} is too large.", place=place)
        if kind.get_class() == h5py.h5t.STRING:
            if kind.is_variable_str() and not _bounded(id, label, shape[0] if shape else 1, place, heaps):
                return None
            return _texts(attribute, kind, shape)
        if kind.get_class() not in (h5py.h5t.INTEGER, h5py.h5t.FLOAT, h5py.h5t.ENUM):
            raise DatasetMemberUnreadable(
                f"The attribute {name!r} of {place} is of a type that is not read.", place=place
            )
        value = np.empty(shape, kind.dtype)
        attribute.read(value)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise DatasetMemberUnreadable(f"The attribute {name!r} of {place} is damaged.", place=place) from error
    return value.tolist()


def _bounded(id: Any, label: bytes, count: int, place: str, heaps: Heaps) -> bool:
    """Whether the texts could be found; refuses those that are too much together, or lie in a damaged heap."""
    import numpy as np

    found = headers.places(id, label, count)
    if found is None:
        return False
    if sum(length for length, _ in found) > limits.DATASET_ATTRIBUTE:
        raise LimitExceeded(f"The texts of {label.decode()!r} of {place} are too long.", place=place)
    heaps.look(np.array([address for _, address in found], np.uint64), place)
    return True


def _texts(attribute: Any, kind: Any, shape: tuple[int, ...]) -> str | list[str]:
    import h5py
    import numpy as np

    memory = np.dtype("O", metadata={"vlen": bytes}) if kind.is_variable_str() else np.dtype(f"S{kind.get_size()}")
    value = np.empty(shape, memory)
    attribute.read(value, mtype=h5py.h5t.py_create(memory))
    texts = [bytes(text or b"").decode("utf-8", "replace") for text in value.reshape(-1).tolist()]
    return texts if shape else texts[0]
