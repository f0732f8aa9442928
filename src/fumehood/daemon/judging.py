"""Names of packages, judged by the list that lies beside the program; read into memory when first asked."""

from __future__ import annotations

from functools import cache

from fumehood.protocol.trust import Judgement
from fumehood.trust.lookalikes import Names


@cache
def _names() -> Names:
    return Names.load()


def judge(name: str) -> Judgement:
    return _names().judge(name)
