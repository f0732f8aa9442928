"""What a notebook and the folder beside it ask to have installed; read offline and only shown."""

from __future__ import annotations

from fumehood.environments.asking.canonical import canonical, digest
from fumehood.environments.asking.magics import Install, intercept
from fumehood.environments.asking.reading import asks, read, speaks
from fumehood.environments.asking.tables import files

__all__ = ["Install", "asks", "canonical", "digest", "files", "intercept", "read", "speaks"]
