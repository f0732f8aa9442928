"""Names of packages, judged by the list that lies beside the program; read into memory when first asked."""

from __future__ import annotations

from functools import cache

from fumehood.protocol.trust import Judgement
from fumehood.trust.lookalikes import Names


@cache
def _names() -> Names:
    return Names.load()


def judge(name: str) -> Judgement:
    found = _names().judge(name)
    return Judgement(
        name=found.name,
        verdict=found.verdict,
        score=found.score,
        target=found.target or "",
        target_rank=found.target_rank or 0,
        rank=found.rank or 0,
        known=found.known,
        reasons=found.reasons,
    )
