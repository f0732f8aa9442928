"""Two tiers of a large matrix: a seeded tenth of it by default, the whole with HOOD_TESTS=all (`make test ALL=1`)."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

ALL = os.environ.get("HOOD_TESTS") == "all"


def tenth(cases: Sequence[T], seed: int | str, *, at_least: int = 1) -> list[T]:
    """A tenth of the cases (rounded up, and `at_least` so many), the same ones for the same seed, in their order.

    For `pytest.mark.parametrize`: it must not depend on anything that differs between the workers of one run.
    """
    if ALL:
        return list(cases)
    count = min(len(cases), max(at_least, -(-len(cases) // 10)))
    # A string seed is hashed by `random` itself, not by `hash()`, which differs from process to process.
    chosen = sorted(random.Random(str(seed)).sample(range(len(cases)), count))
    return [cases[i] for i in chosen]
