"""Whatever way a running cell takes to install a package: nothing is built or installed, and the person is offered to
add it, behind which stand the sheet and the gate."""

from __future__ import annotations

import sys
from pathlib import Path

from fumehood.protocol import methods as m
from fumehood.protocol import trust as t
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import QUIET, until
from tests.daemon.trusted import TrustedHouse, notebook
from tests.kernels.test_installs import SETUP

NAMED = "'wanted-thing>=1'"
PIP = f"'install', '--no-deps', '--no-build-isolation', '-q', {{evil!r}}, {NAMED}"
UV = (
    f"'pip', 'install', '--offline', '--no-deps', '--no-build-isolation', '--target', {{target!r}}, {{evil!r}}, {NAMED}"
)
RUNPY = "import runpy\ntry: runpy.run_module('pip', run_name='__main__')\nexcept SystemExit: pass"
WAYS = (
    "%pip install --no-deps --no-build-isolation {evil} 'wanted-thing>=1'",
    "pip install --no-deps --no-build-isolation {evil} 'wanted-thing>=1'",
    "!pip install --no-deps --no-build-isolation {evil} 'wanted-thing>=1'",
    "%uv pip install --no-build-isolation {evil} 'wanted-thing>=1'",
    "!uv pip install --no-build-isolation {evil} 'wanted-thing>=1'",
    "!{{sys.executable}} -m pip install --no-deps --no-build-isolation {evil} 'wanted-thing>=1'",
    "%%bash\n{python} -m pip install --no-deps --no-build-isolation {evil} 'wanted-thing>=1'",
    f"import pip; pip.main([{PIP}])",
    f"from pip._internal.cli.main import main; main([{PIP}])",
    f"import subprocess; subprocess.run([sys.executable, '-m', 'pip', {PIP}])",
    f"sys.argv = ['pip', {PIP}]; {RUNPY}",
    f"import subprocess; subprocess.run(['uv', {UV}])",
    f"import subprocess; subprocess.run([sys.executable, '-m', 'uv', {UV}])",
    f"import subprocess, uv; subprocess.run([uv.find_uv_bin(), {UV}])",
)
CONDA = "%conda install -y wanted-thing"


async def test_whichever_way_a_cell_installs_nothing_is_built_and_the_person_is_offered_to_add_it(
    home: Path, tmp_path: Path
) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "setup.py").write_text(SETUP.format(marker=str(tmp_path / "marker")))
    house = TrustedHouse(home, QUIET)
    try:
        person = RecordingPeer()
        opened = await house.open(person, notebook(home / "a.ipynb"))
        room = house.room(opened)
        await house.run(person, opened.room, "import sys")
        for number, way in enumerate((*WAYS, CONDA), 1):
            source = way.format(evil=str(evil), target=str(tmp_path / "target"), python=sys.executable)
            await house.run(person, opened.room, source)
            await until(lambda number=number: len(room.state.notices) >= number)  # type: ignore[misc]
            notice = room.state.notices[-1]
            assert notice.code == "environment.cells_do_not_install", source
            assert notice.package == ("" if way == CONDA else "wanted-thing>=1"), source
            assert not (tmp_path / "marker").exists(), source
        assert len(room.state.notices) == len(WAYS) + 1
        # What only looks, what is there already, and a cell that only mentions it are nobody's notice.
        for quiet in ("!pip list -q", "%pip install -q msgspec", "if False:\n    !pip install wanted-thing"):
            await house.run(person, opened.room, quiet)
        assert len(room.state.notices) == len(WAYS) + 1
        # The offer is taken: it is asked about like everything else.
        edited = t.DependenciesParams(opened.room, (room.state.notices[0].package,))
        await house.call(person, "dependencies.edit", edited)
        shown: t.Sheet = await house.call(person, "trust.sheet", t.SheetParams(room=opened.room))
        assert [one.text for one in shown.asked.requirements] == ["wanted-thing>=1"]
        assert shown.status == "unchecked"
        await house.call(person, "kernel.shutdown", m.ForceParams(opened.room, force=True))
    finally:
        await house.close()
