"""Whether a change of plan can reach a running kernel: where it adds packages, and touches none that is there.

A pure question about two approved plans. The same file of every package that there was, hash by hash, the same Python:
then a kernel that already imported half of them goes on with exactly those, and finds the added ones besides
(`runtime.extending`). Anything else (another version, a package less) needs a restart, because nobody can say what a
process that has one version imported does with the files of another.
"""

from __future__ import annotations

from fumehood.protocol.trust import Package, Plan


def adds_only(before: Plan, after: Plan) -> bool:
    if (before.python, before.platform) != (after.python, after.platform):
        return False
    return _files(before) <= _files(after)


def added(before: Plan, after: Plan) -> tuple[Package, ...]:
    """What is in `after` alone."""
    there = _files(before)
    return tuple(one for one in after.packages if not one.builder and (one.name, one.version, one.hash) not in there)


def _files(plan: Plan) -> set[tuple[str, str, str]]:
    return {(one.name, one.version, one.hash) for one in plan.packages if not one.builder}
