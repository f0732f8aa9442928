"""A cell tried to install packages, and nothing was installed: the person is told, and offered to add them.

What was refused is what the kernel's guards wrote down (`kernels.guards`), so it holds for whatever a cell ran and not
for what it only mentions. A hostile kernel can write anything there: it is read within bounds, and what comes of it is
one notice and an offer, behind which stand the sheet and the gate. What conda calls a package may be another one on
PyPI, and an address or a folder is not added by a press: these are told and not offered.
"""

from __future__ import annotations

from typing import Final

from fumehood.core import limits
from fumehood.core.errors import InstallRefused
from fumehood.protocol.events import Noticed
from fumehood.runtime.desk import Desk
from fumehood.runtime.life import is_python

_SHOWN: Final = 80
_TOLD: Final = 3
_FORGET: Final = "__import__('os').environ.pop('_PIP_RUNNING_IN_SUBPROCESS', None)"
"""An older pip that is run within the kernel leaves a word there, by which the next one takes itself for the one that
the guard let in."""


def tell(desk: Desk, cell: str) -> None:
    """After each cell."""
    if desk.life.kernel is None or not (commands := desk.life.kernel.refused()):
        return
    if is_python(desk.life.kernel.spec):
        _held = desk.start(_forgotten(desk), "pip forgets")
    names = wanted(commands)
    what = " ".join(commands[0])
    what = what if len(what) <= _SHOWN else what[: _SHOWN - 1] + "…"
    more = f" and {len(commands) - 1} more" if len(commands) > 1 else ""
    told = ", ".join(names[:_TOLD]) + (f" and {len(names) - _TOLD} more" if len(names) > _TOLD else "")
    hint = f"Add {told} to this notebook." if names else "Add what it asks for to this notebook's packages."
    error = InstallRefused(f"Nothing was installed by `{what}`{more}: cells do not install packages.", hint=hint)
    desk.say(
        Noticed(
            time=desk.clock(),
            code=error.code,
            message=error.message,
            hint=error.hint,
            cell=cell,
            package="\n".join(names),
        )
    )


async def _forgotten(desk: Desk) -> None:
    await desk.life.say_quietly(_FORGET)


def wanted(commands: list[list[str]]) -> tuple[str, ...]:
    """What they ask PyPI for by name."""
    from packaging.requirements import InvalidRequirement, Requirement

    from fumehood.environments.asking.commands import of_words

    found: dict[str, str] = {}
    for words in commands:
        for command in of_words(words[: limits.REFUSED_WORDS]):
            for ecosystem, text in command.wanted:
                try:
                    parsed = Requirement(text)
                except (InvalidRequirement, ValueError, RecursionError):
                    continue
                if ecosystem == "pypi" and parsed.url is None and len(text) <= limits.ASKED_TEXT:
                    found.setdefault(parsed.name.lower(), text)
    return tuple(found.values())[: limits.REFUSED_OFFERED]
