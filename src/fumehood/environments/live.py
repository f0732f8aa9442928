"""Whether a change of plan can reach a running kernel: where it adds packages, and touches none that is there.

A pure question about an environment and an approved plan. The same file of every package that there was, hash by hash,
the same Python: then a kernel that already imported half of them goes on with exactly those, and finds the added ones
besides (`runtime.extending`). Anything else (another version, a package less) needs a restart, because nobody can say
what a process that has one version imported does with the files of another.
"""

from __future__ import annotations

from typing import NamedTuple

from fumehood.protocol.trust import Package, Plan


class Has(NamedTuple):
    """What an environment has."""

    python: str
    platform: str
    files: frozenset[tuple[str, str, str]]
    """Name, version and hash of each package."""


def has(plan: Plan) -> Has:
    """What one that is built to this plan has."""
    return Has(plan.python, plan.platform, frozenset(_file(one) for one in plan.packages if not one.builder))


def adds_only(before: Has, after: Plan) -> bool:
    then = has(after)
    return before[:2] == then[:2] and before.files <= then.files


def _file(one: Package) -> tuple[str, str, str]:
    return one.name, one.version, one.hash
