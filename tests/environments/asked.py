"""What notebooks of these tests ask for."""

from __future__ import annotations

from packaging.requirements import Requirement as Pep508

from fumehood.protocol.trust import Asked, Asker, Index, IndexRole, Requirement, RequirementKind
from fumehood.testing import indexes

ASKER = Asker(kind="metadata", name="runt.uv")
#: A machine on which nobody set anything.
PLAIN = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


def of(
    shop: indexes.Index, *texts: str, foreign: bool = False, python: str = "", more: tuple[Index, ...] = ()
) -> Asked:
    return Asked(
        requirements=tuple(named(text) for text in texts),
        indexes=(index_of(shop, "default", foreign=foreign), *more),
        python=python,
    )


def named(text: str) -> Requirement:
    return Requirement(text=text, ecosystem="pypi", kind="index", name=Pep508(text).name, asker=ASKER)


def address(text: str, kind: RequirementKind = "url", host: str = "") -> Requirement:
    return Requirement(text=text, ecosystem="pypi", kind=kind, name="", asker=ASKER, host=host)


def index_of(shop: indexes.Index, role: IndexRole, *, foreign: bool) -> Index:
    return Index(url=shop.url, host=shop.host, role=role, foreign=foreign, asker=ASKER)
