"""From the package registry to a running kernel, and a change that is asked about again."""

from __future__ import annotations

from pathlib import Path

import pytest

from fumehood.core.errors import NotApproved
from fumehood.core.paths import Paths
from fumehood.environments import bytecode, live, shelf
from fumehood.environments.building import build
from fumehood.environments.resolving import resolve
from fumehood.environments.sources import DEFAULT_HOSTS
from fumehood.protocol import stream
from fumehood.protocol.trust import Asked
from fumehood.testing.approvals import approved
from tests.environments.asked import named
from tests.runtime.driver import ROOM, bench


def asked(*names: str) -> Asked:
    return Asked(requirements=tuple(named(name) for name in names))


@pytest.mark.all
@pytest.mark.timeout(300)
async def test_approved_packages_of_the_registry_are_installed_and_run_and_a_change_is_asked_about(
    home: Path, paths: Paths
) -> None:
    plan = await resolve(asked("six"), frozenset(), paths)
    assert set(plan.hosts) <= DEFAULT_HOSTS
    (six,) = (one for one in plan.packages if one.direct)
    assert six.uploaded and six.born < six.uploaded, "the index was asked over HTTPS, through the gate"
    word = approved(plan)
    environment = await build(word, plan, paths)
    bytecode.make(environment.folder, bytecode.of_kernel(plan.packages), paths.packages / shelf.LEVEL)
    async with bench(home) as runtime:
        link = await runtime.connect()
        link.send(stream.Adopt(room=ROOM, spec="", cwd=str(home), python=str(environment.python)))
        await link.until(lambda: runtime.record.state.kernel.status in ("idle", "dead"), 60)
        await link.run("a", "import six, sys; print(six.__name__, sys.prefix)")
        assert runtime.record.plain("a") == [f"six {environment.folder}\n"]
        assert [one.processes for one in shelf.standing(paths)] == [(runtime.record.state.kernel.pid,)]
        run = await link.run("b", "import tomli_w")
        assert run.status == "error"
        (notice,) = runtime.record.state.notices
        assert (notice.code, notice.package, notice.cell) == ("environment.module_missing", "tomli-w", "b")
        assert environment.name in notice.message
        # Somebody adds a package: the old word does not hold for the new plan.
        more = await resolve(asked("six", "tomli-w"), frozenset(), paths)
        with pytest.raises(NotApproved):
            await build(word, more, paths)
        second = await build(approved(more), more, paths)
        start = second.folder / "lib"
        compiled = [file for file in start.rglob("*.pyc") if file.stat().st_nlink > 1]
        assert compiled, "what every kernel imports was not compiled a second time"
        # Nothing else changed: the kernel that runs gets it at once, and runs in the new one from its next start on.
        assert live.adds_only(live.has(plan), more)
        await link.run("c", "word = 'kept'")
        link.send(stream.Extend(id=7, python=str(second.python)))
        await link.until(lambda: 7 in link.replies)
        assert link.replies[7].error == ""
        await link.run("d", "import tomli_w, sys; print(word, sys.prefix, tomli_w.__file__.startswith(sys.prefix))")
        assert runtime.record.plain("d") == [f"kept {environment.folder} False\n"]
        link.send(stream.Restart(spec=""))
        await link.run("c", "import tomli_w, sys; print(sys.prefix)", 60)
        assert runtime.record.plain("c") == [f"{second.folder}\n"]
        # And one file on the disk for both.
        inodes = {(shelf.site_packages(one.folder) / "six.py").stat().st_ino for one in (environment, second)}
        assert len(inodes) == 1
        await runtime.stop(link)
