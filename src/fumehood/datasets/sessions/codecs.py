"""Sets of cells and codes of categories, as the bytes of a session.

A set is a count and the gaps between sorted indices, as LEB128; codes are raw (one or two bytes each) or runs. Counts
are a stranger's: each is held against the bytes that there are and against the cells that there are, before memory is
taken. Work is done in pieces, so that what is needed besides the result stays a few megabytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fumehood.core.errors import LimitExceeded, SessionUnreadable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIECE: Final = 1 << 18
_WIDEST: Final = 5
"""Bytes of a number below 2**32; longer spellings of it are refused."""
RAW_BYTES: Final = 0
RAW_WORDS: Final = 1
RUNS: Final = 2
_RAW: Final = {RAW_BYTES: "u1", RAW_WORDS: "<u2", 4: "<u4"}
_RUNS: Final = {RUNS: 0xFFFF, 3: 0xFFFF, 5: 0xFFFF_FFFF}
"""The ways 3 to 5 came with cellucid 0.9.1 and later, still in format 1."""


def cells_bound(count: int) -> int:
    """How many bytes a set of at most `count` cells can have."""
    return _WIDEST * (count + 1)


def codes_bound(count: int) -> int:
    """How many bytes the codes of `count` cells can have: as runs, in the worst case, one for each of them."""
    return 1 + 2 * _WIDEST + 2 * _WIDEST * count


def decode_cells(data: bytes, cells: int) -> NDArray[Any]:
    """Sorted, distinct indices below `cells`, as uint32. Raises SessionUnreadable."""
    import numpy as np

    count, at = _number(data, 0)
    if count > cells:
        raise SessionUnreadable(f"A group says it has {count} cells; the data has {cells}.")
    found = _numbers(data, at, count)
    last = int(found.sum(dtype=np.uint64))
    if count and last >= cells:
        raise SessionUnreadable(f"A group has the cell {last}; the data has {cells}.")
    repeated = count > 1 and not found[1:].all()
    np.cumsum(found, dtype=np.uint32, out=found)
    return np.unique(found) if repeated else found


def encode_cells(indices: NDArray[Any]) -> bytes:
    """Of sorted, distinct indices."""
    import numpy as np

    gaps = np.diff(indices.astype(np.int64), prepend=0)
    return _bytes(np.array([len(indices)], dtype=np.int64)) + _bytes(gaps)


def decode_codes(data: bytes, length: int) -> NDArray[Any]:
    """Exactly `length` codes, as uint8, uint16 or uint32. Raises SessionUnreadable."""
    import numpy as np

    if not data:
        raise SessionUnreadable("A field has no codes.")
    said, at = _number(data, 1)
    if said != length:
        raise SessionUnreadable(f"A field has {said} codes where {length} belong.")
    if data[0] in _RAW:
        kind = np.dtype(_RAW[data[0]])
        if len(data) - at != length * kind.itemsize:
            raise SessionUnreadable("A field has more or fewer codes than it says.")
        return np.frombuffer(data, kind, length, at).astype(kind.newbyteorder("="))
    if data[0] not in _RUNS:
        raise SessionUnreadable(f"A field's codes are packed in way {data[0]}, which is not known.")
    pairs, at = _number(data, at)
    if 2 * pairs > len(data) - at:
        raise SessionUnreadable("A field's runs end in the middle.")
    both = _numbers(data, at, 2 * pairs)
    codes, runs = both[0::2], both[1::2]
    if int(runs.sum(dtype=np.uint64)) != length:
        raise SessionUnreadable(f"The runs of a field do not make up its {length} codes.")
    top = int(codes.max()) if pairs else 0
    if top > _RUNS[data[0]]:
        raise SessionUnreadable(f"A field has the code {top}; there are none above {_RUNS[data[0]]}.")
    return np.repeat(codes.astype(np.min_scalar_type(top)), runs.astype(np.int64))


def encode_codes(codes: NDArray[Any]) -> bytes:
    """As runs or raw, whichever is shorter."""
    import numpy as np

    codes = np.asarray(codes, dtype=np.uint16)
    narrow = not len(codes) or int(codes.max()) < 256
    head = _bytes(np.array([len(codes)], dtype=np.int64))
    starts = np.flatnonzero(np.diff(codes.astype(np.int32), prepend=-1))
    raw = len(codes) * (1 if narrow else 2)
    if 2 * len(starts) < raw:
        runs = np.diff(starts, append=len(codes))
        both = np.stack([codes[starts].astype(np.int64), runs.astype(np.int64)], axis=1).ravel()
        packed = _bytes(np.array([len(starts)], dtype=np.int64)) + _bytes(both)
        if len(packed) < raw:
            return bytes([RUNS]) + head + packed
    kind = RAW_BYTES if narrow else RAW_WORDS
    return bytes([kind]) + head + codes.astype("u1" if narrow else "<u2").tobytes()


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(at, min(at + _WIDEST, len(data))):
        value |= (data[index] & 0x7F) << (7 * (index - at))
        if data[index] < 0x80:
            if value >= 2**32:
                break
            return value, index + 1
    raise SessionUnreadable("A number of the session ends in the middle, or is too large.")


def _numbers(data: bytes, at: int, count: int) -> NDArray[Any]:
    """Exactly `count` numbers, which are all that is left, as uint32."""
    import numpy as np

    if count > len(data) - at:
        raise SessionUnreadable("A list of the session ends before what it says it holds.")
    whole = np.frombuffer(data, np.uint8, len(data) - at, at)
    values = np.empty(count, np.uint32)
    done, start = 0, 0
    while done < count:
        piece = whole[start : start + _PIECE]
        ends = np.flatnonzero(piece < 0x80)[: count - done]
        if not len(ends):
            raise SessionUnreadable("A number of the session ends in the middle, or is too large.")
        begins = np.empty_like(ends)
        begins[0] = 0
        begins[1:] = ends[:-1] + 1
        widths = ends - begins + 1
        if int(widths.max()) > _WIDEST:
            raise SessionUnreadable("A number of the session is too large.")
        found = (piece[begins] & 0x7F).astype(np.uint64)
        for more in range(1, int(widths.max())):
            wide = widths > more
            found[wide] |= (piece[begins[wide] + more] & 0x7F).astype(np.uint64) << np.uint64(7 * more)
        if int(found.max()) >= 2**32:
            raise SessionUnreadable("A number of the session is too large.")
        values[done : done + len(found)] = found
        done += len(found)
        start += int(ends[-1]) + 1
    if start != len(whole):
        raise SessionUnreadable("Something follows a list of the session.")
    return values


def _bytes(values: NDArray[Any]) -> bytes:
    """Numbers below 2**32, one after the other."""
    import numpy as np

    if len(values) and int(values.max()) >= 2**32:
        raise LimitExceeded("A session holds no numbers above 4294967295.")
    parts = []
    for first in range(0, len(values), _PIECE):
        piece = values[first : first + _PIECE].astype(np.uint64)
        widths = np.ones(len(piece), np.int64)
        for more in range(1, _WIDEST):
            widths += piece >= np.uint64(1 << (7 * more))
        ends = np.cumsum(widths)
        out = np.empty(int(ends[-1]), np.uint8)
        begins = ends - widths
        for more in range(int(widths.max())):
            here = widths > more
            part = ((piece[here] >> np.uint64(7 * more)) & np.uint64(0x7F)).astype(np.uint8)
            out[begins[here] + more] = part | np.where(widths[here] > more + 1, 0x80, 0).astype(np.uint8)
        parts.append(out.tobytes())
    return b"".join(parts)
