"""What can be found in a notebook. A rule's id is what people write into their CI: never renamed, never reused."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Level = Literal["error", "warning", "note"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    level: Level
    """Of most of its findings."""
    title: str
    help: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    rule: str
    level: Level
    message: str
    """With text of strangers in it."""
    path: str
    """The file in which it is: the notebook, or one beside it."""
    line: int = 0
    """Of that file, from 1; 0: of the whole."""
    cell: int = 0
    """Of the notebook, from 1."""
    cell_id: str = ""
    cell_line: int = 0


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    name: str
    ecosystem: str
    kind: str
    source: str
    """Where it is written: `runt.uv`, `requirements.txt`, `cell 3`."""
    acts: bool
    """The notebook itself asks for it; else a file beside it, or a cell while it runs."""
    verdict: str
    """Empty where names cannot be judged (conda, addresses without a name)."""
    target: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Of one notebook."""

    path: str
    size: int = 0
    cells: int = 0
    dependencies: tuple[Dependency, ...] = ()
    findings: tuple[Finding, ...] = ()
    more: int = 0
    """Findings beyond the bound."""
    problem: str = ""
    """Why it could not be read."""


def _rule(id: str, level: Level, title: str, help: str) -> tuple[str, Rule]:
    return id, Rule(id=id, level=level, title=title, help=help)


RULES: Final[dict[str, Rule]] = dict(
    (
        _rule(
            "dependency-lookalike",
            "error",
            "A package's name looks like another's",
            "The name differs a little from that of a far better known package, or no index has it. "
            "`hood trust check NAME` says why.",
        ),
        _rule(
            "dependency-direct",
            "warning",
            "A package comes from an address",
            "It comes from a URL, a repository or a path: what is there is code, and it may change.",
        ),
        _rule(
            "dependency-unreadable",
            "warning",
            "What is asked for cannot be read",
            "A table, a block or a requirement that no tool should act on.",
        ),
        _rule(
            "index-foreign",
            "warning",
            "Packages would come from another index",
            "The notebook, or its folder, names an index of its own.",
        ),
        _rule(
            "cell-installs",
            "warning",
            "A cell installs packages",
            "Packages belong into the notebook's dependencies, where they are looked at before they are installed.",
        ),
        _rule(
            "cell-shells-out",
            "note",
            "A cell runs a command",
            "A shell line, a shell cell, or a call that starts a process.",
        ),
        _rule(
            "cell-downloads-and-runs",
            "error",
            "A cell runs what it downloads",
            "What is on the other side may change at any time, and nobody looks at it.",
        ),
        _rule(
            "cell-hides-code",
            "error",
            "A cell runs code that it decodes",
            "Code that is packed into a text is hidden from whoever reads the cell.",
        ),
        _rule(
            "cell-changes-index",
            "warning",
            "A cell changes where packages come from",
            "It sets a variable or an option of pip or uv.",
        ),
        _rule(
            "output-script",
            "warning",
            "A saved output holds a script",
            "HTML, SVG or JavaScript that acts when the notebook is shown. fumehood seals it; other programs may not.",
        ),
        _rule(
            "output-remote",
            "note",
            "A saved output loads something from elsewhere",
            "Whoever is on the other side learns when the notebook is shown, and can change what is.",
        ),
        _rule("output-widget", "note", "A saved output is a widget", "Widgets bring scripts of their packages."),
        _rule(
            "markdown-script",
            "warning",
            "A Markdown cell holds a script",
            "Raw HTML in Markdown that would act where it is shown without a filter.",
        ),
        _rule("output-large", "note", "A saved output is large", "Opening and versioning the notebook gets slow."),
        _rule("notebook-large", "note", "The notebook is large", "Forges complain from 50 MiB on."),
    )
)
