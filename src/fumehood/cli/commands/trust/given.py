"""What was approved: found by a notebook's file or id, and said."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from fumehood.core.errors import NotApproved
from fumehood.protocol.trust import Given


def find(approvals: Sequence[Given], notebook: str) -> Given:
    """By path, or by the first digits of its id. Raises NotApproved."""
    wanted = {str(Path(notebook).absolute()), os.path.realpath(notebook)}
    found = [one for one in approvals if one.path in wanted]
    if not found and len(notebook) >= 6:
        found = [one for one in approvals if one.notebook.startswith(notebook)]
    if len(found) != 1:
        raise NotApproved(f"There is no approval of {notebook}.", hint="`hood trust list` has those that are.")
    return found[0]


def when(given: Given) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(given.at)) if given.at else ""
