from __future__ import annotations

import pytest

from fumehood.trust.lookalikes import Names


@pytest.fixture(scope="session")
def names() -> Names:
    return Names.load()
