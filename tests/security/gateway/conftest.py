from __future__ import annotations

from tests.doors.conftest import folder, gate

__all__ = ["folder", "gate"]
