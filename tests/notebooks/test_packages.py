"""A notebook's package from the real registry: approved, installed, run, changed, and asked about again."""

from __future__ import annotations

from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.core.errors import NotApproved
from tests.daemon.trusted import notebook

pytestmark = [pytest.mark.timeout(300), pytest.mark.all]


def test_a_package_of_the_registry_is_approved_installed_run_and_a_change_is_asked_about(home: Path) -> None:
    path = notebook(home / "a.ipynb", "humanize", cells=("import humanize; humanize.intcomma(1000)",))
    with blocking.connect() as client:
        with client.open(path) as book:
            cell = book.cells[0].id
            with pytest.raises(NotApproved):
                book.start()
            sheet = book.check()
            assert sheet.plan is not None, sheet.problem
            assert "humanize" in [one.name for one in sheet.plan.packages if one.direct]
            assert all(one.hash.startswith("sha256:") for one in sheet.plan.packages)
            book.approve(sheet)
            assert book.execute(cell, timeout=200).value == "'1,000'"
            assert book.state.trust.environment
            book.shutdown(force=True)
            book.change_dependencies(add=["natsort"])
            with pytest.raises(NotApproved):
                book.execute(cell, timeout=60)
            again = book.check()
            assert ("added", "package", "natsort") in [(one.kind, one.what, one.name) for one in again.changes]
            book.approve(again)
            assert book.execute(cell, timeout=200).value == "'1,000'"
        client.stop_daemon(kill=True)
