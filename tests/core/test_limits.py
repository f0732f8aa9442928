from __future__ import annotations

import ast
import inspect

from fumehood.core import limits


def names() -> dict[str, float]:
    return {name: value for name, value in vars(limits).items() if name.isupper() and isinstance(value, int | float)}


def test_every_bound_is_a_constant_above_zero() -> None:
    assert [name for name, value in names().items() if value <= 0] == []
    tree = ast.parse(inspect.getsource(limits))
    assigned = [node for node in tree.body if isinstance(node, ast.AnnAssign | ast.Assign)]
    assert all(isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "Final" for node in assigned)


def test_what_is_sent_in_parts_fits_into_what_carries_it() -> None:
    assert limits.BLOB_CHUNK < limits.STREAM_FRAME
    assert limits.STREAM_OPEN_TEXT * 4 < limits.STREAM_FRAME, "a code point has at most four bytes"
    assert limits.INLINE_TEXT * 4 < limits.RPC_MESSAGE
    assert limits.CELL_SOURCE_BYTES < limits.RPC_MESSAGE, "a cell can be sent in one request"
    assert limits.CELL_SOURCE_BYTES < limits.STREAM_FRAME + 1, "a cell can be sent to its runtime"


def test_interrupts_become_more_urgent() -> None:
    assert list(limits.INTERRUPT_STEPS) == sorted(limits.INTERRUPT_STEPS)
    assert limits.INTERRUPT_STEPS[-1] < limits.INTERRUPT_PATIENCE
