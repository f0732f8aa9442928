"""What every room needs of the daemon around it, as one value that is made once, in `main`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from fumehood.core import limits
from fumehood.core.paths import Paths
from fumehood.store.blobs import BlobStore
from fumehood.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Settings:
    pool: int = limits.POOL_SIZE
    linger: float = limits.ROOM_LINGER
    autosave_quiet: float = limits.AUTOSAVE_QUIET
    autosave_max: float = limits.AUTOSAVE_MAX
    watch: bool = True

    @classmethod
    def of_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """`FUMEHOOD_POOL`: how many warm kernels wait, 0 for none."""
        text = (os.environ if environ is None else environ).get("FUMEHOOD_POOL", "")
        return cls(pool=min(int(text), 16)) if text.isascii() and text.isdigit() else cls()


@dataclass(frozen=True, slots=True)
class Services:
    journal: Journal
    blobs: BlobStore
    paths: Paths
    settings: Settings
