"""What the package offers by name is there, and importing the package loads none of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import fumehood


def test_everything_that_is_offered_is_there() -> None:
    for name in fumehood._OFFERED:
        assert name in dir(fumehood)
        assert getattr(fumehood, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'shwo'"):
        _ = fumehood.shwo


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, fumehood; print([name for name in sys.modules if name.startswith('fumehood.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
