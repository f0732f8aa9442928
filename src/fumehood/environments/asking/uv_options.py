"""What `uv.toml` and `[tool.uv]` change about where packages come from, and what uv's options change about which.

The form is the same in a project, in a `# /// script` block and in the user's own configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from fumehood.core import limits
from fumehood.environments.asking import requirement, tables
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.protocol.trust import Asker

_NOT_APPLIED: Final = (
    "constraint-dependencies",
    "override-dependencies",
    "exclude-dependencies",
    "build-constraint-dependencies",
    "dependency-metadata",
    "index-strategy",
    "exclude-newer",
    "resolution",
    "no-build-isolation",
    "allow-insecure-host",
    "torch-backend",
)


class UvOptions:
    """One table of uv's options, said by `asker`."""

    def __init__(self, table: Mapping[str, Any], asker: Asker, gathered: Gathered) -> None:
        self._table = table
        self._asker = asker
        self._gathered = gathered
        sources = table.get("sources")
        self._sources: dict[str, object] = {}
        if isinstance(sources, Mapping):
            self._sources = {canonicalize_name(str(name)): source for name, source in sources.items()}

    def take(self, *, options: bool = True) -> None:
        """Indexes, and where `options` what chooses among versions."""
        self._indexes(self._table)
        pip = self._table.get("pip")
        if isinstance(pip, Mapping):
            self._indexes(pip)
        if not options:
            return
        if self._asker.kind != "file":
            tables.prerelease(self._table.get("prerelease"), self._asker, self._gathered)
        for key in _NOT_APPLIED:
            if self._table.get(key) not in (None, [], {}):
                self._gathered.complain(self._asker, f"uv's `{key}` is not applied here.")

    def require(self, text: object, asker: Asker) -> None:
        """A requirement, from the source that the table names for it."""
        if self._sources and isinstance(text, str) and len(text) <= limits.ASKED_TEXT:
            text = self._sourced(text, asker)
        requirement.pypi(text, asker, self._gathered)

    def _sourced(self, text: str, asker: Asker) -> str:
        try:
            parsed = Pep508(text)
        except (InvalidRequirement, ValueError, RecursionError):
            return text
        source = self._sources.get(canonicalize_name(parsed.name))
        if source is None or parsed.url is not None:
            return text
        extras = f"[{','.join(sorted(parsed.extras))}]" if parsed.extras else ""
        address = requirement.sourced(parsed.name + extras, source, asker, self._gathered)
        if address is None:
            return text
        return f"{address} ; {parsed.marker}" if parsed.marker else address

    def _indexes(self, table: Mapping[str, Any]) -> None:
        self._one(table.get("index-url"), "default")
        for key, role in (("extra-index-url", "extra"), ("find-links", "links")):
            value = table.get(key)
            for one in value if isinstance(value, list) else [value]:
                self._one(one, role)
        indexes = table.get("index")
        for one in indexes if isinstance(indexes, list) else []:
            if isinstance(one, Mapping):
                role = "default" if one.get("default") is True else "links" if one.get("format") == "flat" else "extra"
                self._one(one.get("url"), role)
            else:
                self._gathered.complain(self._asker, f"{plain(str(one), 80)!r} is not an index.")
        if table.get("no-index") is True:
            self._gathered.complain(self._asker, "uv's `no-index` is not applied here.")

    def _one(self, url: object, role: Any) -> None:
        if isinstance(url, str):
            self._gathered.index(url, role, self._asker)
        elif url is not None:
            self._gathered.complain(self._asker, "An index's address must be a text.")
