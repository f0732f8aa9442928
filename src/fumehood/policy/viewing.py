"""The effective policy as clients are shown it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from fumehood.policy.file import Trouble
from fumehood.policy.merging import Said, effective
from fumehood.policy.reading import Both
from fumehood.protocol import policy as wire


def viewed(said: Said, files: Both, notebook: str = "", troubles: Iterable[Trouble] = ()) -> wire.PolicyView:
    """`troubles`: of the notebook's own keys."""
    problems = [_problem(str(one.path), trouble) for one in files for trouble in one.troubles]
    problems += [_problem(notebook, trouble) for trouble in troubles]
    return wire.PolicyView(
        own=_of(said, "own"),
        stranger=_of(said, "stranger"),
        boxed=_of(said, "boxed"),
        allowed=said.allowed,
        problems=tuple(problems),
        files=tuple(str(one.path) for one in files if one.there),
    )


def _of(said: Said, origin: wire.Origin) -> wire.PolicyOf:
    found = effective(said, origin)
    return wire.PolicyOf(levers=found.levers.to_wire(), cap=found.cap.to_wire(), sources=dict(found.sources))


def _problem(file: str, trouble: Trouble) -> wire.Problem:
    return wire.Problem(file, trouble.line, trouble.message, trouble.hint)
