"""Pages from elsewhere that are kept for when there is no network (`--viewer-from`)."""

from __future__ import annotations

from fumehood.core.paths import Paths
from fumehood.doors.datasets.hosted import clear


def clear_web_cache() -> int:
    """Removes them; how many there were. The next use fetches its page anew, and holds it against its hash."""
    return clear(Paths.of_user().web_cache)
