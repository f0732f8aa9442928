"""Golden vectors of order keys: what `document.order` answers, which the page's twin must answer too."""

from __future__ import annotations

import json
import random
from pathlib import Path

from fumehood.document import order

_PATH = Path(__file__).resolve().parent.parent / "web/packages/shell/src/notebook/golden/order.json"


def files() -> dict[Path, str]:
    return {_PATH: json.dumps({"between": _between(), "spread": _spread()}, indent=1) + "\n"}


def _ends() -> list[tuple[str | None, str | None]]:
    fixed: list[tuple[str | None, str | None]] = [
        (None, None),
        (None, "1"),
        (None, "0001"),
        ("z", None),
        ("zzzz", None),
        ("zzzzzzzzzzzz", None),
        ("A", "B"),
        ("A", "A1"),
        ("A", "A0001"),
        ("V", "V"),
        ("b", "a"),
        ("Az", "B"),
    ]
    rng = random.Random(3)
    for _ in range(40):
        low, high = sorted(_key(rng) for _ in range(2))
        fixed.append((low, high))
    return fixed


def _key(rng: random.Random) -> str:
    return "".join(rng.choice(order.DIGITS) for _ in range(rng.choice((1, 2, 4, 7, 20)))) + rng.choice(order.DIGITS[1:])


def _between() -> list[dict[str, object]]:
    rng = random.Random(4)
    vectors: list[dict[str, object]] = []
    for low, high in _ends():
        # The number that is drawn, before it is brought below a bound.
        draw = rng.randrange(2**32)
        key = order.between(low, high, lambda below, draw=draw: draw % below)  # type: ignore[misc]
        vectors.append({"low": low, "high": high, "draw": draw, "key": key})
    return vectors


def _spread() -> list[dict[str, object]]:
    return [
        {"low": low, "high": high, "count": count, "keys": order.spread(low, high, count)}
        for low, high in _ends()[::3]
        for count in (1, 7)
    ]
