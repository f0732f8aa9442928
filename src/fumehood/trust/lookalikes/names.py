"""Judges names. A value without state: any thread may ask it, and two questions never meet."""

from __future__ import annotations

import datetime
from pathlib import Path

from fumehood.core import limits
from fumehood.trust.lookalikes import foreign, forms, layout, likenesses, nearby, scoring
from fumehood.trust.lookalikes.index import FILE, Index
from fumehood.trust.lookalikes.likenesses import Likeness
from fumehood.trust.lookalikes.verdict import Judgement, Verdict


class Names:
    def __init__(self, index: Index) -> None:
        self._index = index

    @classmethod
    def load(cls, file: Path = FILE) -> Names:
        return cls(Index.open(file))

    @property
    def day(self) -> datetime.date:
        """Of the list: a name that came later is unknown to it."""
        number = self._index.day
        return datetime.date(number // 10000, number // 100 % 100, number % 100)

    def judge(self, name: str) -> Judgement:
        """What is to be said about this name. It may be any text."""
        if not forms.is_valid(name):
            return self._impossible(name)
        normal = forms.normal(name)
        number = self._index.number(normal)
        if number is not None and self._index.kind(number) in (layout.PACKAGE, layout.VOUCHED):
            return Judgement(name=name, verdict="ok", score=0.0, rank=self._index.rank(number), known=True)
        known = self._index.is_known(normal.encode())
        if number is not None:
            return self._called_otherwise(name, number, known)
        best, score = self._best(normal, known)
        if not known and score < scoring.WARN and (near := nearby.nearest(self._index, normal)) is not None:
            near_score = scoring.score(near.points, known=False)
            if near_score > max(score, scoring.TOLD):
                return _near(name, near, near_score)
        if best is None or score < scoring.TOLD:
            reasons = () if known else (_UNKNOWN,)
            return Judgement(name=name, verdict="ok" if known else "stop", score=0.0, known=known, reasons=reasons)
        return self._alike(name, best, score, known)

    def _best(self, normal: str, known: bool) -> tuple[Likeness | None, float]:
        found = likenesses.found(self._index, normal)
        best = max(found, key=lambda one: (one.points, -one.number), default=None)
        return best, 0.0 if best is None else scoring.score(best.points, known)

    def _alike(self, name: str, likeness: Likeness, score: float, known: bool) -> Judgement:
        target, rank = self._target(likeness.number)
        reasons = likeness.reasons if known else (*likeness.reasons, _UNKNOWN)
        return Judgement(
            name=name,
            verdict=_verdict(score, known),
            score=score,
            target=target,
            target_rank=rank,
            known=known,
            reasons=reasons,
        )

    def _called_otherwise(self, name: str, number: int, known: bool) -> Judgement:
        """A name that is imported or spoken, of a package that is called otherwise."""
        kind = self._index.kind(number)
        target, rank = self._target(number)
        reason = {
            layout.IMPORTED: f"import: '{self._index.name(number)}' is imported; the package is called {target}",
            layout.SPOKEN: f"alias: the package is called {target}",
            layout.STANDARD: "standard library: it comes with Python, there is nothing to install",
        }[kind]
        reasons = (reason,) if known else (reason, _UNKNOWN)
        # Where somebody has this name, it is more often than not in good faith: it is asked about, not stopped.
        verdict: Verdict = "warn" if known else "stop"
        score = (scoring.WARN + scoring.STOP) / 2 if known else 0.9
        return Judgement(
            name=name, verdict=verdict, score=score, target=target, target_rank=rank, known=known, reasons=reasons
        )

    def _target(self, number: int) -> tuple[str | None, int | None]:
        meant = self._index.meant(number)
        if meant is None:
            return self._index.name(number), None
        return self._index.name(meant), self._index.rank(meant)

    def _impossible(self, name: str) -> Judgement:
        plain, reasons = foreign.explained(name)
        target, rank = None, None
        if plain is not None and forms.is_valid(plain):
            meant = self.judge(plain)
            target, rank = (
                (meant.target, meant.target_rank) if meant.rank is None else (forms.normal(plain), meant.rank)
            )
        return Judgement(
            name=name[: limits.PACKAGE_NAME_SHOWN],
            verdict="block",
            score=0.0 if target is None else 1.0,
            target=target,
            target_rank=rank,
            reasons=reasons,
        )


def _near(name: str, near: nearby.Nearby, score: float) -> Judgement:
    reasons = (*near.reasons, _UNKNOWN)
    return Judgement(name=name, verdict="stop", score=score, target=near.name, reasons=reasons)


_UNKNOWN = "unknown: no index had this name on the day of the list"


def _verdict(score: float, known: bool) -> Verdict:
    if score >= scoring.STOP or not known:
        return "stop"
    return "warn" if score >= scoring.WARN else "ok"
